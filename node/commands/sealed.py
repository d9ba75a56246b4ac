"""Commands about sealed texts: share words with a few co-ops, see what was shared."""

from collections.abc import Sequence
from typing import Final

import msgspec

from node import money, sealing
from node.act import Draft
from node.commands import fields
from node.commands.command import Command, Tell, command
from node.commands.fields import Charge
from node.commands.form import (
    Asking,
    Writing,
    books_of,
    coop_or_all,
    own,
    own_of,
    reading,
    writing,
)
from node.node import Node
from node.views import efforts, ids, names, sealed, texts
from node.views.sealed import SealedPage, SealedRow
from protocol.kinds.fields import Rate
from protocol.kinds.sealed import CUSTODIANS, READERS
from protocol.rules.sealed import SUBJECTS
from protocol.state import Entity


class ShareLead(Writing, frozen=True, kw_only=True):
    """A lead of one's own, who may read, and what nobody else is to read.

    custodians: co-ops that keep it for them and cannot open it; where none are given
    (null), the node chooses some if it cannot meet the readers.
    """

    lead: str
    to: tuple[str, ...]
    details: str
    custodians: tuple[str, ...] | None = None


class ShareBid(Writing, frozen=True, kw_only=True):
    """A bid of one's own, who may read, and what of it nobody else is to read."""

    bid: str
    to: tuple[str, ...]
    details: str
    custodians: tuple[str, ...] | None = None


class ShareRate(Writing, frozen=True, kw_only=True):
    """An offer, pledge or bid of one's own, who may read, and what it costs them."""

    about: str
    to: tuple[str, ...]
    rate: Charge
    note: str | None = None
    custodians: tuple[str, ...] | None = None


class ListSealed(Asking, frozen=True, kw_only=True):
    """Which sealed texts: about one thing, of one co-op."""

    about: str | None = None
    coop: str | None = None


class OneSealed(Asking, frozen=True, kw_only=True):
    """A sealed text by its id."""

    text: str


class SealedList(msgspec.Struct, frozen=True, kw_only=True):
    """Sealed texts, the oldest first."""

    texts: list[SealedRow]


async def share_lead(node: Node, args: ShareLead) -> Sequence[Draft]:
    """Seal what a lead leaves unsaid: whom to ask, where it is, what they pay."""
    entity = await own(books_of(node), args.lead, "lead", "lead")
    return await _details(node, entity, args, "Ask for Mae, 01234 567890")


async def share_bid(node: Node, args: ShareBid) -> Sequence[Draft]:
    """Seal what of a bid competitors are not to know: how it is to be won, and made."""
    entity = await own(books_of(node), args.bid, "bid", "bid")
    return await _details(node, entity, args, "We go down to 17 000")


async def _details(
    node: Node, about: Entity, args: ShareLead | ShareBid, example: str
) -> Sequence[Draft]:
    words = texts.prose(args.details)
    if not words:
        raise fields.fault("details", args.details, "words", example)
    to, custodians = await _named(node, args.to, args.custodians)
    return [
        sealing.seal(node, about.id, "details", to, words=words, custodians=custodians)
    ]


async def share_rate(node: Node, args: ShareRate) -> Sequence[Draft]:
    """Seal a price for those whom it is for."""
    families = ("capacity", "pledge", "bid")
    entity = await own_of(books_of(node), args.about, families, "about")
    usual = node.register.roster.charter.currency
    rate = fields.some_rate(args.rate, usual)
    note = texts.prose(args.note or "")
    words = "\n".join([_priced(rate), *([note] if note else [])])
    to, custodians = await _named(node, args.to, args.custodians)
    return [
        sealing.seal(node, entity.id, "rate", to, words=words, custodians=custodians)
    ]


def _priced(rate: Rate) -> str:
    sum_ = money.write(rate.amount, rate.currency)
    return f"{sum_.amount} {sum_.currency} for {efforts.write(rate.minutes)}"


async def _named(
    node: Node, to: Sequence[str], custodians: Sequence[str] | None
) -> tuple[list[bytes], list[bytes] | None]:
    """Find readers and custodians, and refuse what the rule would."""
    books = books_of(node)
    known = await names.load(books)
    readers: list[bytes] = [ids.find_coop(books, known, one, "to") for one in to]
    if not 1 <= len(set(readers)) <= READERS:
        raise fields.fault("to", list(to), f"1 to {READERS} co-ops", "Birch")
    if node.coop in readers:
        raise fields.fault("to", list(to), "other co-ops; you read it anyway", "Birch")
    if custodians is None:
        return readers, None
    keepers: list[bytes] = [
        ids.find_coop(books, known, one, "custodians") for one in custodians
    ]
    if len(set(keepers)) > CUSTODIANS:
        given = f"{len(set(keepers))} co-ops"
        raise fields.fault("custodians", given, f"at most {CUSTODIANS} co-ops", "Cedar")
    for one in keepers:
        if one in {node.coop, *readers}:
            expected = "a co-op beside those that read it"
            called = known.of(one)
            raise fields.fault("custodians", called, expected, "Cedar")
    return readers, keepers


async def list_sealed(node: Node, args: ListSealed, _tell: Tell) -> SealedList:
    """List what is sealed, for whomever."""
    books, known = await reading(node)
    coop = coop_or_all(books, known, args.coop)
    if args.about is None:
        found = await books.state.entities("sealed", coop=coop)
    else:
        subject = await ids.find(books, args.about, tuple(SUBJECTS), "about")
        about = sealed.pick(await books.state.referring([subject.id]))
        found = [one for one in about if coop in (None, one.coop)]
    return SealedList(texts=await sealed.rows(books, known, found))


async def show_sealed(node: Node, args: OneSealed, _tell: Tell) -> SealedPage:
    """Show one: its words where they are for this co-op, and who reads them."""
    books, known = await reading(node)
    entity = await ids.find(books, args.text, ("sealed",), "text")
    (row,) = await sealed.rows(books, known, [entity])
    opened = await sealing.open_here(node, entity)
    words = None if opened.words is None else texts.prose(opened.words)
    return SealedPage(**msgspec.structs.asdict(row), words=words, why=opened.why)


COMMANDS: Final[dict[str, Command]] = {
    "lead.share": writing(ShareLead, share_lead),
    "bid.share": writing(ShareBid, share_bid),
    "rate.share": writing(ShareRate, share_rate),
    "sealed.list": command(ListSealed, list_sealed),
    "sealed.show": command(OneSealed, show_sealed),
}
