"""The status page: to whom it is served, what it shows, and how a browser takes it."""

import contextlib
import datetime
import html.parser
import http.client
import json
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from aiohttp.test_utils import make_mocked_request
from playwright.sync_api import Page, sync_playwright

from node.config import Config
from node.web.problems import TYPE_PREFIX, Problem
from node.web.status_page import require_direct, require_local
from tests.e2e import tenders
from tests.e2e.cluster import Cluster, Coop, cluster, settled, until

if sys.version_info >= (3, 12):
    from typing import override
else:
    from typing_extensions import override

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

NAME: Final = "alba.example"
HOSTILE: Final = (
    '<script>document.title = "taken"</script>',
    "\"'><img src=x onerror=alert(1)>",
    "</td></tr></table><h1>Taken</h1>",
    "{{ 7 * 7 }} ${7 * 7} {% raw %}",
    "<svg/onload=alert(2)>&lt;b&gt;",
    '" hx-get="/taken" hx-trigger="load" x="',
)
#: What a page of ours is made of besides text and tags.
ATTRIBUTES: Final = """
    aria-label charset class content data-label defer href http-equiv hx-get hx-select
    hx-swap hx-trigger lang max min name rel src title value
"""


@pytest.fixture(scope="module")
def alba(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coop]:
    """A node that is reached directly."""
    with cluster(tmp_path_factory.mktemp("page") / "nodes") as place:
        yield place.found("Alba")


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coop]:
    """A node that others reach by a name, through a proxy."""
    with cluster(tmp_path_factory.mktemp("behind") / "nodes") as place:
        place.env["WORTLEY_PUBLIC_URL"] = f"https://{NAME}"
        yield place.found("Birch")


class Got:
    """An answer to a GET, with whatever headers are given."""

    def __init__(self, coop: Coop, path: str = "/", **headers: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", coop.port, timeout=20)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        with contextlib.closing(connection):
            connection.request("GET", path, headers=named)
            response = connection.getresponse()
            self.status = response.status
            self.headers = response.headers
            self.text = response.read().decode()

    @property
    def code(self) -> str:
        if self.status == 200:
            return ""
        problem: dict[str, Any] = json.loads(self.text)
        return str(problem["type"]).removeprefix(TYPE_PREFIX)


# --- to whom --------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "LOCALHOST"])
def test_served_to_this_machine(alba: Coop, host: str) -> None:
    for port in ("", f":{alba.port}"):
        got = Got(alba, Host=host + port)
        assert got.status == 200
        assert "<h1>Alba</h1>" in got.text


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Host": NAME}, 421, "host-foreign"),
        ({"Host": "evil.example"}, 421, "host-foreign"),
        ({"Host": "127.0.0.1.evil.example"}, 421, "host-foreign"),
        ({"Host": "localhost.evil.example"}, 421, "host-foreign"),
        ({"Host": "127.0.0.1@evil.example"}, 421, "host-foreign"),
        ({"Host": "2130706433"}, 421, "host-foreign"),
        ({"Host": ""}, 421, "host-foreign"),
        ({"Forwarded": "for=127.0.0.1"}, 403, "local-only"),
        ({"Via": "1.1 proxy"}, 403, "local-only"),
        ({"X_Forwarded_For": "127.0.0.1"}, 403, "local-only"),
        ({"X_Forwarded_Host": "localhost"}, 403, "local-only"),
        ({"X_Forwarded_Proto": "https"}, 403, "local-only"),
        ({"X_Real_IP": "127.0.0.1"}, 403, "local-only"),
        ({"x_forwarded_for": ""}, 403, "local-only"),
    ],
)
def test_served_to_nobody_else(
    alba: Coop, headers: dict[str, str], status: int, code: str
) -> None:
    got = Got(alba, **headers)
    assert (got.status, got.code) == (status, code)
    assert "Alba" not in got.text


@pytest.mark.parametrize(
    "headers",
    [{"Host": NAME}, {"Host": f"{NAME}:443"}, {"Host": "localhost"}, {}],
)
def test_not_served_behind_a_proxy(behind: Coop, headers: dict[str, str]) -> None:
    got = Got(behind, **headers)
    assert (got.status, got.code) == (403, "local-only")
    assert "Birch" not in got.text
    assert "wortley status" in got.text
    # What is for everybody is still served.
    assert Got(behind, "/healthz", **headers).status == 200


@pytest.mark.parametrize(
    ("listen", "public_url", "served"),
    [
        ("127.0.0.1:8750", "", True),
        ("127.0.0.1:8750", "http://127.0.0.1:8750", True),
        ("127.0.0.1:8750", "http://localhost:8750", True),
        ("[::1]:8750", "http://[::1]:8750", True),
        ("10.0.0.7:8750", "http://10.0.0.7:8750", True),
        ("10.0.0.7:8750", "http://alba.lan:8750", True),
        ("127.0.0.1:80", "http://localhost", True),
        ("127.0.0.1:8750", "http://alba.example:8750", False),
        ("127.0.0.1:8750", "https://alba.example", False),
        ("127.0.0.1:8750", "https://127.0.0.1:8750", False),
        ("127.0.0.1:8750", "http://127.0.0.1:8080", False),
        ("10.0.0.7:8750", "http://alba.lan", False),
        ("10.0.0.7:8750", "https://alba.lan:8750", False),
        ("[::1]:8750", "http://[2001:db8::7]:8750", False),
    ],
)
def test_settings_that_tell_of_a_proxy(
    listen: str, public_url: str, *, served: bool
) -> None:
    settings = Config(name="Alba", listen=listen, public_url=public_url)
    if served:
        require_direct(settings)
        return
    with pytest.raises(Problem) as refused:
        require_direct(settings)
    assert (refused.value.status, refused.value.code) == (403, "local-only")


@pytest.mark.parametrize(
    ("remote", "served"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("10.0.0.7", False),
        ("192.168.1.7", False),
        ("203.0.113.9", False),
        ("0.0.0.0", False),  # noqa: S104 - not bound
        ("::", False),
        ("fe80::1%eth0", False),
        ("", False),
    ],
)
def test_served_to_loopback_peers(remote: str, *, served: bool) -> None:
    request = make_mocked_request("GET", "/", {"Host": "localhost"}).clone(
        remote=remote
    )
    if served:
        require_local(request)
        return
    with pytest.raises(Problem) as refused:
        require_local(request)
    assert (refused.value.status, refused.value.code) == (403, "local-only")


def test_not_served_over_another_address(place: Cluster) -> None:
    """A node that listens on its address in the network shows nothing there."""
    for address in _addresses():
        coop = place.add(f"At {address}")
        coop.env["WORTLEY_LISTEN"] = f"{address}:{coop.port}"
        coop.start()
        for host in (address, "localhost"):
            connection = http.client.HTTPConnection(address, coop.port, timeout=20)
            with contextlib.closing(connection):
                connection.request("GET", "/", headers={"Host": host})
                response = connection.getresponse()
                assert response.status == 403
                assert coop.name not in response.read().decode()
        coop.stop()


def _addresses() -> list[str]:
    """Give this machine's own addresses beyond loopback: none, or one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Nothing is sent: it only asks which address would be used.
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return []
        return [str(probe.getsockname()[0])]


def test_only_looked_at(alba: Coop) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        connection = http.client.HTTPConnection("127.0.0.1", alba.port, timeout=20)
        with contextlib.closing(connection):
            connection.request(method, "/")
            assert connection.getresponse().status == 405


# --- what it shows --------------------------------------------------------------------


class Structure(html.parser.HTMLParser):
    """The tags of a page with the names of their attributes, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.values: list[str] = []
        self.feed(text)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(sorted(name for name, _ in attrs))))
        self.values.extend(value or "" for _, value in attrs)


def test_tenders_as_they_come_in(place: Cluster) -> None:
    alba, birch = place.network("Alba", "Birch")
    assert "No leads yet" in Got(birch).text
    path = tenders.write(place.folder / "tenders.json", 30)
    alba.ask("lead.import", path=str(path), publish=True)
    settled(alba, birch)
    until("all texts", lambda: birch.ask("verify")["missing_texts"] == 0)
    for coop in (alba, birch):
        page = Got(coop).text
        # Real ones of the sample, with the bringer's name.
        assert "Hampshire Primary Cluster 4 Catering Tender" in page
        assert page.count('<span class="tag open">open</span>') == 30
        assert "in sync, same root" in page
        root = coop.status()["root"]
        assert f'title="{root}"' in page


def test_what_co_ops_do_together(place: Cluster) -> None:
    alba, birch = place.network("Alba", "Birch")
    empty = Got(birch).text
    for way_out in (
        "wortley changes",
        "wortley decision open",
        "wortley round open",
        "wortley invoice issue",
    ):
        assert way_out in empty
    closes = str(datetime.date.today() + datetime.timedelta(30))  # noqa: DTZ011
    alba.ask("decision.open", title="Join the <b>federation</b>?")
    spring = alba.ask("round.open", title="Spring round", closes=closes)["id"]
    tool = alba.ask("project.open", title="Tool", goal="1500", minimum="100")["id"]
    alba.ask("round.enter", round=spring, project=tool)
    other = birch.ask("project.open", title="Retreat", goal="900")["id"]
    settled(alba, birch)
    birch.ask("round.pledge", round=spring, project=tool, amount="1250")
    pledge = alba.ask("pledge.money", project=other, amount="300")["id"]
    settled(alba, birch)
    birch.ask("pledge.accept", pledge=pledge)
    settled(alba, birch)
    alba.ask("pledge.confirm", pledge=pledge)
    settled(alba, birch)

    def shows(*words: str) -> bool:
        page = Got(birch).text
        return all(one in page for one in words)

    until(
        "all of it is shown",
        lambda: shows(
            "Join the &lt;b&gt;federation&lt;/b&gt;?",
            "none, of 2",
            "wortley vote cast evt_",
            "Spring round",
            '<td class="num" data-label="Put in">1,250.00 GBP</td>',
            '<td class="num" data-label="Owed">300.00 GBP</td>',
        ),
    )
    # What waits is told once: its own section, and no notice beside it.
    page = Got(birch).text
    assert page.count("wortley vote cast") == 1
    assert "What needs attention" not in page
    assert "1 decision to vote on: `wortley today`." in birch.status()["notices"]


def test_words_stay_words(place: Cluster) -> None:
    """What strangers write becomes text, whatever it looks like."""
    alba = place.add("Alba").start()
    alba.check_kit()
    alba.ask("network.create", name=HOSTILE[0])
    leads = [alba.ask("lead.open", title="A plain title")["id"] for _ in HOSTILE]
    alba.ask("profile.set", name="A plain name")
    plain = Got(alba)
    for lead, words in zip(leads, HOSTILE, strict=True):
        alba.ask("lead.change", lead=lead, title=words, description=words, buyer=words)
    alba.ask("profile.set", name=HOSTILE[1], description=HOSTILE[0])
    release = json.loads(tenders.write(place.folder / "one.json", 1).read_text("utf-8"))
    release["releases"][0]["tender"]["title"] = "<script>alert(3)</script> Roads"
    path = place.folder / "hostile.json"
    path.write_text(json.dumps(release), "utf-8")
    hostile = Got(alba)
    before, after = Structure(plain.text), Structure(hostile.text)
    assert after.tags == before.tags
    assert {name for _, names in after.tags for name in names} <= {*ATTRIBUTES.split()}
    assert HOSTILE[3] in hostile.text
    for words in HOSTILE:
        assert words not in hostile.text or words == HOSTILE[3]
    assert alba.ask("lead.import", path=str(path), publish=True)["published"] == 1
    imported = Got(alba).text
    assert "<script>alert" not in imported
    assert "Roads" in imported
    scripts = [tag for tag, _ in Structure(imported).tags if tag == "script"]
    assert len(scripts) == 1
    policy = hostile.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert hostile.headers["Cache-Control"] == "no-store"


#: Elements that stick out of the window, or that scroll sideways by themselves.
WIDER_THAN_THE_SCREEN: Final = """
    [...document.querySelectorAll("body *")].filter(one =>
        one.getBoundingClientRect().right > document.documentElement.clientWidth + 1
        || (one.scrollWidth > one.clientWidth + 1 && one.tagName == "SECTION")
    ).map(one => one.outerHTML.slice(0, 80))
"""
LABEL_OF_A_DEADLINE: Final = """
    getComputedStyle(document.querySelector("td.date[data-label=Deadline]"), "::before")
        .content
"""


# --- in a browser ---------------------------------------------------------------------


@pytest.fixture
def two(place: Cluster) -> list[Coop]:
    return place.network("Alba", "Birch")


@pytest.fixture
def page(chromium: Path) -> Iterator[Page]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium)
        try:
            yield browser.new_page(viewport={"width": 1200, "height": 900})
        finally:
            browser.close()


def test_in_a_browser(two: list[Coop], page: Page, tmp_path: Path) -> None:
    alba, birch = two
    path = tenders.write(tmp_path / "tenders.json", 12)
    alba.ask("lead.import", path=str(path), publish=True)
    for words in HOSTILE:
        alba.ask("lead.open", title=words)
    settled(alba, birch)

    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(f"{said.type}: {said.text}"))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", lambda dialog: wrong.append(f"dialog: {dialog.message}"))
    page.on("requestfailed", lambda asked: wrong.append(f"failed: {asked.url}"))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script(
        "window.broken = [];"
        "document.addEventListener('securitypolicyviolation',"
        " event => window.broken.push(event.violatedDirective + event.blockedURI))"
    )
    page.goto(birch.url)
    page.get_by_text("Hampshire Primary Cluster 4").first.wait_for()
    page.get_by_text("in sync, same root").wait_for()
    for words in HOSTILE:
        assert page.locator("td.title").filter(has_text=words).count() == 1
    assert page.title().startswith("Birch")

    # What comes in is shown by itself, without loading the page anew.
    page.evaluate("window.mark = 'still here'")
    lead = "Minutes of a meeting that was held on a boat"
    alba.ask("lead.open", title=lead, value={"amount": "1200.50", "currency": "GBP"})
    row = page.get_by_role("row").filter(has_text=lead)
    row.wait_for(timeout=10_000)
    assert "1,200.50 GBP" in " ".join(row.all_inner_texts())
    assert page.evaluate("window.mark") == "still here"

    shot = tmp_path / "status.png"
    page.screenshot(path=shot, full_page=True)
    assert shot.read_bytes().startswith(b"\x89PNG")
    assert shot.stat().st_size > 20_000
    # It can be read on a telephone, too: nothing is wider than the screen.
    for width in (400, 320):
        page.set_viewport_size({"width": width, "height": 800})
        page.screenshot(path=tmp_path / f"{width}.png", full_page=True)
        wide = page.evaluate(WIDER_THAN_THE_SCREEN)
        assert wide == []
        # Without their heads, cells say what they are.
        assert page.locator("thead").first.is_hidden()
        assert page.evaluate(LABEL_OF_A_DEADLINE) == '"Deadline"'
    assert page.evaluate("window.broken") == []
    assert wrong == []
    assert {url.removeprefix(birch.url) for url in asked} == {
        "/",
        "/static/htmx.min.js",
        "/static/wortley.css",
    }
