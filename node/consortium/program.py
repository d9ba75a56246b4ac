"""A linear program with some whole-numbered columns, solved by HiGHS.

The one file that knows the solver. Columns and rows are numbered as they are added.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Final, Literal

import highspy
import msgspec

_INFINITE: Final = highspy.kHighsInf
#: Objective and rows are whole numbers of minutes, co-ops or money; HiGHS answers in
#: floats that are off by less than this.
_SLACK: Final = 1e-6
#: How far a row, or a yes or no, may be off in the units of `_units`: times all minutes
#: (`MOST_MINUTES`), far less than half a minute.
_EXACT: Final = 1e-9

Row = tuple[Mapping[int, float], float, float]


class Solution(msgspec.Struct, frozen=True, kw_only=True):
    """What was found: the value of each column, and how good it is.

    `bound` is the best that could be left to find; `proven` if nothing is.
    """

    values: Sequence[float]
    objective: float
    bound: float
    proven: bool


class Program:
    """Collects columns and rows, and is solved for one objective after another."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._upper: list[float] = []
        self._whole: list[bool] = []
        self._lower: list[float] = []
        self._rows: list[Row] = []

    def column(
        self, most: float = _INFINITE, *, least: float = 0, whole: bool = False
    ) -> int:
        """Add a column between `least` and `most`; give its number."""
        self._upper.append(most)
        self._lower.append(least)
        self._whole.append(whole)
        return len(self._upper) - 1

    def row(
        self,
        terms: Mapping[int, float],
        *,
        least: float = -_INFINITE,
        most: float = _INFINITE,
    ) -> None:
        """Hold a sum of columns between `least` and `most`."""
        if terms:
            self._rows.append((terms, least, most))

    def solve(
        self,
        sense: Literal["least", "most"],
        objective: Mapping[int, float],
        seconds: float,
    ) -> Solution | None:
        """Find the least or the most of a sum; None where time was too short for any.

        Every row can be kept (a caller's rows are of what was found before), so that
        there is no answer is a matter of time alone.
        """
        solver = highspy.Highs()  # type: ignore[no-untyped-call]  # its own gap
        solver.setOptionValue("output_flag", False)  # noqa: FBT003 - its own form
        solver.setOptionValue("threads", 1)
        solver.setOptionValue("time_limit", max(seconds, 0.01))
        solver.setOptionValue("mip_feasibility_tolerance", _EXACT)
        solver.setOptionValue("primal_feasibility_tolerance", _EXACT)
        solver.setOptionValue("mip_rel_gap", 0.0)
        # Of two different counts one is better by one: less than that is no gap.
        counted = all(self._whole[column] for column in objective)
        solver.setOptionValue("mip_abs_gap", 1 - _SLACK if counted else 0.0)
        solver.passModel(self._model(sense, objective))
        solver.run()
        info = solver.getInfo()
        if (
            info.primal_solution_status
            != highspy.SolutionStatus.kSolutionStatusFeasible
        ):
            return None
        status = solver.getModelStatus()
        whole = any(self._whole)
        found = info.objective_function_value
        return Solution(
            values=[
                value * unit
                for value, unit in zip(
                    solver.getSolution().col_value, self._units(), strict=True
                )
            ],
            objective=found,
            bound=info.mip_dual_bound if whole else found,
            proven=status == highspy.HighsModelStatus.kOptimal,
        )

    def _units(self) -> list[float]:
        """Give the unit in which each column is solved: what is whole counts in ones.

        Minutes count in a unit that is about the most of them: beside a yes or no,
        millions lie beyond what a solver's tolerances can tell apart. A power of two,
        so that nothing is rounded.
        """
        flows = [
            most
            for most, whole in zip(self._upper, self._whole, strict=True)
            if not whole and most < _INFINITE
        ]
        unit = 2.0 ** math.frexp(max(flows, default=1.0))[1]
        return [1.0 if whole else unit for whole in self._whole]

    def _model(
        self, sense: Literal["least", "most"], objective: Mapping[int, float]
    ) -> highspy.HighsLp:
        units = self._units()
        model = highspy.HighsLp()
        columns = len(self._upper)
        model.num_col_ = columns
        model.num_row_ = len(self._rows)
        model.sense_ = (
            highspy.ObjSense.kMinimize
            if sense == "least"
            else highspy.ObjSense.kMaximize
        )
        model.col_cost_ = [
            objective.get(column, 0.0) * unit for column, unit in enumerate(units)
        ]
        model.col_lower_ = [
            one / unit for one, unit in zip(self._lower, units, strict=True)
        ]
        model.col_upper_ = [
            one / unit for one, unit in zip(self._upper, units, strict=True)
        ]
        per_row = [max(units[column] for column in terms) for terms, _, _ in self._rows]
        model.row_lower_ = [
            least / unit
            for (_, least, _), unit in zip(self._rows, per_row, strict=True)
        ]
        model.row_upper_ = [
            most / unit for (_, _, most), unit in zip(self._rows, per_row, strict=True)
        ]
        if any(self._whole):
            kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            model.integrality_ = [kinds[whole] for whole in self._whole]
        matrix = model.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kRowwise
        starts, places, factors = [0], list[int](), list[float]()
        for (terms, _, _), unit in zip(self._rows, per_row, strict=True):
            places.extend(terms)
            factors.extend(one * units[at] / unit for at, one in terms.items())
            starts.append(len(places))
        matrix.start_, matrix.index_, matrix.value_ = starts, places, factors
        return model
