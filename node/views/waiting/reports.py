"""Work that was done: to report, to accept or dispute, and to come to terms about."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from node.store.waiting_reader import Dated
from node.views import efforts, titles
from node.views.pledges import joined
from node.views.short import brief
from node.views.waiting.desk import Desk, Found, Matter, Told, quoted
from protocol.joins.reports import Delivery, deliver
from protocol.rules.pledges import Pledge
from protocol.rules.reports import LIVE, Report
from protocol.state import Entity


class _Reported(NamedTuple):
    body: Report
    delivery: Delivery


async def _reported(
    desk: Desk, reports: Sequence[Dated], *standings: str
) -> list[Found[_Reported]]:
    """Join reports with what their receivers say, and leave those of a standing."""
    said: dict[bytes, list[Entity]] = {one.entity.id: [] for one in reports}
    for word in await desk.books.state.referring(said):
        if word.ref is not None:
            said[word.ref].append(word)
    found = []
    for one in reports:
        body = one.entity.body
        delivery = deliver(one.entity, said[one.entity.id])
        if isinstance(body, Report) and delivery.standing in standings:
            found.append(
                Found(
                    urgency="asked",
                    id=one.entity.id,
                    what=_Reported(body, delivery),
                    since=one.moved,
                )
            )
    return found


async def _asked(desk: Desk) -> list[Found[_Reported]]:
    """Find reports of work for this co-op that have no word of it yet.

    One that was corrected since has none either.
    """
    to_us = [
        one
        for one in desk.asked["report"]
        if isinstance(one.entity.body, Report)
        and one.entity.body.receiver == desk.books.coop
    ]
    return await _reported(desk, to_us, "reported", "stale")


async def _disputed(desk: Desk) -> list[Found[_Reported]]:
    """Find reports of this co-op that their receivers dispute."""
    own = await desk.books.state.answered(
        {"report": sorted(LIVE)}, desk.books.coop, {"report-answer": ("disputed",)}
    )
    return await _reported(desk, own, "disputed")


async def _titled(desk: Desk, found: Sequence[Report]) -> dict[bytes, str]:
    """Give the titles of what was worked for, by the pledge."""
    pledged = await desk.books.state.many({one.pledge for one in found})
    to = {
        one.id: one.body.to for one in pledged.values() if isinstance(one.body, Pledge)
    }
    targets = await desk.books.state.many(set(to.values()))
    titled = await titles.of(desk.books, targets.values())
    return {pledge: titled.get(target, "") for pledge, target in to.items()}


async def _tell_asked(desk: Desk, found: Sequence[_Reported]) -> list[Told]:
    titled = await _titled(desk, [one.body for one in found])
    told = []
    for body, delivery in found:
        amount = delivery.amount
        worth = (
            ""
            if amount is None
            else f", worth {titles.quantity(amount.amount, amount.currency)}"
        )
        told.append(
            Told(
                f"{desk.names.of(delivery.provider)} reports"
                f" {efforts.write(delivery.minutes)} of work for"
                f" {quoted(titled.get(body.pledge, ''))}, {body.starts} to"
                f" {body.ends}{worth}.",
                "It was corrected after the answer of this co-op."
                if delivery.standing == "stale"
                else "It counts as done once this co-op accepts it, or else disputes"
                " it: `wortley report dispute`.",
                f"wortley report accept {brief('evt', delivery.report)}",
            )
        )
    return told


async def _tell_disputed(desk: Desk, found: Sequence[_Reported]) -> list[Told]:
    titled = await _titled(desk, [one.body for one in found])
    return [
        Told(
            f"{desk.names.of(delivery.receiver)} disputes"
            f" {efforts.write(delivery.minutes)} of work for"
            f" {quoted(titled.get(body.pledge, ''))}.",
            "`wortley report show` has what it writes; a third co-op may help:"
            " `wortley mediation agree`.",
            f"wortley report correct {brief('evt', delivery.report)} --effort EFFORT",
        )
        for body, delivery in found
    ]


# --- to report ----------------------------------------------------------------------


async def _unreported(desk: Desk) -> list[Found[Entity]]:
    """Find work that this co-op was bound to, whose last day is over, without a report.

    Work without a window has no last day.
    """
    books = desk.books
    over = [
        one
        for one in desk.bound
        if isinstance(one.entity.body, Pledge)
        and one.entity.body.ends is not None
        and one.entity.body.ends < desk.day
    ]
    if not over:
        return []
    reported = {
        one.entity.body.pledge
        for one in await books.state.own("report", sorted(LIVE), books.coop)
        if isinstance(one.entity.body, Report)
    }
    left = {one.entity.id: one for one in over if one.entity.id not in reported}
    return [
        Found(
            urgency="own",
            id=one.pledge.id,
            what=one.pledge,
            since=left[one.pledge.id].moved,
            due=one.body.ends,
        )
        for one in await joined(books, [each.entity for each in left.values()])
        if one.commitment.standing == "committed" and one.body.owner != books.coop
    ]


async def _tell_unreported(desk: Desk, found: Sequence[Entity]) -> list[Told]:
    listed = [(one, one.body) for one in found if isinstance(one.body, Pledge)]
    targets = await desk.books.state.many({body.to for _, body in listed})
    titled = await titles.of(desk.books, targets.values())
    return [
        Told(
            f"{efforts.write(body.quantity)} of work for"
            f" {quoted(titled.get(body.to, ''))} were to be done by {body.ends}.",
            f"{desk.names.of(body.owner)} has no report of it, so nothing of it counts"
            " or can be asked for.",
            f"wortley report make {brief('evt', one.id)} {body.quantity}m --from"
            f" {body.starts or 'DATE'} --to {body.ends}",
        )
        for one, body in listed
    ]


ASKED: Final = Matter(
    family="report",
    find=_asked,
    tell=_tell_asked,
    one="work report to look at",
    many="work reports to look at",
)
DISPUTED: Final = Matter(
    family="report",
    find=_disputed,
    tell=_tell_disputed,
    one="disputed report to correct",
    many="disputed reports to correct",
)
UNREPORTED: Final = Matter(
    family="pledge",
    find=_unreported,
    tell=_tell_unreported,
    one="piece of work to report",
    many="pieces of work to report",
)
