"""All observations of a process into one notice.

OCDS 1.1 calls this "merging", with a strategy per field of its schema. Ours is that
strategy, simplified:

    order       by (date, id); the order of arrival means nothing, nor do repeats
    fields      the later release wins; what it does not mention stays
    objects     a period or a plan field by field; an amount, an attribution as one
    lists       lots, awards, amendments by their id, each field by field
    CPV         the later release's codes first, then the earlier ones
    null        says nothing here (OCDS: removes): publishers write it for "not known"

So a node keeps every observation (`encode`, one row each; equal ones are equal bytes)
and folds all of one ocid again when another arrives. A notice alone could not take in
a release that is older than it: which release a field came from is not in it.

What only parts of a tender say is drawn together at the end: a title from the plan or
an award, a value from the lots, so that a stopgap never overwrites the real one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec
from msgspec.structs import asdict, replace

from node.exchange.codelists import Status
from node.exchange.notice import (
    Amendment,
    Attribution,
    Award,
    Facts,
    Lot,
    Money,
    Notice,
    Observation,
    Outcome,
    Period,
    Plan,
    encode,
)
from node.exchange.place import MAX_NOTES
from node.exchange.status import CHOSEN, result, status

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

S = TypeVar("S", bound=msgspec.Struct)
Entry = TypeVar("Entry", Lot, Award, Amendment)
Rule = Callable[[Any, Any], object]
"""From the earlier and the later value of a field to the one that holds."""

DIGEST_TAG: Final = b"wortley/1/notice\0"

NOT_DIGESTED: Final = frozenset(
    {"as_of", "published", "releases", "tags", "notes", "digest"}
)
"""Where a notice comes from rather than what it says."""

NOT_SAID: Final = (None, (), Attribution())
"""What a later release does not overwrite an earlier one with."""

OUTCOMES: Final[dict[Status, Outcome]] = {
    Status.AWARDED: "lost",
    Status.UNSUCCESSFUL: "withdrawn",
    Status.CANCELLED: "withdrawn",
    Status.WITHDRAWN: "withdrawn",
}
"""What a process decides about a lead, unless one of ours is among the suppliers."""


def fold(observations: Iterable[Observation]) -> dict[str, Notice]:
    """Return ocid -> notice, in the order in which the ocids are met first."""
    by_ocid: dict[str, list[Observation]] = {}
    for observation in observations:
        by_ocid.setdefault(observation.ocid, []).append(observation)
    return {ocid: notice(several) for ocid, several in by_ocid.items()}


def notice(observations: Iterable[Observation]) -> Notice:
    """Return the notice of one process. Raises ValueError for none, or for several."""
    history = _history(observations)
    if not history or any(one.ocid != history[0].ocid for one in history):
        raise ValueError("a notice is made of the observations of one ocid")
    facts = _facts(history[0])
    for observation in history[1:]:
        facts = _later(facts, _facts(observation), RULES)
    facts = _drawn_together(facts)
    made = Notice(
        **asdict(facts),
        status=status(facts),
        as_of=(history[-1].date, history[-1].id),
        published=history[0].date,
        releases=len({(one.date, one.id) for one in history}),
        notes=tuple(
            dict.fromkeys(note for one in reversed(history) for note in one.notes)
        )[:MAX_NOTES],
    )
    return replace(made, digest=_digest(made))


def outcome(made: Notice, *, ours: Collection[str] = ()) -> Outcome | None:
    """Return what the process decides about our lead, None while it is open.

    ours: names under which we may have bid. An award to others means lost.
    """
    decided = OUTCOMES.get(made.status)
    names = {_folded(name) for name in ours}
    chosen = (award.suppliers for award in made.awards if result(award) in CHOSEN)
    suppliers = {_folded(name) for several in chosen for name in several}
    return "won" if names & suppliers and decided != "withdrawn" else decided


def _history(observations: Iterable[Observation]) -> list[Observation]:
    """Return each observation once, in the order of (date, id).

    Two that share both are told apart by their bytes: any order, but always one.
    """
    distinct = {encode(one): one for one in observations}
    return [
        distinct[key]
        for key in sorted(distinct, key=lambda k: (distinct[k].date, distinct[k].id, k))
    ]


def _facts(observation: Observation) -> Facts:
    names = Facts.__struct_fields__
    return Facts(**{name: getattr(observation, name) for name in names})


def _later(old: S, new: S, rules: Mapping[str, Rule]) -> S:
    """Return old with all that new says; rules: of the fields that have one."""
    changes: dict[str, object] = {}
    for name in new.__struct_fields__:
        before, after = getattr(old, name), getattr(new, name)
        if after not in NOT_SAID:
            changes[name] = rules.get(name, _one)(before, after)
    return replace(old, **changes)


def _one(before: object, after: object) -> object:
    match before, after:
        case Period(), Period():
            return _period(before, after)
        case Plan(), Plan():
            return _later(before, after, {})
        case _:
            return after


def _period(before: Period, after: Period) -> Period:
    merged = _later(before, after, {})
    if merged.start and merged.end and merged.start > merged.end:
        return after
    return merged


def _by_id(before: Sequence[Entry], after: Sequence[Entry]) -> tuple[Entry, ...]:
    entries = {entry.id: entry for entry in before}
    for entry in after:
        known = entries.get(entry.id)
        entries[entry.id] = entry if known is None else _later(known, entry, {})
    return tuple(entries.values())


def _newest_first(before: tuple[str, ...], after: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(after + before))


RULES: Final[Mapping[str, Rule]] = {
    "lots": _by_id,
    "awards": _by_id,
    "amendments": _by_id,
    "cpv": _newest_first,
    "tags": _newest_first,
}


def _drawn_together(facts: Facts) -> Facts:
    plan, award = facts.plan or Plan(), next(iter(facts.awards), None)
    periods = [lot.period for lot in facts.lots] + [a.period for a in facts.awards]
    return replace(
        facts,
        tags=tuple(sorted(set(facts.tags))),
        title=facts.title or plan.title or (award.title if award else None),
        description=facts.description or plan.description,
        value=facts.value or _sum(facts.lots) or plan.budget,
        deadline=facts.deadline or _first_deadline(facts.lots),
        period=facts.period or _span(periods),
        link=facts.link or facts.attribution.uri,
    )


def _sum(lots: Sequence[Lot]) -> Money | None:
    """Return the value of all lots together, when each has one in one currency."""
    values = [lot.value for lot in lots if lot.value is not None]
    if not values or len(values) < len(lots):
        return None
    if len({value.currency for value in values}) > 1:
        return None
    total = sum(value.minor for value in values)
    return Money(currency=values[0].currency, minor=total)


def _first_deadline(lots: Sequence[Lot]) -> datetime | None:
    """Return the earliest: a lead that waits for a later one misses a lot."""
    return min((lot.deadline for lot in lots if lot.deadline is not None), default=None)


def _span(periods: Sequence[Period | None]) -> Period | None:
    starts = [p.start for p in periods if p is not None and p.start is not None]
    ends = [p.end for p in periods if p is not None and p.end is not None]
    start, end = min(starts, default=None), max(ends, default=None)
    if start is None and end is None:
        return None
    return Period(start=start, end=end)


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _digest(made: Notice) -> str:
    said = {
        name: value for name, value in asdict(made).items() if name not in NOT_DIGESTED
    }
    canonical = msgspec.json.encode(said, order="sorted")
    return hashlib.sha256(DIGEST_TAG + canonical).hexdigest()
