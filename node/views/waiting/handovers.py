"""Leads that change hands: offered to this co-op, or by it."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from node.views import handovers, titles
from node.views.handovers import Joined
from node.views.short import brief
from node.views.waiting.desk import Desk, Found, Matter, Told, quoted
from protocol.state import Entity


class _Step(NamedTuple):
    """What comes next; the words take finder, taker, fee and title."""

    sentence: str
    why: str
    command: str


_ANSWER: Final = _Step(
    "{finder} offers this co-op its lead {title} for {fee}.",
    "It stays the finder's before this co-op accepts, or declines; `wortley handover"
    " show` has the terms.",
    "handover accept {offer}",
)
_OPEN: Final = _Step(
    "This co-op has taken over {title} of {finder}.",
    "It stands nowhere as this co-op's lead before it is opened.",
    "lead open --via {offer}",
)
_PASS_ON: Final = _Step(
    "{taker} has accepted {title} for {fee}.",
    "It is still open as a lead of this co-op before it is passed on.",
    "lead advance {lead} passed-on",
)
_TAKE_BACK: Final = _Step(
    "{taker} does not take {title}.",
    "It is kept for that co-op, and can be offered to no other, until the offer is"
    " withdrawn.",
    "handover withdraw {offer}",
)


async def _offers(desk: Desk) -> list[Found[tuple[Joined, _Step]]]:
    """Find hand-overs in which the next step is this co-op's."""
    books = desk.books
    own = await books.state.own("handover", ("offered",), books.coop)
    dated = {one.entity.id: one for one in (*desk.asked["handover"], *own)}
    joined = await handovers.joined(books, [one.entity for one in dated.values()])
    leads = await books.state.many({one.body.lead for one in joined})
    return [
        Found(
            urgency="asked",
            id=one.offer.id,
            what=(one, step),
            since=dated[one.offer.id].moved,
        )
        for one in joined
        if (step := _step(desk, one, leads.get(one.body.lead))) is not None
    ]


def _step(desk: Desk, one: Joined, lead: Entity | None) -> _Step | None:
    """Say what this co-op does next, given the finder's lead."""
    handing, coop = one.handing, desk.books.coop
    if handing.taker == coop != handing.finder:
        if handing.standing == "offered":
            return _ANSWER
        waits = handing.standing == "effective" and handing.opened is None
        return _OPEN if waits else None
    if handing.finder != coop or lead is None or lead.state == "passed-on":
        return None
    if handing.standing == "effective":
        return _PASS_ON
    return _TAKE_BACK if handing.standing in {"declined", "unmatched"} else None


async def _tell(desk: Desk, found: Sequence[tuple[Joined, _Step]]) -> list[Told]:
    leads = await desk.books.state.many({one.body.lead for one, _ in found})
    titled = await titles.of(desk.books, leads.values())
    told = []
    for one, step in found:
        words = {
            "finder": desk.names.of(one.handing.finder),
            "taker": desk.names.of(one.handing.taker),
            "fee": titles.fee(one.handing.fee),
            "title": quoted(titled.get(one.body.lead, "")),
            "offer": brief("evt", one.offer.id),
            "lead": brief("evt", one.body.lead),
        }
        told.append(
            Told(
                step.sentence.format(**words),
                step.why,
                f"wortley {step.command.format(**words)}",
            )
        )
    return told


OFFERS: Final = Matter(
    family="handover",
    find=_offers,
    tell=_tell,
    one="hand-over to go on with",
    many="hand-overs to go on with",
)
