"""Linear models in whole numbers, solved by HiGHS, with a bound that does not rest on floating-point numbers.

    maximise  Σ worth[j]·x[j]   subject to   Σ a[i,j]·x[j] ≤ limit[i],   least[j] ≤ x[j] ≤ most[j]

Every coefficient is a whole number. The solver computes with floating-point numbers, which proves nothing, but its
prices y[i] ≥ 0 of the rows do (weak duality): for **any** y ≥ 0 and every x that keeps the rows

    Σ worth[j]·x[j] ≤ Σ limit[i]·y[i] + Σ_j max over x[j] of (worth[j] − Σ_i a[i,j]·y[i])·x[j],

and with the prices rounded to whole millionths both sums are whole numbers. That is `Solution.proven` of a relaxed
model. Of one that is solved in whole numbers it is what the solver's branch and bound says, and rests on the solver.
"""

import copy
import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

MILLIONTHS = 1_000_000
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Solution:
    """`values` of the columns, the `value` they are worth, and `proven`: no solution of the model is worth more.

    `prices` of the rows and `reduced` worths of the columns (both ≥ 0 where they bind) are there for relaxed models.
    """

    value: int
    proven: int
    values: Floats
    prices: Floats
    reduced: Floats

    def chosen(self) -> list[int]:
        """The columns at one or more."""
        return [int(at) for at in np.flatnonzero(self.values > 0.5)]

    @property
    def is_whole(self) -> bool:
        """Whether every column has a whole number."""
        return bool(np.all(np.abs(self.values - np.round(self.values)) < 1e-6))


class LinearModel:
    """A model under construction. Columns and rows are known by the numbers that adding them returns."""

    def __init__(self) -> None:
        self._worth: list[int] = []
        self._least: list[int] = []
        self._most: list[int] = []
        self._whole: list[bool] = []
        self._limits: list[int] = []
        self._rows: list[int] = []
        self._columns: list[int] = []
        self._coefficients: list[int] = []

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return len(self._worth)

    def add_column(self, worth: int, most: int = 1, *, least: int = 0, whole: bool = True) -> int:
        """A quantity between `least` and `most`; `whole` when a fraction of it means nothing."""
        self._worth.append(worth)
        self._least.append(least)
        self._most.append(most)
        self._whole.append(whole)
        return len(self._worth) - 1

    def add_row(self, limit: int, plus: Iterable[int], minus: Iterable[int] = ()) -> int:
        """Σ of the columns `plus` less Σ of the columns `minus` is at most `limit`."""
        number = len(self._limits)
        self._limits.append(limit)
        for coefficient, columns in ((1, plus), (-1, minus)):
            for column in columns:
                self._rows.append(number)
                self._columns.append(column)
                self._coefficients.append(coefficient)
        return number

    def enter(self, column: int, plus: Iterable[int], minus: Iterable[int] = ()) -> None:
        """Count a column in rows that are there already: added in the rows `plus`, taken off in the rows `minus`."""
        for coefficient, rows in ((1, plus), (-1, minus)):
            for number in rows:
                self._rows.append(number)
                self._columns.append(column)
                self._coefficients.append(coefficient)

    def relax(self, seconds: float = math.inf) -> Solution | None:
        """Solve it with fractions allowed; None when there is no solution, or none in that time."""
        return self._solve(seconds, relaxed=True)

    def solve(self, seconds: float = math.inf, seed: int = 0, branches: int | None = None) -> Solution | None:
        """Solve it in whole numbers; None when there is no solution, or none is found in that time.

        `branches`: how many at most are looked at. Unlike the seconds, that is the same on every machine.
        """
        return self._solve(seconds, relaxed=False, seed=seed, branches=branches)

    def solve_near(self, relaxed: Solution, within: int, seconds: float = math.inf) -> Solution | None:
        """Solve it in whole numbers, with every column kept where `relaxed` has it that costs more than that to move.

        So few columns are left that it takes a second instead of ten. What moves one of the others is worth at most
        `relaxed.proven` − `within` (reduced-cost fixing), and so `proven` holds for the whole model. None as `solve`.
        """
        values = np.round(relaxed.values)
        kept = np.array(self._whole) & (np.abs(relaxed.values - values) < 1e-6)
        kept &= np.abs(relaxed.reduced) > within + 0.5  # the half is for the solver's rounding
        near = copy.copy(self)
        near._least = np.where(kept, values, self._least).astype(int).tolist()
        near._most = np.where(kept, values, self._most).astype(int).tolist()
        found = near.solve(seconds)
        return found and replace(found, proven=max(found.proven, relaxed.proven - within))

    def _solve(self, seconds: float, *, relaxed: bool, seed: int = 0, branches: int | None = None) -> Solution | None:
        if seconds <= 0:
            return None
        if not self._worth:
            return Solution(0, 0, np.zeros(0), np.zeros(len(self._limits)), np.zeros(0))
        highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]  # its own stubs leave the constructor untyped
        for option, setting in _OPTIONS.items():
            highs.setOptionValue(option, setting)
        highs.setOptionValue("time_limit", float(min(seconds, 1e7)))
        highs.setOptionValue("random_seed", seed)
        if branches is not None:
            highs.setOptionValue("mip_max_nodes", branches)
        if highs.passModel(self._write(relaxed)) == highspy.HighsStatus.kError:
            raise ValueError("HiGHS takes no such model: perhaps a column stands twice in a row")
        highs.run()
        return self._read(highs, relaxed)

    def _read(self, highs: Any, relaxed: bool) -> Solution | None:
        info = highs.getInfo()
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        if relaxed and highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        found = highs.getSolution()
        values = np.array(found.col_value, dtype=np.float64)
        value = round(info.objective_function_value)
        if relaxed:
            prices, reduced = np.array(found.row_dual), np.array(found.col_dual)
            return Solution(value, self.prove(prices), values, prices, reduced)
        # Branch and bound counts in whole points: what lies less than a hundredth above one is that one.
        proven = math.floor(info.mip_dual_bound + 0.01)
        return Solution(value, max(value, proven), values, np.zeros(0), np.zeros(0))

    def prove(self, prices: Floats) -> int:
        """A bound in whole points on every solution, from any prices of the rows; negative ones count as nothing."""
        return self.prove_millionths(prices) // MILLIONTHS

    def prove_millionths(self, prices: Floats) -> int:
        """The same bound in millionths of a point, not rounded."""
        price: Ints = np.round(np.maximum(prices, 0) * MILLIONTHS).astype(np.int64)
        paid = np.zeros(len(self._worth), dtype=np.int64)
        if self._rows:
            np.add.at(paid, np.array(self._columns), np.array(self._coefficients) * price[np.array(self._rows)])
        left = np.array(self._worth, dtype=np.int64) * MILLIONTHS - paid
        best = np.where(left > 0, left * np.array(self._most), left * np.array(self._least))
        return sum(map(int, np.array(self._limits, dtype=np.int64) * price)) + sum(map(int, best))

    def _write(self, relaxed: bool) -> highspy.HighsLp:
        """The model as HiGHS wants it: column by column."""
        rows, columns = np.array(self._rows, dtype=np.int64), np.array(self._columns, dtype=np.int64)
        order = np.lexsort((rows, columns))
        model = highspy.HighsLp()
        model.sense_ = highspy.ObjSense.kMaximize
        model.num_col_, model.num_row_ = len(self._worth), len(self._limits)
        model.col_cost_ = np.array(self._worth, dtype=np.float64)
        model.col_lower_ = np.array(self._least, dtype=np.float64)
        model.col_upper_ = np.array(self._most, dtype=np.float64)
        model.row_lower_ = np.full(len(self._limits), -math.inf)
        model.row_upper_ = np.array(self._limits, dtype=np.float64)
        matrix = model.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kColwise
        starts = np.concatenate([[0], np.cumsum(np.bincount(columns, minlength=len(self._worth)))])
        matrix.start_ = starts.astype(np.int32)
        matrix.index_ = rows[order].astype(np.int32)
        matrix.value_ = np.array(self._coefficients, dtype=np.float64)[order]
        if not relaxed:
            kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            model.integrality_ = [kinds[whole] for whole in self._whole]
        return model


_OPTIONS: dict[str, bool | int | float | str] = {
    "output_flag": False,
    "threads": 1,
    "presolve": "off",
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 0.99,  # every plan is worth a whole number of points
}
