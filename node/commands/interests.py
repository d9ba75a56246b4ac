"""Commands about interest: say what this co-op thinks of a lead, see who else does."""

from collections.abc import Sequence
from typing import Final, cast, get_args

import msgspec

from node.act import Draft
from node.commands import fields
from node.commands.command import Command, Tell, command
from node.commands.form import (
    Asking,
    Writing,
    books_of,
    coop_or_all,
    reading,
    writing,
)
from node.errors import UserFault
from node.node import Node
from node.views import ids, interests
from node.views.interests import InterestRow
from protocol.kinds.interests import InterestSet, Stance

STANCES: Final[tuple[str, ...]] = get_args(Stance)


class SetInterest(Writing, frozen=True, kw_only=True):
    """A lead of another co-op, and what this one thinks of it."""

    lead: str
    stance: str
    reason: str | None = None
    note: str | None = None


class ListInterests(Asking, frozen=True, kw_only=True):
    """Which interests: in a lead, of a co-op, of some stances."""

    lead: str | None = None
    coop: str | None = None
    stances: tuple[str, ...] = ()


class Interests(msgspec.Struct, frozen=True, kw_only=True):
    """Interests, the oldest first."""

    interests: list[InterestRow]


async def set_interest(node: Node, args: SetInterest) -> Sequence[Draft]:
    """Say what this co-op thinks of a lead."""
    entity = await ids.find(books_of(node), args.lead, ("lead",), "lead")
    if entity.coop == node.coop:
        raise UserFault(
            code="lead-own",
            detail="lead: it is this co-op's own, so nobody asks for its interest.",
            way_out="`wortley interest list --lead LEAD` shows that of the others.",
            field="lead",
            expected="a lead of another co-op",
            example="evt_k3fw72qa",
        )
    body = InterestSet(
        lead=entity.id,
        owner=entity.coop,
        reason=fields.slug_or_none("reason", args.reason),
        stance=cast("Stance", fields.choice("stance", args.stance, STANCES)),
    )
    words = fields.said(fields.words(note=args.note))
    return [fields.draft("interest.set", body, words)]


async def list_interests(node: Node, args: ListInterests, _tell: Tell) -> Interests:
    """List what co-ops think of leads."""
    stances = fields.choices("stances", args.stances, STANCES)
    books, names = await reading(node)
    coop = coop_or_all(books, names, args.coop)
    lead = None
    if args.lead is not None:
        lead = await ids.find(books, args.lead, ("lead",), "lead")
    found = await interests.listed(books, lead=lead, coop=coop, stances=stances)
    return Interests(interests=await interests.rows(books, names, found))


COMMANDS: Final[dict[str, Command]] = {
    "interest.set": writing(SetInterest, set_interest),
    "interest.list": command(ListInterests, list_interests),
}
