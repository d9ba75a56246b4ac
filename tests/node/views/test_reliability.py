"""Reliability: reasons, wherever a family keeps one, and the day that breaks."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta

import pytest

from node.views import reliability
from node.views.figures.promised import Came, Done, came_of, reason_of
from node.views.names import Names
from node.views.pledges import Joined
from node.views.reliability import Fate
from protocol.joins.commitments import Commitment, Standing
from protocol.rules.pledges import Pledge
from protocol.state import Entity, State

ALBA, BIRCH = bytes(32), b"\x01" * 32
TODAY = date(2027, 3, 2)


class Told(State, frozen=True, kw_only=True):
    """What a family keeps that keeps a reason."""

    reason: str | None = None


def pledge(at: int, standing: Standing, *related: Entity) -> Joined:
    body = Pledge(owner=ALBA, quantity=60, to=bytes(32), unit="minutes")
    entity = Entity(
        id=bytes([at]) * 32,
        coop=BIRCH,
        family="pledge",
        state="confirmed",
        epoch=0,
        body=body,
    )
    stands = Commitment(
        pledge=entity.id,
        pledger=BIRCH,
        taker=ALBA,
        to=body.to,
        line=None,
        unit="minutes",
        quantity=60,
        standing=standing,
    )
    halves = {one.id: one for one in related}
    return Joined(pledge=entity, body=body, commitment=stands, related=halves)


def told(by: bytes, reason: str | None) -> Entity:
    body = Told(reason=reason)
    return Entity(
        id=(reason or "").encode().ljust(32, b"."),
        coop=by,
        family="answer",
        state="declined",
        epoch=0,
        body=body,
    )


def fates(joined: Iterable[Joined]) -> list[tuple[str, int, list[tuple[str, int]]]]:
    names = Names({ALBA: "Alba", BIRCH: "Birch"})
    counts = Counter(
        Came(BIRCH, one.commitment.standing, reason_of(one.commitment.standing, one))
        for one in joined
    )
    (one,) = reliability.counted(names, counts.items(), None, TODAY).coops
    return [
        (fate.fate, fate.count, [(each.reason, each.count) for each in fate.reasons])
        for fate in one.fates
    ]


def test_reasons_are_counted_by_what_became_of_it() -> None:
    assert fates(
        [
            pledge(1, "declined", told(ALBA, "price")),
            pledge(2, "declined", told(ALBA, "covered"), told(BIRCH, "mine")),
            pledge(3, "declined", told(ALBA, "price")),
            pledge(4, "overtaken", told(ALBA, None)),
            pledge(5, "released", told(ALBA, "no-word-of-it")),
        ]
    ) == [
        ("released", 1, []),
        ("overtaken", 1, []),
        ("declined", 3, [("covered", 1), ("price", 2)]),
    ]


DAY = timedelta(1)
#: Accepted, reported and not judged, the last day, what became of 60 minutes.
BY_DAY = {
    "its last day is today": (0, 0, TODAY, "open"),
    "its last day was yesterday": (0, 0, TODAY - DAY, "broken"),
    "a part of it was done": (59, 0, TODAY - DAY, "broken"),
    "a part of it was done, a part reported": (30, 29, TODAY - DAY, "broken"),
    "the rest waits for the taker's word": (30, 30, TODAY - DAY, "open"),
    "it was kept, however late": (60, 0, TODAY - DAY, "kept"),
    "it has no last day": (0, 0, None, "open"),
}


@pytest.mark.parametrize("name", BY_DAY)
def test_a_promise_is_broken_once_its_last_day_has_passed(name: str) -> None:
    kept, coming, last, fate = BY_DAY[name]
    came = came_of(pledge(1, "committed"), Done(kept, coming, last), None)
    counts = [(came, 3), (Came(ALBA, "kept"), 1)]
    (found,) = reliability.counted(Names({}), counts, BIRCH, TODAY).coops
    assert (found.promises, found.fates) == (
        3,
        [Fate(fate=fate, count=3, reasons=[])],
    )
