"""Webhooks against a receiver on this machine: signed, retried, given up, replayed."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import aiohttp
import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from node.clock import SystemClock
from node.config import Config
from node.errors import UserFault
from node.store.webhook_tables import LOGGED
from node.sync.dial import DialRefused
from node.webhooks import loop, sending
from node.webhooks.loop import FAILING_MS, QUEUE, WAITS_S, WebhookLoop
from tests.node.api.site import Answer
from tests.node.commands.nodes import Coop

SOON_S: Final = 20.0


class Receiver:
    """Answers with what it is told to, and keeps what it got."""

    def __init__(self) -> None:
        self.status = 200
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.url = ""
        self.called = asyncio.Event()

    async def take(self, request: web.Request) -> web.StreamResponse:
        self.called.set()
        self.got.append((dict(request.headers), await request.read()))
        if self.status == 302:
            raise web.HTTPFound("http://127.0.0.1:1/elsewhere")
        return web.Response(status=self.status, text="x" * 100_000)

    def messages(self) -> list[Answer]:
        return [msgspec.json.decode(body) for _, body in self.got]


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.take)
    async with TestServer(app) as server:
        receiver.url = str(server.make_url("/hook"))
        yield receiver


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as one:
        yield one


@pytest.fixture
async def client(alba: Coop) -> AsyncIterator[aiohttp.ClientSession]:
    async with sending.session(alba.node.config) as one:
        yield one


async def work(coop: Coop, client: aiohttp.ClientSession) -> None:
    """Let each webhook take and send what is due, once."""
    sender = WebhookLoop(coop.node, client)
    for hook in await coop.node.own.webhooks.all():
        if hook.disabled_ms is None:
            await sender.work(hook)


async def log(coop: Coop, hook: str) -> list[Any]:
    found = await coop.ask("webhook.log", webhook=hook)
    rows: list[Any] = found["deliveries"]
    return rows


async def test_events_are_told_signed(
    alba: Coop, receiver: Receiver, client: aiohttp.ClientSession
) -> None:
    await alba.ask("lead.open", title="before")
    added = await alba.ask("webhook.add", url=receiver.url, kinds=["lead"])
    lead = await alba.ask("lead.open", title="after")
    await alba.ask("project.open", title="not wanted", goal="5")
    await work(alba, client)
    ((headers, body),) = receiver.got
    (message,) = receiver.messages()
    assert message["type"] == "lead.opened"
    assert message["data"]["id"] == lead["id"]
    assert message["timestamp"] == "2023-11-14T22:13:20Z"
    assert headers["webhook-id"] == f"msg_{added['id']}_{lead['id'][4:]}"
    # The clock of the test stands in 2023, and the library looks at the real one.
    with pytest.raises(WebhookVerificationError, match="too old"):
        Webhook(added["secret"]).verify(body, headers)
    (row,) = await log(alba, added["id"])
    assert (row["state"], row["attempts"], row["status"]) == ("delivered", 1, 200)
    await work(alba, client)
    assert len(receiver.got) == 1


async def test_the_signature_is_that_of_the_standard(
    alba: Coop, receiver: Receiver
) -> None:
    alba.clock.jump_ms(SystemClock().now_ms() - alba.clock.now_ms())
    added = await alba.ask("webhook.add", url=receiver.url)
    tested = await alba.ask("webhook.test", webhook=added["id"])
    assert (tested["ok"], tested["status"]) == (True, 200)
    ((headers, body),) = receiver.got
    assert Webhook(added["secret"]).verify(body, headers)["type"] == "webhook.test"
    other = Webhook("whsec_" + "A" * 44)
    with pytest.raises(WebhookVerificationError):
        other.verify(body, headers)


async def test_what_fails_is_tried_again_later_and_later(
    alba: Coop, receiver: Receiver, client: aiohttp.ClientSession
) -> None:
    receiver.status = 500
    added = await alba.ask("webhook.add", url=receiver.url)
    await alba.ask("lead.open", title="a")
    for wait_s in WAITS_S:
        await work(alba, client)
        tries = len(receiver.got)
        alba.clock.pass_ms(wait_s * 1000 - 1)
        await work(alba, client)
        assert len(receiver.got) == tries
        alba.clock.pass_ms(1)
    await work(alba, client)
    (row,) = await log(alba, added["id"])
    assert (row["state"], row["attempts"]) == ("given up", len(WAITS_S) + 1)
    assert row["said"] == "it answered 500"
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    (hook,) = (await alba.ask("webhook.list"))["webhooks"]
    assert hook["state"] == "failing"
    receiver.status = 204
    assert (await alba.ask("webhook.replay", webhook=added["id"]))["deliveries"] == 1
    await work(alba, client)
    (row,) = await log(alba, added["id"])
    assert row["state"] == "delivered"
    (hook,) = (await alba.ask("webhook.list"))["webhooks"]
    assert (hook["state"], hook["since"]) == ("working", None)


async def test_a_webhook_that_fails_for_long_is_disabled(
    alba: Coop, receiver: Receiver, client: aiohttp.ClientSession
) -> None:
    receiver.status = 503
    added = await alba.ask("webhook.add", url=receiver.url)
    await alba.ask("lead.open", title="a")
    await work(alba, client)
    alba.clock.pass_ms(FAILING_MS)
    await work(alba, client)
    (hook,) = (await alba.ask("webhook.list"))["webhooks"]
    assert (hook["state"], hook["waiting"]) == ("disabled", 1)
    assert any(added["id"] in one for one in (await alba.ask("status"))["notices"])
    await alba.ask("lead.open", title="b")
    await work(alba, client)
    assert len(receiver.got) == 2
    receiver.status = 200
    (row,) = await log(alba, added["id"])
    await alba.ask("webhook.replay", webhook=added["id"], delivery=row["delivery"])
    await work(alba, client)
    assert len(receiver.got) == 4
    assert (await alba.ask("status"))["notices"] == []


async def test_gone_is_gone(
    alba: Coop, receiver: Receiver, client: aiohttp.ClientSession
) -> None:
    receiver.status = 410
    await alba.ask("webhook.add", url=receiver.url)
    await alba.ask("lead.open", title="a")
    await work(alba, client)
    (hook,) = (await alba.ask("webhook.list"))["webhooks"]
    assert hook["state"] == "disabled"


async def test_no_redirect_is_followed(alba: Coop, receiver: Receiver) -> None:
    receiver.status = 302
    added = await alba.ask("webhook.add", url=receiver.url)
    tested = await alba.ask("webhook.test", webhook=added["id"])
    assert (tested["ok"], tested["said"]) == (False, "status 302")
    assert len(receiver.got) == 1


async def test_nobody_there(alba: Coop) -> None:
    added = await alba.ask("webhook.add", url="http://127.0.0.1:1/hook")
    tested = await alba.ask("webhook.test", webhook=added["id"])
    assert (tested["ok"], tested["said"]) == (False, "it cannot be reached")


#: What is never dialled from this node, which listens on loopback alone.
FOREIGN: Final = [
    "http://10.0.0.1/",
    "http://169.254.169.254/latest/meta-data",
    "http://[fe80::1]/",
    "http://[::ffff:10.0.0.1]/",
    "https://93.184.216.34/",
    "http://0.0.0.0/",
]


@pytest.mark.parametrize("url", FOREIGN)
def test_addresses_that_are_not_dialled(url: str) -> None:
    config = Config(name="Alba", listen="127.0.0.1:1")
    with pytest.raises(DialRefused):
        sending.checked_url(url, config)
    assert sending.checked_url("http://127.0.0.1:8080/x", config)
    assert sending.checked_url("https://alba.example/x", config)


async def test_a_name_that_means_another_address_is_not_dialled(alba: Coop) -> None:
    """The guard stands where the socket is made, whatever a name resolves to."""
    node = alba.node
    far = msgspec.structs.replace(node.config, listen="10.0.0.1:1")
    async with sending.session(far) as client:
        await alba.ask("webhook.add", url="http://localhost:1/x")
        (hook,) = await node.own.webhooks.all()
        outcome = await sending.send(client, hook, "msg_a", b"{}", node.clock)
    assert outcome.said == "the class of the address is not dialled"


async def test_what_waits_is_bounded_and_nothing_is_lost(
    alba: Coop, receiver: Receiver, client: aiohttp.ClientSession
) -> None:
    receiver.status = 500
    added = await alba.ask("webhook.add", url=receiver.url, kinds=["lead.opened"])
    made = [
        (await alba.ask("lead.open", title=f"{number}"))["id"]
        for number in range(QUEUE + 20)
    ]
    await work(alba, client)
    (hook,) = (await alba.ask("webhook.list"))["webhooks"]
    assert hook["waiting"] == QUEUE
    receiver.status = 200
    receiver.got.clear()
    alba.clock.pass_ms(10_000)
    for _ in range(3):
        await work(alba, client)
    told = [one["data"]["id"] for one in receiver.messages()]
    assert sorted(told) == sorted(made)
    assert len(await log(alba, added["id"])) == min(len(made), LOGGED)


async def test_a_place_that_the_feed_lost_is_told(
    alba: Coop, receiver: Receiver, client: aiohttp.ClientSession
) -> None:
    await alba.ask("webhook.add", url=receiver.url)
    (hook,) = await alba.node.own.webhooks.all()
    await alba.node.own.webhooks.put(hook.id, "900-1-" + "0" * 16, [], 0)
    await work(alba, client)
    await alba.ask("lead.open", title="a")
    await work(alba, client)
    assert [one["type"] for one in receiver.messages()] == [loop.GAP, "lead.opened"]


async def test_the_log_is_bounded(alba: Coop) -> None:
    added = await alba.ask("webhook.add", url="http://127.0.0.1:1/")
    own = alba.node.own.webhooks
    rows = [(f"evt_{number}", "lead.opened", b"{}") for number in range(LOGGED + 50)]
    await own.put(added["id"], "oldest", rows, 0)
    for one in await own.waiting(added["id"], 1000):
        await own.note(dataclasses.replace(one, state="delivered", attempts=1))
    assert len(await log(alba, added["id"])) == LOGGED


async def test_what_is_refused(alba: Coop) -> None:
    await alba.ask("webhook.add", url="https://alba.example/hook")
    table = [
        ("webhook.add", {"url": "https://alba.example/hook"}, "webhook-exists"),
        ("webhook.add", {"url": "ftp://alba.example"}, "field-wrong"),
        ("webhook.add", {"url": "https://u:p@alba.example"}, "field-wrong"),
        ("webhook.add", {"url": "https://b.example", "kinds": ["odd"]}, "field-wrong"),
        ("webhook.remove", {"webhook": "zzzz"}, "webhook-unknown"),
        ("webhook.log", {"webhook": "zzzz"}, "webhook-unknown"),
    ]
    for name, args, code in table:
        with pytest.raises(UserFault) as caught:
            await alba.ask(name, **args)  # type: ignore[arg-type]  # JSON
        assert caught.value.code == code
    (hook,) = (await alba.ask("webhook.list"))["webhooks"]
    with pytest.raises(UserFault, match="delivery"):
        await alba.ask("webhook.replay", webhook=hook["id"], delivery=99)
    for number in range(19):
        await alba.ask("webhook.add", url=f"https://alba.example/{number}")
    with pytest.raises(UserFault, match="no more can be"):
        await alba.ask("webhook.add", url="https://alba.example/one-more")
    await alba.ask("webhook.remove", webhook=hook["id"])
    assert len((await alba.ask("webhook.list"))["webhooks"]) == 19


async def test_the_loop_follows_what_is_added_and_removed(
    alba: Coop, receiver: Receiver, client: aiohttp.ClientSession
) -> None:
    sender = WebhookLoop(alba.node, client, look_s=0.05)
    async with asyncio.timeout(SOON_S), asyncio.TaskGroup() as group:
        running = group.create_task(sender.run())
        added = await alba.ask("webhook.add", url=receiver.url)
        await alba.ask("lead.open", title="a")
        await receiver.called.wait()
        await alba.ask("webhook.remove", webhook=added["id"])
        await asyncio.sleep(0.2)
        await alba.ask("lead.open", title="b")
        await asyncio.sleep(0.2)
        running.cancel()
    assert len(receiver.got) == 1
