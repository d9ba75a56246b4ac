"""Reliability: what became of promises, and why, to learn from. Not a league table.

A promise of work is kept once accepted reports come to what was confirmed, one of
money once it is covered; until then it is open. Once its last day has passed, by the
day of who asks, it is broken, unless what is reported or sent would keep it and only
the other side's word is missing; one kept late is kept. One that its own side let go is
released, one whose acceptance was taken back is overtaken.
"""

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from node.views.names import Names
from node.views.pledges import Joined
from protocol import ids as forms
from protocol.joins.ledger import Account
from protocol.joins.payments import Settlement
from protocol.joins.reports import Delivery
from protocol.state import Entity

#: What becomes of a promise, in the order in which it is told.
FATES: Final = (
    *("kept", "open", "broken", "released", "overtaken", "unmatched"),
    *("declined", "withdrawn"),
)


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """A reason that was given, how often, and of which pledges."""

    reason: str
    count: int
    pledges: list[str]


class Fate(msgspec.Struct, frozen=True, kw_only=True):
    """How many promises came to this, which ones, and the reasons given."""

    fate: str
    count: int
    pledges: list[str]
    reasons: list[Reason]


class Reliable(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one co-op's promises; those that wait for an answer are none."""

    coop: str
    name: str
    promises: int
    fates: list[Fate]


class Reliability(msgspec.Struct, frozen=True, kw_only=True):
    """Co-ops by name."""

    coops: list[Reliable]


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What was done of promises by their pledge, in minutes or minor units.

    `coming` is reported or sent, and the other side has not said yet that it is so.
    `last` is the day on which it was to be done or paid, where one is known.
    """

    kept: Mapping[bytes, int]
    coming: Mapping[bytes, int]
    last: Mapping[bytes, datetime.date]


def done(
    deliveries: Iterable[Delivery],
    settlements: Iterable[Settlement],
    accounts: Iterable[Account],
    ends: Mapping[bytes, datetime.date],
) -> Done:
    """Sum up what was done; `ends` are the last days of work, by pledge."""
    kept: Counter[bytes] = Counter()
    coming: Counter[bytes] = Counter()
    last = dict(ends)
    for one in deliveries:
        if one.standing == "accepted":
            kept[one.pledge] += one.minutes
        elif one.standing == "reported":
            coming[one.pledge] += one.minutes
    for paid in settlements:
        if paid.promise is not None:
            coming[paid.promise] += paid.in_transit
    for debt in (debt for account in accounts for debt in account.debts):
        kept[debt.source] += debt.covered
        if debt.due is not None:
            last[debt.source] = debt.due
    return Done(kept=kept, coming=coming, last=last)


def report(
    names: Names, joined: Sequence[Joined], made: Done, today: datetime.date
) -> Reliability:
    """Count what became of pledges by a day, by the co-op that made them."""
    by_coop: dict[bytes, dict[str, list[Joined]]] = {}
    for pledge in joined:
        fate = _fate(pledge, made, today)
        if fate is not None:
            fates = by_coop.setdefault(pledge.pledge.coop, {})
            fates.setdefault(fate, []).append(pledge)
    return Reliability(
        coops=[
            _reliable(coop, names.of(coop), by_coop[coop])
            for coop in sorted(by_coop, key=names.order)
        ]
    )


def _fate(one: Joined, made: Done, today: datetime.date) -> str | None:
    stands, id_ = one.commitment, one.pledge.id
    if stands.standing in {"offered", "accepted"}:
        return None
    if stands.standing != "committed":
        return stands.standing
    kept = made.kept.get(id_, 0)
    if kept >= stands.quantity:
        return "kept"
    late = made.last.get(id_, datetime.date.max) < today
    waiting = kept + made.coming.get(id_, 0) >= stands.quantity
    return "broken" if late and not waiting else "open"


def _reliable(
    coop: bytes, name: str, fates: Mapping[str, Sequence[Joined]]
) -> Reliable:
    return Reliable(
        coop=forms.text("coop", coop),
        name=name,
        promises=sum(map(len, fates.values())),
        fates=[
            Fate(
                fate=fate,
                count=len(fates[fate]),
                pledges=[forms.text("evt", one.pledge.id) for one in fates[fate]],
                reasons=_reasons(fate, fates[fate]),
            )
            for fate in FATES
            if fate in fates
        ],
    )


def _reasons(fate: str, listed: Sequence[Joined]) -> list[Reason]:
    found: dict[str, list[str]] = {}
    for one in listed:
        reason = next(filter(None, map(_reason, _told_by(fate, one))), None)
        if reason is not None:
            found.setdefault(reason, []).append(forms.text("evt", one.pledge.id))
    return [
        Reason(reason=reason, count=len(found[reason]), pledges=found[reason])
        for reason in sorted(found)
    ]


def _told_by(fate: str, one: Joined) -> list[Entity]:
    """Say which entities tell why: the pledge itself, or the taker's word on it."""
    if fate in {"declined", "overtaken"}:
        return [half for half in one.related.values() if half.coop == one.body.owner]
    return [one.pledge]


def _reason(entity: Entity) -> str | None:
    """Read the reason that an entity keeps, where its family keeps one."""
    reason: str | None = getattr(entity.body, "reason", None)
    return reason
