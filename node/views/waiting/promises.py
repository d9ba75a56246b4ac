"""Pledges that wait for the word of this co-op."""

from collections.abc import Sequence
from typing import Final

from node.views import open_pledges, titles
from node.views.pledges import Joined
from node.views.short import brief
from node.views.waiting.desk import Desk, Waiting, quoted, since
from protocol import ids as forms
from protocol.rules import leads as lead_rules
from protocol.rules import projects as project_rules

#: What a pledge can still be accepted for.
_TAKING: Final = tuple(
    (family, state)
    for family, states in (
        ("lead", lead_rules.TAKING),
        ("project", project_rules.TAKING),
    )
    for state in sorted(states)
)


async def answers(desk: Desk) -> list[Waiting]:
    """Find pledges to leads and projects of this co-op that nobody has answered."""
    return await _of_pledges(
        desk,
        await open_pledges.to_answer(desk.books, _TAKING),
        "{pledger} offers {quantity} for {title}.",
        "Nothing is promised before this co-op accepts, or declines.",
        "pledge accept",
    )


async def confirmations(desk: Desk) -> list[Waiting]:
    """Find pledges of this co-op that were accepted."""
    return await _of_pledges(
        desk,
        await open_pledges.to_confirm(desk.books),
        "{taker} has accepted {quantity} of this co-op for {title}.",
        "It binds nobody before this co-op confirms it.",
        "pledge confirm",
    )


async def overtaken(desk: Desk) -> list[Waiting]:
    """Find what this co-op had confirmed when the acceptance was withdrawn."""
    return await _of_pledges(
        desk,
        await open_pledges.overtaken(desk.books),
        "{taker} has withdrawn its acceptance of {quantity} for {title}.",
        "This co-op had confirmed it, and stays bound until it releases the pledge.",
        "pledge release",
    )


async def _of_pledges(
    desk: Desk, found: Sequence[Joined], sentence: str, why: str, command: str
) -> list[Waiting]:
    books, names = desk.books, desk.names
    targets = await books.state.many({one.body.to for one in found})
    titled = await titles.of(books, targets.values())
    # What waits began with the last word: the acceptance, else the pledge itself.
    last = {one.pledge.id: one.commitment.acceptance or one.pledge.id for one in found}
    lived = await books.state.times(last.values())
    return [
        Waiting(
            family="pledge",
            urgency="asked",
            id=forms.text("evt", one.pledge.id),
            sentence=sentence.format(
                pledger=names.of(one.pledge.coop),
                taker=names.of(one.body.owner),
                quantity=_quantity(one),
                title=quoted(titled.get(one.body.to, "")),
            ),
            why=why,
            since=since(lived, last[one.pledge.id]),
            due=None,
            command=f"wortley {command} {brief('evt', one.pledge.id)}",
        )
        for one in found
    ]


def _quantity(one: Joined) -> str:
    stands = one.commitment
    skill = f" of {one.body.skill}" if one.body.skill else ""
    return f"{titles.quantity(stands.quantity, stands.unit)}{skill}"
