"""Pledges that wait for the word of this co-op."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from node.views import pledges, titles
from node.views.pledges import Joined
from node.views.short import brief
from node.views.waiting.desk import Desk, Found, Matter, Told, last, quoted
from protocol.rules import funds as fund_rules
from protocol.rules import leads as lead_rules
from protocol.rules import projects as project_rules
from protocol.rules.pledges import Pledge
from protocol.state import Entity

#: What is pledged to, and in which states it takes pledges.
_TAKING: Final[Mapping[str, Sequence[str]]] = {
    "lead": sorted(lead_rules.TAKING),
    "project": sorted(project_rules.TAKING),
    "fund": sorted(fund_rules.TAKING),
}
#: A log has one answer on a pledge; while it is open, the pledge waits.
_ANSWERED: Final[Mapping[str, Sequence[str]]] = {"answer": ("accepted", "declined")}


async def _answers(desk: Desk) -> list[Found[bytes]]:
    """Find pledges to what this co-op owns that it has not answered.

    Those in a round point to the round, whose result says what is taken of them.
    """
    found = await desk.books.state.put_to(
        {"pledge": ("offered",)}, _TAKING, desk.books.coop, _ANSWERED
    )
    return [
        Found(urgency="asked", id=pledge, what=pledge, since=moved)
        for pledge, moved in found.items()
    ]


async def _tell_answers(desk: Desk, found: Sequence[bytes]) -> list[Told]:
    pledged = await desk.books.state.many(found)
    return await _tell(
        desk,
        await pledges.joined(desk.books, [pledged[one] for one in found]),
        "{pledger} offers {quantity} for {title}.",
        "Nothing is promised before this co-op accepts, or declines.",
        "pledge accept",
    )


async def _confirmations(desk: Desk) -> list[Found[Joined]]:
    """Find pledges of this co-op that were accepted."""
    offered = await desk.books.state.answered(
        {"pledge": ("offered",)}, desk.books.coop, {"acceptance": ("given",)}
    )
    return await _found(desk, [one.entity for one in offered], "accepted")


async def _overtaken(desk: Desk) -> list[Found[Joined]]:
    """Find what this co-op had confirmed when the acceptance was withdrawn."""
    named = {
        one.entity.body.confirmed.acceptance: one.entity
        for one in desk.bound
        if isinstance(one.entity.body, Pledge) and one.entity.body.confirmed is not None
    }
    gone = await desk.books.state.standing_so(named, "acceptance", ("withdrawn",))
    pledged = [one for acceptance, one in named.items() if acceptance in gone]
    return await _found(desk, pledged, "overtaken")


async def _found(
    desk: Desk, own: Sequence[Entity], standing: str
) -> list[Found[Joined]]:
    """Leave the commitments that stand so; they wait since the last word on them."""
    books = desk.books
    joined = [
        one
        for one in await pledges.joined(books, own)
        if one.commitment.standing == standing
    ]
    words = [one.commitment.acceptance for one in joined]
    lived = await books.state.times([one for one in words if one is not None])
    return [
        Found(
            urgency="asked",
            id=one.pledge.id,
            what=one,
            since=last(lived, one.commitment.acceptance or one.pledge.id),
        )
        for one in joined
    ]


def _telling(
    sentence: str, why: str, command: str
) -> Callable[[Desk, Sequence[Joined]], Awaitable[list[Told]]]:
    async def tell(desk: Desk, found: Sequence[Joined]) -> list[Told]:
        return await _tell(desk, found, sentence, why, command)

    return tell


async def _tell(
    desk: Desk, found: Sequence[Joined], sentence: str, why: str, command: str
) -> list[Told]:
    books, names = desk.books, desk.names
    targets = await books.state.many({one.body.to for one in found})
    titled = await titles.of(books, targets.values())
    return [
        Told(
            sentence.format(
                pledger=names.of(one.pledge.coop),
                taker=names.of(one.body.owner),
                quantity=_quantity(one),
                title=quoted(titled.get(one.body.to, "")),
            ),
            why,
            f"wortley {command} {brief('evt', one.pledge.id)}",
        )
        for one in found
    ]


def _quantity(one: Joined) -> str:
    stands = one.commitment
    skill = f" of {one.body.skill}" if one.body.skill else ""
    return f"{titles.quantity(stands.quantity, stands.unit)}{skill}"


ANSWERS: Final = Matter(
    family="pledge",
    find=_answers,
    tell=_tell_answers,
    one="pledge to accept or decline",
    many="pledges to accept or decline",
)
CONFIRMATIONS: Final = Matter(
    family="pledge",
    find=_confirmations,
    tell=_telling(
        "{taker} has accepted {quantity} of this co-op for {title}.",
        "It binds nobody before this co-op confirms it.",
        "pledge confirm",
    ),
    one="accepted pledge to confirm",
    many="accepted pledges to confirm",
)
OVERTAKEN: Final = Matter(
    family="pledge",
    find=_overtaken,
    tell=_telling(
        "{taker} has withdrawn its acceptance of {quantity} for {title}.",
        "This co-op had confirmed it, and stays bound until it releases the pledge.",
        "pledge release",
    ),
    one="overtaken pledge to release",
    many="overtaken pledges to release",
)
