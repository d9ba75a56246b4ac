"""Agreements that wait for the signature of this co-op."""

from collections.abc import Sequence
from typing import Final

from node.views import agreements, titles
from node.views.agreements import Joined
from node.views.names import listed_or_nobody
from node.views.short import brief
from node.views.waiting.desk import Desk, Found, Matter, Told, quoted


async def _unsigned(desk: Desk) -> list[Found[Joined]]:
    asked = desk.asked["agreement"]
    moved = {one.entity.id: one.moved for one in asked}
    return [
        Found(
            urgency="asked",
            id=one.agreement.id,
            what=one,
            since=moved[one.agreement.id],
        )
        for one in await agreements.joined(desk.books, [one.entity for one in asked])
        if desk.books.coop in one.agreed.missing
    ]


async def _tell(desk: Desk, found: Sequence[Joined]) -> list[Told]:
    titled = await titles.of(desk.books, [one.agreement for one in found])
    names = desk.names
    return [
        Told(
            f"{names.of(one.agreement.coop)} asks this co-op to sign"
            f" {quoted(titled[one.agreement.id])}.",
            "It holds once all parties have signed; so far:"
            f" {listed_or_nobody([names.of(coop) for coop in one.agreed.signed])}."
            " Read it first: `wortley agreement show`.",
            f"wortley agreement sign {brief('evt', one.agreement.id)}",
        )
        for one in found
    ]


UNSIGNED: Final = Matter(
    family="agreement",
    find=_unsigned,
    tell=_tell,
    one="agreement to sign",
    many="agreements to sign",
)
