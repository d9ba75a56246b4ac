"""What a co-op uses of its own time, laid out by week and skill (SPEC 11.6)."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from protocol.joins.offers import Row, Steps, added
from protocol.joins.weeks import WORKING_DAYS, parts
from protocol.rules.capacity import Booking

#: States in which a booking takes time, in the order of the rows of `Booked`.
TAKING: Final = ("confirmed", "tentative", "placeholder")

#: The odds of what is not tentative, in per cent.
_CERTAIN: Final = 100


class Booked(NamedTuple):
    """Own use in minutes; `expected` is what is tentative, times its probability."""

    confirmed: Row
    expected: Row
    placeholder: Row


class Bookings:
    """Own use as it is summed up, by skill; of None is what names no skill."""

    def __init__(self, weeks: range) -> None:
        """Begin with nothing in any week."""
        self._weeks = weeks
        self._sums: dict[str | None, dict[str, _Sum]] = {}

    def add(self, body: Booking, state: str) -> None:
        """Count a booking that is in a state which takes time."""
        odds = (body.probability or 0) if state == "tentative" else _CERTAIN
        by_state = self._sums.setdefault(body.skill, {})
        if state not in by_state:
            by_state[state] = _Sum(self._weeks)
        by_state[state].add(body, odds)

    def rows(self) -> dict[str | None, Booked]:
        """Give the sums by skill."""
        # Few book one skill in all three ways: the empty row is kept once.
        nothing = added(self._weeks, ())
        return {
            skill: Booked(
                *(
                    by_state[state].row() if state in by_state else nothing
                    for state in TAKING
                )
            )
            for skill, by_state in self._sums.items()
        }


def together(weeks: range, booked: Mapping[str | None, Booked]) -> Booked:
    """Add all skills up."""
    every = booked.values()
    return Booked(
        confirmed=added(weeks, [one.confirmed for one in every]),
        expected=added(weeks, [one.expected for one in every]),
        placeholder=added(weeks, [one.placeholder for one in every]),
    )


class _Sum:
    """Own use of one sort."""

    def __init__(self, weeks: range) -> None:
        self._steps = Steps(weeks)
        self._weeks = weeks
        self._rest = [0] * len(weeks)

    def add(self, body: Booking, odds: int) -> None:
        whole, broken = parts(body.starts, body.ends)
        self._steps.add(whole, body.minutes * odds // _CERTAIN)
        for no, days in broken:
            if no in self._weeks:
                minutes = body.minutes * days // WORKING_DAYS
                self._rest[no - self._weeks.start] += minutes * odds // _CERTAIN

    def row(self) -> Row:
        return added(self._weeks, (self._steps.row(), self._rest))
