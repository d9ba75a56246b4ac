"""Commands about mediation: the parties of a quarrel agree on who helps them."""

from collections.abc import Sequence
from typing import Final

import msgspec

from node.act import Draft
from node.commands import fields
from node.commands.answering import other_coop
from node.commands.command import Command, Tell, command
from node.commands.form import Asking, Writing, books_of, coop_or_all, reading, writing
from node.errors import UserFault
from node.node import Node
from node.views import ids, mediations
from node.views.books import Books
from node.views.mediations import MediationRow
from node.views.names import Names
from protocol.joins.agreeing import Mediating
from protocol.kinds.mediations import (
    MediationAccepted,
    MediationAgreed,
    MediationEnded,
)
from protocol.rules.mediations import mediation_id


class AgreeMediation(Writing, frozen=True, kw_only=True):
    """A mediator for this co-op and other parties, about one thing by its id."""

    about: str
    mediator: str
    parties: tuple[str, ...]
    note: str | None = None


class AcceptMediation(Writing, frozen=True, kw_only=True):
    """A thing about which parties have named this co-op as mediator.

    `parties` are needed where different lists of them have.
    """

    about: str
    parties: tuple[str, ...] = ()
    note: str | None = None


class EndMediation(Writing, frozen=True, kw_only=True):
    """A thing about which this co-op has agreed to mediation, and why that ends."""

    about: str
    reason: str | None = None
    note: str | None = None


class ListMediations(Asking, frozen=True, kw_only=True):
    """Which mediations: those that a co-op has to do with."""

    coop: str | None = None


class Mediations(msgspec.Struct, frozen=True, kw_only=True):
    """Mediations, sorted by what they are about."""

    mediations: list[MediationRow]


async def agree(node: Node, args: AgreeMediation) -> Sequence[Draft]:
    """Agree, as a party, on a mediator."""
    books, names = await reading(node)
    about = await ids.find(books, args.about, ids.ALL_FAMILIES, "about")
    mediator = ids.find_coop(books, names, args.mediator, "mediator")
    others = [other_coop(books, names, one, "parties") for one in args.parties]
    parties = tuple(sorted({books.coop, *others}))
    if len(parties) == 1:
        raise fields.fault("parties", list(args.parties), "the other parties", "Alba")
    if mediator in parties:
        called = names.of(mediator)
        raise fields.fault("mediator", called, "a co-op beside the parties", "Cedar")
    body = MediationAgreed(about=about.id, mediator=mediator, parties=parties)
    words = fields.said(fields.words(note=args.note))
    return [fields.draft("mediation.agreed", body, words)]


async def accept(node: Node, args: AcceptMediation) -> Sequence[Draft]:
    """Be willing to mediate, between the parties who ask for it."""
    books, names = await reading(node)
    about = await ids.find(books, args.about, ids.ALL_FAMILIES, "about")
    asked = [
        one
        for one in await mediations.load(books)
        if (one.about, one.mediator) == (about.id, books.coop)
    ]
    if args.parties:
        wanted = {ids.find_coop(books, names, one, "parties") for one in args.parties}
        asked = [one for one in asked if set(one.parties) == wanted]
    if len(asked) != 1:
        raise _not_asked(names, asked)
    body = MediationAccepted(about=about.id, parties=asked[0].parties)
    words = fields.said(fields.words(note=args.note))
    return [fields.draft("mediation.accepted", body, words)]


def _not_asked(names: Names, asked: Sequence[Mediating]) -> UserFault:
    lists = "; ".join(", ".join(map(names.of, one.parties)) for one in asked)
    detail = (
        f"parties: several lists of parties ask for it: {lists}."
        if asked
        else "about: nobody has named this co-op as mediator in that."
    )
    return UserFault(
        code="mediation-lists" if asked else "mediation-not-asked",
        detail=detail,
        way_out="Say which: --party CO-OP for each of them."
        if asked
        else "`wortley mediation list` shows who has agreed on whom.",
        field="parties" if asked else "about",
        expected="the parties of one of them"
        if asked
        else "a thing in which parties have named this co-op",
        example="Alba" if asked else "evt_k3fw72qa",
    )


async def end(node: Node, args: EndMediation) -> Sequence[Draft]:
    """End one's own half."""
    books = books_of(node)
    about = await ids.find(books, args.about, ids.ALL_FAMILIES, "about")
    await _check_agreed(books, about.id)
    body = MediationEnded(
        about=about.id, reason=fields.slug_or_none("reason", args.reason)
    )
    words = fields.said(fields.words(note=args.note))
    return [fields.draft("mediation.ended", body, words)]


async def _check_agreed(books: Books, about: bytes) -> None:
    half = await books.state.get(mediation_id(books.coop, about))
    if half is not None and half.state == "agreed":
        return
    raise UserFault(
        code="mediation-none",
        detail="about: this co-op has agreed to no mediation about that, or ended it.",
        way_out="`wortley mediation list` shows those there are.",
        field="about",
        expected="a thing about which this co-op has agreed to mediation",
        example="evt_k3fw72qa",
    )


async def list_mediations(node: Node, args: ListMediations, _tell: Tell) -> Mediations:
    """List mediations and whose word is missing."""
    books, names = await reading(node)
    coop = coop_or_all(books, names, args.coop)
    listed = [
        one
        for one in await mediations.load(books)
        if coop in {None, one.mediator, *one.parties}
    ]
    return Mediations(mediations=await mediations.rows(books, names, listed))


COMMANDS: Final[dict[str, Command]] = {
    "mediation.agree": writing(AgreeMediation, agree),
    "mediation.accept": writing(AcceptMediation, accept),
    "mediation.end": writing(EndMediation, end),
    "mediation.list": command(ListMediations, list_mediations),
}
