"""The API of nodes that are really there: over TCP, between two, to a webhook."""

import http.client
import http.server
import json
import sys
import threading
import time
from collections.abc import Iterator
from typing import Final

import pytest
from standardwebhooks.webhooks import Webhook

if sys.version_info >= (3, 12):
    from typing import override
else:
    from typing_extensions import override

from tests.e2e.cluster import Answer, Cluster, Coop, cluster, until

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

SOON_S: Final = 10.0


class Program:
    """Another program, with a token of a node."""

    def __init__(self, coop: Coop, *scopes: str) -> None:
        self.coop = coop
        made = coop.ask("token.create", name="a program", scopes=list(scopes))
        self.headers = {"Authorization": f"Bearer {made['secret']}"}

    def ask(self, method: str, path: str, body: object = None) -> Answer:
        link = http.client.HTTPConnection("127.0.0.1", self.coop.port, timeout=60)
        data = None if body is None else json.dumps(body)
        headers = self.headers | ({"Content-Type": "application/json"} if data else {})
        try:
            link.request(method, f"/api/v1{path}", data, headers)
            answer = link.getresponse()
            found: Answer = json.loads(answer.read())
        finally:
            link.close()
        assert answer.status == 200, found
        return found


class Hook(http.server.ThreadingHTTPServer):
    """A receiver of webhooks."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        super().__init__(("127.0.0.1", 0), Taking)


class Taking(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert isinstance(self.server, Hook)
        self.server.got.append((dict(self.headers), body))
        self.send_response(204)
        self.end_headers()

    @override
    def log_message(self, *_args: object) -> None:
        """Stay silent."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("api") / "nodes") as found:
        yield found


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join(SOON_S)


def test_two_programs_work_together(place: Cluster, hook: Hook) -> None:
    alba, birch = place.network("Alba", "Birch")
    ours, theirs = Program(alba, "read", "write"), Program(birch, "read", "write")
    url = f"http://127.0.0.1:{hook.server_address[1]}/"
    secret = birch.ask("webhook.add", url=url, kinds=["lead"])["secret"]
    after = theirs.ask("GET", "/changes?after=now")["next"]
    lead = ours.ask("POST", "/leads", {"title": "Website"})["id"]
    told = theirs.ask("GET", f"/changes?after={after}&wait=30")
    while not told["changes"]:
        # Woken for something that is no change of what one can look at.
        told = theirs.ask("GET", f"/changes?after={told['next']}&wait=30")
    assert [one["id"] for one in told["changes"]] == [lead]
    assert theirs.ask("GET", f"/leads/{lead}")["title"] == "Website"
    until("the webhook is told", lambda: hook.got)
    headers, body = hook.got[0]
    assert Webhook(secret).verify(body, headers)["data"]["id"] == lead

    # Stopping does not wait for whoever waits for changes, nor forget the cursor.
    waiting = threading.Thread(
        target=lambda: theirs.ask("GET", f"/changes?after={told['next']}&wait=50")
    )
    waiting.start()
    time.sleep(0.2)
    started = time.monotonic()
    birch.stop()
    waiting.join(SOON_S)
    assert time.monotonic() - started < SOON_S
    birch.start()
    assert theirs.ask("GET", f"/changes?after={told['next']}")["changes"] == []
    again = theirs.ask("GET", f"/changes?after={after}")
    assert again == told
