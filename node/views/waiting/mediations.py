"""Mediations that this co-op is asked for, as the mediator or as a party."""

from collections.abc import Sequence
from typing import Final

from node.views import titles
from node.views.names import listed_or_nobody
from node.views.short import brief
from node.views.waiting.desk import Desk, Found, Matter, Told, quoted
from protocol.joins.agreeing import Mediating, mediations
from protocol.rules.mediations import mediation_id


async def _asked(desk: Desk) -> list[Found[Mediating]]:
    """Find mediations in which the word of this co-op is missing.

    It is missing in each list of parties or with each mediator but the one that its own
    half names; where it has such a half, it has answered.
    """
    coop = desk.books.coop
    halves = [one.entity for one in desk.asked["mediation"]]
    open_ = [
        one
        for one in mediations(halves)
        if one.standing == "open" and coop in one.missing
    ]
    own = await desk.books.state.many(mediation_id(coop, one.about) for one in open_)
    since = {one.entity.ref: one.moved for one in desk.asked["mediation"]}
    return [
        Found(urgency="asked", id=one.about, what=one, since=since.get(one.about))
        for one in open_
        if mediation_id(coop, one.about) not in own
    ]


async def _tell(desk: Desk, found: Sequence[Mediating]) -> list[Told]:
    about = await desk.books.state.many({one.about for one in found})
    titled = await titles.of(desk.books, about.values())
    return [_told(desk, one, titled.get(one.about, "")) for one in found]


def _told(desk: Desk, one: Mediating, title: str) -> Told:
    coop, names = desk.books.coop, desk.names
    matter = brief("evt", one.about)
    if one.mediator == coop:
        who = listed_or_nobody([names.of(each) for each in one.parties])
        parties = " ".join(f"--party {brief('coop', each)}" for each in one.parties)
        return Told(
            f"This co-op is asked to mediate between {who} about {quoted(title)}.",
            "It holds once all of them and the mediator have agreed.",
            f"wortley mediation accept {matter} {parties}",
        )
    others = [each for each in one.parties if each != coop]
    parties = " ".join(f"--party {brief('coop', each)}" for each in others)
    who = listed_or_nobody([names.of(each) for each in others])
    return Told(
        f"{names.of(one.mediator)} is to mediate between this co-op and {who} about"
        f" {quoted(title)}.",
        "It holds once all of them and the mediator have agreed.",
        f"wortley mediation agree {matter} --mediator {brief('coop', one.mediator)}"
        f" {parties}",
    )


ASKED: Final = Matter(
    family="mediation",
    find=_asked,
    tell=_tell,
    one="mediation to agree to",
    many="mediations to agree to",
)
