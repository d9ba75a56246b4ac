"""The program of a consortium: what flows from supplies to needs, and whose."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Final, TypeVar

from node.consortium.problem import (
    Arc,
    Need,
    Price,
    Problem,
    Supply,
    arcs,
    dearest,
)
from node.consortium.program import Program
from protocol.joins.weeks import Date

#: Wishes are filled by tenths: of two co-ops the one that has less of what it wishes
#: is served first, tenth by tenth.
TENTHS: Final = 10
#: Minor units a minute from which on prices are not told apart: what most minutes cost
#: in all stays below 2^53, and one absurd price does not drown all others in rounding.
DEAREST: Final = 10_000_000.0

K = TypeVar("K", bound=Hashable)


class Flow:
    """A column per arc, a row per limit; `terms` are columns with their factors."""

    def __init__(
        self, problem: Problem, needs: Sequence[Need], supplies: Sequence[Supply]
    ) -> None:
        """Let supplies serve needs, within the weekly ceilings of the problem."""
        self.problem, self.needs, self.supplies = problem, needs, supplies
        self.arcs = arcs(needs, supplies)
        self.program = Program()
        self._columns = [self.program.column(arc.most) for arc in self.arcs]
        for no, some in self._by(lambda arc: arc.need).items():
            self._limit(some, needs[no].minutes)
        for (at, week), some in self._by(lambda arc: (arc.supply, arc.week)).items():
            self._limit(some, supplies[at].free[week])
        for (coop, week), some in self._by(self._coop_and_week).items():
            wish = problem.wishes.get(coop)
            if wish is not None and week in wish.ceiling:
                self._limit(some, wish.ceiling[week])

    def _limit(self, some: Sequence[int], most: int) -> None:
        """Hold what flows along some arcs to a limit, where it could be more."""
        if most < self._room(some):
            self.program.row(self.terms(some), most=max(0, most))

    def _room(self, some: Iterable[int]) -> int:
        return sum(self.arcs[at].most for at in some)

    def coop(self, arc: Arc) -> bytes:
        """Say whose supply an arc draws on."""
        return self.supplies[arc.supply].coop

    def _coop_and_week(self, arc: Arc) -> tuple[bytes, Date]:
        return self.coop(arc), arc.week

    def _by(self, key: Callable[[Arc], K]) -> dict[K, list[int]]:
        groups: dict[K, list[int]] = {}
        for at, arc in enumerate(self.arcs):
            groups.setdefault(key(arc), []).append(at)
        return groups

    def terms(self, some: Iterable[int]) -> dict[int, float]:
        """Give the minutes that flow along some arcs."""
        return {self._columns[at]: 1.0 for at in some}

    def covered(self) -> dict[int, float]:
        """Give all minutes that flow."""
        return self.terms(range(len(self.arcs)))

    def minutes(self, values: Sequence[float]) -> list[int]:
        """Read whole minutes per arc from a solution."""
        return [round(values[column]) for column in self._columns]

    # --- who takes part ---------------------------------------------------------------

    def parties(self) -> dict[bytes, int]:
        """Add a yes-or-no column per co-op; nothing flows from one that says no."""
        by_coop = self._by(self.coop)
        columns = {
            coop: self.program.column(
                1, least=1 if coop in self.problem.required else 0, whole=True
            )
            for coop in sorted(by_coop)
        }
        # A row per line, not one for all: it leaves the search less to try.
        for (coop, no), some in self._by(
            lambda arc: (self.coop(arc), arc.need)
        ).items():
            most = min(self.needs[no].minutes, self._room(some))
            self.program.row({**self.terms(some), columns[coop]: -most}, most=0)
        # Half a yes opens half of a week: without that, it would open all weeks of
        # half a line, and the search could not tell how many parties it takes.
        for (coop, week), some in self._by(self._coop_and_week).items():
            most = self._most(coop, week, some)
            self.program.row({**self.terms(some), columns[coop]: -most}, most=0)
        return columns

    def _most(self, coop: bytes, week: Date, some: Sequence[int]) -> int:
        """Say how much can flow from a co-op in a week along some arcs."""
        drawn = {self.arcs[at].supply for at in some}
        free = sum(self.supplies[at].free[week] for at in drawn)
        wish = self.problem.wishes.get(coop)
        ceiling = free if wish is None else wish.ceiling.get(week, free)
        return max(0, min(free, ceiling, self._room(some)))

    # --- what an aim counts -----------------------------------------------------------

    def costs(self) -> dict[int, float]:
        """Price what flows; who names no rate is taken to be as dear as the dearest."""
        unknown = dearest(self.supplies) or Price(1, 1)
        each = [
            min(float((one.price or unknown).each), DEAREST) for one in self.supplies
        ]
        return {
            column: each[arc.supply]
            for column, arc in zip(self._columns, self.arcs, strict=True)
        }

    def wishes(self) -> dict[int, float]:
        """Weigh what flows by how much of a wish is open when it comes.

        A minute in the first tenth of a wish is worth 10, in the last one 1, beyond it
        nothing: first tenths of those who have little go before the last of others.
        """
        worth: dict[int, float] = {}
        for coop, some in sorted(self._by(self.coop).items()):
            tenths: dict[int, float] = {}
            room = self._room(some)
            for weight, most in _tenths(self.problem, coop):
                column = self.program.column(min(most, room))
                worth[column], tenths[column] = float(weight), -1.0
            beyond = self.program.column()
            self.program.row(
                {**self.terms(some), **tenths, beyond: -1.0}, least=0, most=0
            )
        return worth


def _tenths(problem: Problem, coop: bytes) -> list[tuple[int, int]]:
    """Give weight and minutes of each tenth of a wish that is open."""
    wish = problem.wishes.get(coop)
    if wish is None:
        return []
    bounds = [wish.wanted * tenth // TENTHS for tenth in range(TENTHS + 1)]
    open_ = [
        (TENTHS - no, bounds[no + 1] - max(wish.busy, bounds[no]))
        for no in range(TENTHS)
    ]
    return [(weight, most) for weight, most in open_ if most > 0]
