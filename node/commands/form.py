"""What the commands have in common: their arguments, and how the writing ones go.

    arguments ─▶ (key known? the answer of the first time) ─▶ drafts ─▶ act.publish

A writing command only says which events it wishes for; rules that look at the own log
alone are asked by act, what another log has to say is asked before.
"""

import datetime
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeVar

import msgspec

from node.act import Draft
from node.commands import fields
from node.commands.command import Command, Tell, command
from node.errors import UserFault
from node.node import Node
from node.views import ids, names, paging, titles
from node.views.books import Books
from node.views.names import Names
from node.views.paging import Page
from protocol import ids as forms
from protocol.ids import EventId
from protocol.state import Entity

#: Stand for the ends of a list, where an id could stand.
AFTER_NOTHING: Final = "oldest"
BEFORE_NOTHING: Final = "now"
_MS_PER_DAY: Final = 86_400_000
_IDS: Final = msgspec.msgpack.Decoder(list[bytes])


class Asking(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all arguments: a field that a command does not know is refused."""


class Nothing(Asking, frozen=True, kw_only=True):
    """No arguments."""


class Paged(Asking, frozen=True, kw_only=True):
    """Base of lists in pages: the newest `most` rows, all older than the id `before`.

    With `after`, the oldest `most` rows that are newer than that id. In place of ids,
    `now` stands for the end of the list and `oldest` for its beginning.
    """

    most: int = paging.USUAL
    before: str | None = None
    after: str | None = None


class Writing(Asking, frozen=True, kw_only=True):
    """Base of what publishes. The same `key` again gives the first answer again."""

    key: str | None = None


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """The events that were published; `id` is the first of them."""

    id: str
    ids: list[str]


W = TypeVar("W", bound=Writing)
Wish = Callable[[Node, W], Awaitable[Sequence[Draft]]]


def writing(args: type[W], wish: Wish[W]) -> Command:
    """Make a command of what gives drafts."""

    async def run(node: Node, given: W, _tell: Tell) -> Written:
        done = await _before(node, given.key)
        if done is None:
            drafts = await wish(node, given)
            done = await node.act.publish(drafts, idempotency=given.key)
        texts = [forms.text("evt", one) for one in done]
        return Written(id=texts[0], ids=texts)

    return command(args, run, says=wish.__doc__)


async def _before(node: Node, key: str | None) -> list[EventId] | None:
    """Give what a key was answered with: asked again, nothing is checked again.

    What has changed since (the pledge is confirmed, say) is the doing of the first
    time, and no reason to refuse its repetition.
    """
    done = None if key is None else await node.log.idempotent(key)
    return None if done is None else [EventId(one) for one in _IDS.decode(done)]


def books_of(node: Node) -> Books:
    """Give the books of a node to its views."""
    return Books(coop=node.coop, log=node.log, state=node.state, register=node.register)


async def reading(node: Node) -> tuple[Books, Names]:
    """Give the books, and what co-ops are called; refuses without a network."""
    books = books_of(node)
    return books, await names.load(books)


def coop_or_all(books: Books, names: Names, written: str | None) -> bytes | None:
    """Find the co-op that a list is narrowed down to; None for all of them."""
    return None if written is None else ids.find_coop(books, names, written, "coop")


async def page_of(books: Books, args: Paged, family: str) -> Page:
    """Read how many rows of a family are wanted, and from where on."""
    if not 1 <= args.most <= paging.MOST:
        expected = f"a number from 1 to {paging.MOST}"
        raise fields.fault("most", args.most, expected, "100")
    before = after = None
    if args.before is not None and args.before != BEFORE_NOTHING:
        before = (await ids.find(books, args.before, (family,), "before")).id
    if args.after == AFTER_NOTHING:
        after = paging.OLDEST
    elif args.after is not None:
        after = (await ids.find(books, args.after, (family,), "after")).id
    return Page(args.most, before, after)


def today(node: Node) -> datetime.date:
    """Say which day it is here (UTC); for what is shown, never for what counts."""
    days = node.clock.now_ms() // _MS_PER_DAY
    return datetime.date(1970, 1, 1) + datetime.timedelta(days=days)


async def own(books: Books, written: str, family: str, field: str) -> Entity:
    """Find an entity that this co-op may change; else say whose it is."""
    return await own_of(books, written, (family,), field)


async def own_of(
    books: Books, written: str, families: Sequence[str], field: str
) -> Entity:
    """Find an entity of any of these families that this co-op may change."""
    entity = await ids.find(books, written, families, field)
    if entity.coop == books.coop:
        return entity
    called = (await names.load(books)).of(entity.coop)
    title = (await titles.of(books, [entity]))[entity.id]
    kind = titles.CALLED[entity.family]
    raise UserFault(
        code="not-yours",
        detail=f'{field}: the {kind} "{title}" is {called}\'s, and only its own node'
        " changes it.",
        way_out=f"Ask {called}, or choose a {kind} of your own.",
        field=field,
        expected=f"a {kind} of your own",
        example="evt_k3fw72qa",
        coop=forms.text("coop", entity.coop),
    )
