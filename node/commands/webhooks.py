"""Commands about webhooks: where to tell what, whether it gets through."""

from base64 import b32encode, b64encode
from typing import Final, Literal

import msgspec

from node.commands import changes, fields
from node.commands.command import Command, Tell, command
from node.commands.form import Asking, Nothing, books_of
from node.errors import UserFault
from node.node import Node
from node.store.webhook_tables import Delivery, Webhook
from node.sync.dial import DialRefused
from node.views import feed, moments
from node.webhooks import sending

#: Webhooks of one node: each is a task, and asked about on every change.
MOST: Final = 20
_ID_BYTES: Final = 5
#: Standard Webhooks: 24 to 64 bytes.
_SECRET_BYTES: Final = 32


class AddWebhook(Asking, frozen=True, kw_only=True):
    """Where to tell what: kinds of events or families of them, all where none is named.

    The URL is a secret of its own where the other side makes it one; it is shown to
    those alone who may list webhooks.
    """

    url: str
    kinds: tuple[str, ...] = ()


class OneWebhook(Asking, frozen=True, kw_only=True):
    """A webhook by its id."""

    webhook: str


class Replay(Asking, frozen=True, kw_only=True):
    """Which delivery to make again by its number; all that were given up without one.

    A webhook that was disabled is enabled by it.
    """

    webhook: str
    delivery: int | None = None


class Added(msgspec.Struct, frozen=True, kw_only=True):
    """A new webhook. `secret`, shown once, is what its receiver checks with."""

    id: str
    url: str
    kinds: list[str]
    secret: str


class WebhookRow(msgspec.Struct, frozen=True, kw_only=True):
    """A webhook in a list; `waiting` counts what is still to be sent to it."""

    id: str
    url: str
    kinds: list[str]
    state: Literal["working", "failing", "disabled"]
    since: str | None
    made: str
    waiting: int


class WebhookList(msgspec.Struct, frozen=True, kw_only=True):
    """All webhooks, the oldest first."""

    webhooks: list[WebhookRow]


class DeliveryRow(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery: of which event, how often it was tried, how it went last."""

    delivery: int
    event: str
    kind: str
    state: Literal["waiting", "delivered", "given up"]
    attempts: int
    tried: str | None
    due: str | None
    status: int | None
    said: str


class Deliveries(msgspec.Struct, frozen=True, kw_only=True):
    """What was sent, or waits, the oldest first; of what is done the last 200."""

    deliveries: list[DeliveryRow]


class Removed(msgspec.Struct, frozen=True, kw_only=True):
    """A webhook that is no more."""

    id: str
    url: str


class Tested(msgspec.Struct, frozen=True, kw_only=True):
    """How a test message went; `ms` is how long the answer took."""

    ok: bool
    status: int | None
    said: str
    ms: int


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """How many deliveries are made again."""

    deliveries: int


async def add(node: Node, args: AddWebhook, _tell: Tell) -> Added:
    """Tell a URL of events from now on, signed."""
    try:
        url = str(sending.checked_url(args.url, node.config))
    except DialRefused as error:
        raise _refused_url(args.url, error) from error
    changes.of_kinds("kinds", args.kinds)
    kinds = tuple(sorted(set(args.kinds)))
    hooks = await node.own.webhooks.all()
    if any((one.url, one.kinds) == (url, kinds) for one in hooks):
        raise UserFault(
            code="webhook-exists",
            detail="url: there is a webhook for it, of the same kinds.",
            way_out="`wortley webhook list` shows it.",
            field="url",
        )
    if len(hooks) >= MOST:
        raise UserFault(
            code="webhooks-full",
            detail=f"There are {MOST} webhooks, and no more can be.",
            way_out="`wortley webhook remove` makes room.",
        )
    hook = Webhook(
        id=b32encode(node.entropy.token(_ID_BYTES)).decode().lower(),
        url=url,
        kinds=kinds,
        secret=node.entropy.token(_SECRET_BYTES),
        made_ms=node.clock.now_ms(),
        cursor=feed.now(books_of(node)),
    )
    await node.own.webhooks.add(hook)
    node.ingest.tell()
    secret = f"whsec_{b64encode(hook.secret).decode()}"
    return Added(id=hook.id, url=url, kinds=list(kinds), secret=secret)


def _refused_url(written: str, error: DialRefused) -> UserFault:
    if error.code != "address-refused":
        expected = f"an http or https URL ({error.detail})"
        return fields.fault("url", written, expected, "https://alba.example/hook")
    return UserFault(
        code="address-refused",
        detail="url: this node does not dial addresses of that class.",
        way_out="It dials the classes that it listens on; `dial` in wortley.toml adds"
        " others.",
        field="url",
        expected="an address that this node dials",
        example="https://alba.example/hook",
    )


async def list_webhooks(node: Node, _args: Nothing, _tell: Tell) -> WebhookList:
    """List webhooks and whether they work."""
    return WebhookList(
        webhooks=[
            _row(one, await node.own.webhooks.count_waiting(one.id))
            for one in await node.own.webhooks.all()
        ]
    )


def _row(hook: Webhook, waiting: int) -> WebhookRow:
    state: Literal["working", "failing", "disabled"] = "working"
    if hook.failing_ms is not None:
        state = "failing"
    if hook.disabled_ms is not None:
        state = "disabled"
    return WebhookRow(
        id=hook.id,
        url=hook.url,
        kinds=list(hook.kinds),
        state=state,
        since=moments.write_or_none(hook.disabled_ms or hook.failing_ms),
        made=moments.write(hook.made_ms),
        waiting=waiting,
    )


async def remove(node: Node, args: OneWebhook, _tell: Tell) -> Removed:
    """Tell a webhook nothing any more, and forget what was sent to it."""
    hook = await _find(node, args.webhook)
    await node.own.webhooks.remove(hook.id)
    node.ingest.tell()
    return Removed(id=hook.id, url=hook.url)


async def test(node: Node, args: OneWebhook, _tell: Tell) -> Tested:
    """Send a test message at once, and say how that went."""
    hook = await _find(node, args.webhook)
    says = {"says": f"A test from the node of {node.config.name}."}
    body = sending.write("webhook.test", says, node.clock.now_ms())
    started = node.clock.monotonic()
    async with sending.session(node.config) as client:
        message = f"msg_{hook.id}_test{node.entropy.token(8).hex()}"
        outcome = await sending.send(client, hook, message, body, node.clock)
    return Tested(
        ok=outcome.ok,
        status=outcome.status,
        said=outcome.said,
        ms=int((node.clock.monotonic() - started) * 1000),
    )


async def show_log(node: Node, args: OneWebhook, _tell: Tell) -> Deliveries:
    """List what was sent to a webhook, and how it went."""
    hook = await _find(node, args.webhook)
    return Deliveries(
        deliveries=[_delivery(one) for one in await node.own.webhooks.log(hook.id)]
    )


def _delivery(one: Delivery) -> DeliveryRow:
    waits = one.state == "waiting"
    return DeliveryRow(
        delivery=one.n,
        event=one.event,
        kind=one.kind,
        state=one.state,
        attempts=one.attempts,
        tried=moments.write_or_none(one.tried_ms),
        due=moments.write(one.due_ms) if waits else None,
        status=one.status,
        said=one.said,
    )


async def replay(node: Node, args: Replay, _tell: Tell) -> Replayed:
    """Send a delivery again, or all that were given up."""
    hook = await _find(node, args.webhook)
    now = node.clock.now_ms()
    known = {one.n for one in await node.own.webhooks.log(hook.id)}
    if args.delivery is not None and args.delivery not in known:
        expected = "the number of a delivery"
        raise fields.fault("delivery", args.delivery, expected, "12")
    count = await node.own.webhooks.again(hook.id, args.delivery, now)
    await node.own.webhooks.set_disabled(hook.id, None)
    node.ingest.tell()
    return Replayed(deliveries=count)


async def _find(node: Node, written: str) -> Webhook:
    wanted = written.strip().lower()
    for hook in await node.own.webhooks.all():
        if hook.id == wanted:
            return hook
    raise UserFault(
        code="webhook-unknown",
        detail="webhook: there is none with that id.",
        way_out="`wortley webhook list` shows them.",
        field="webhook",
        expected="the id of a webhook",
        example="k3fw72qa",
    )


COMMANDS: Final[dict[str, Command]] = {
    "webhook.add": command(AddWebhook, add),
    "webhook.list": command(Nothing, list_webhooks),
    "webhook.remove": command(OneWebhook, remove),
    "webhook.test": command(OneWebhook, test),
    "webhook.log": command(OneWebhook, show_log),
    "webhook.replay": command(Replay, replay),
}
