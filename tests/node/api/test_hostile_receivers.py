"""Receivers of webhooks that would hold the node up, fill it, or outlive their hook."""

import asyncio
import itertools
import resource
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pytest

from node.webhooks import sending
from node.webhooks.loop import WebhookLoop
from tests.node.commands.nodes import Coop

#: What an attempt may take here; the node's own limit is 20 s.
TOTAL_S = 1.0
#: What is sent of an endless answer is far more than this.
MEMORY_KIB = 16 * 1024
OK = b"HTTP/1.1 200 OK\r\n"
LONG = b"Content-Length: 1000000000000\r\n\r\n"


def dripping() -> Iterator[bytes]:
    yield OK
    while True:
        time.sleep(0.1)
        yield b"X-A: a\r\n"


#: What a receiver answers, until nobody listens -> whether that counts as delivered.
ANSWERS: dict[str, tuple[Iterable[bytes], bool]] = {
    "endless-body": (itertools.chain([OK, LONG], itertools.repeat(b"x" * 65536)), True),
    "endless-headers": (
        itertools.chain([OK], itertools.repeat(b"X-A: " + b"a" * 4000 + b"\r\n")),
        False,
    ),
    "one-endless-header": (
        itertools.chain([OK, b"X-A: "], itertools.repeat(b"a" * 65536)),
        False,
    ),
    "dripping": (dripping(), False),
    "silent": ([], False),
    "nonsense": ([b"\0\xff 900 NO\r\n\r\n"], False),
    "continues-forever": (
        itertools.repeat(b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
        False,
    ),
}


@contextmanager
def answering(answer: Iterable[bytes]) -> Iterator[str]:
    """Answer one request from a thread, then wait until the other side is gone."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def take() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.settimeout(30)
                try:
                    connection.recv(65536)
                    for piece in answer:
                        connection.sendall(piece)
                    while connection.recv(65536):
                        pass
                except OSError:
                    return

        thread = threading.Thread(target=take)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/hook"
        thread.join()


@pytest.mark.parametrize("name", ANSWERS)
async def test_no_receiver_holds_the_node_up(
    alba: Coop, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    answer, ok = ANSWERS[name]
    monkeypatch.setattr(sending, "_TOTAL_S", TOTAL_S)
    loop = asyncio.get_running_loop()
    with answering(answer) as url:
        added = await alba.ask("webhook.add", url=url)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started = loop.time()
        tested = await alba.ask("webhook.test", webhook=added["id"])
        assert loop.time() - started < TOTAL_S + 10
        assert tested["ok"] == ok
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        assert grown < MEMORY_KIB


async def test_nothing_is_kept_for_a_webhook_that_is_removed(alba: Coop) -> None:
    await alba.ask("webhook.add", url="http://127.0.0.1:1/hook")
    (hook,) = await alba.node.own.webhooks.all()
    await alba.ask("lead.open", title="Website")
    async with sending.session(alba.node.config) as client:
        await alba.ask("webhook.remove", webhook=hook.id)
        # It was looked up before that, and is filled after it.
        await WebhookLoop(alba.node, client).work(hook)
    assert await alba.node.own.webhooks.count_waiting(hook.id) == 0
