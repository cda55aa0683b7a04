"""Linear models: the bound that any prices prove, and solutions as good as trying everything."""

import itertools
import math
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.scheduling.planning.linear import LinearModel


@dataclass(frozen=True)
class Drawn:
    """A small model, plainly: columns as (worth, least, most), rows as (limit, plus, minus)."""

    columns: list[tuple[int, int, int]]
    rows: list[tuple[int, list[int], list[int]]]

    def build(self) -> LinearModel:
        """The same, to be solved."""
        model = LinearModel()
        for worth, least, most in self.columns:
            model.add_column(worth, most, least=least)
        for row in self.rows:
            model.add_row(*row)
        return model

    def best(self) -> int | None:
        """The value of the best solution in whole numbers, by trying all; None when there is none."""
        ranges = [range(least, most + 1) for _, least, most in self.columns]
        return max(
            (
                sum(worth * x for (worth, _, _), x in zip(self.columns, values, strict=True))
                for values in itertools.product(*ranges)
                if self.keeps_rows(values)
            ),
            default=None,
        )

    def keeps_rows(self, values: tuple[int, ...]) -> bool:
        """Whether these values keep every row."""
        return all(
            sum(values[at] for at in plus) - sum(values[at] for at in minus) <= k for k, plus, minus in self.rows
        )


@st.composite
def models(draw: st.DrawFn) -> Drawn:
    count = draw(st.integers(1, 5))
    columns = []
    for _ in range(count):
        least = draw(st.sampled_from((0, 0, 0, 1)))
        columns.append((draw(st.integers(-20, 1100)), least, least + draw(st.integers(0, 2))))
    rows = []
    for _ in range(draw(st.integers(0, 5))):
        signs = draw(st.lists(st.sampled_from((1, 1, 0, -1)), min_size=count, max_size=count))
        plus, minus = ([at for at, sign in enumerate(signs) if sign == one] for one in (1, -1))
        rows.append((draw(st.integers(-1, 4)), plus, minus))
    return Drawn(columns, rows)


PRICES = st.lists(st.floats(-50, 2000, allow_nan=False), min_size=5, max_size=5)


@settings(max_examples=300, deadline=None)
@given(models(), PRICES)
def test_any_prices_prove_a_bound(drawn: Drawn, prices: list[float]) -> None:
    best = drawn.best()
    if best is not None:
        assert drawn.build().prove(np.array(prices[: len(drawn.rows)])) >= best


@settings(max_examples=200, deadline=None)
@given(models())
def test_solutions_are_as_good_as_trying_everything(drawn: Drawn) -> None:
    best, solution = drawn.best(), drawn.build().solve()
    assert (solution is None) == (best is None)
    if solution is not None:
        assert (solution.value, solution.proven) == (best, best)
        assert solution.is_whole
        assert drawn.keeps_rows(tuple(round(value) for value in solution.values))


@settings(max_examples=200, deadline=None)
@given(models())
def test_relaxed_model_proves_what_it_is_worth(drawn: Drawn) -> None:
    best, relaxed = drawn.best(), drawn.build().relax()
    if best is None:
        return  # a relaxed solution may be there all the same
    assert relaxed is not None
    exact = sum(worth * value for (worth, _, _), value in zip(drawn.columns, relaxed.values, strict=True))
    assert best <= relaxed.proven
    assert math.isclose(relaxed.proven, exact, abs_tol=1.001)  # the prices are the best ones, rounding apart


@settings(max_examples=300, deadline=None)
@given(models(), st.integers(0, 600))
def test_few_columns_prove_what_holds_for_all(drawn: Drawn, within: int) -> None:
    best, model = drawn.best(), drawn.build()
    relaxed = model.relax()
    if best is None or relaxed is None:
        return
    near = model.solve_near(relaxed, within)
    if near is None:
        assert best <= relaxed.proven - within
    else:
        assert near.value <= best <= near.proven
        assert drawn.keeps_rows(tuple(round(value) for value in near.values))
    solution = model.solve()
    assert solution is not None
    assert solution.value == best, "the whole model is as it was"


def test_good_prices_prove_exactly_the_best() -> None:
    """Two ask for one seat: at a price of 40 for the seat, what is left of both is worth 10 + 0."""
    model = LinearModel()
    model.add_row(1, [model.add_column(50), model.add_column(40)])
    assert [model.prove(np.array([price])) for price in (0.0, 40.0, 45.0, 50.0, 70.0)] == [90, 50, 50, 50, 70]
    assert model.prove(np.array([-10.0])) == 90


def test_fraction_of_a_point_is_no_bound_of_a_point() -> None:
    """Three who each exclude the others: half of each is worth 1.5, and no more than 1 whole one."""
    model = LinearModel()
    a, b, c = (model.add_column(1) for _ in range(3))
    for pair in ((a, b), (b, c), (a, c)):
        model.add_row(1, pair)
    relaxed, whole = model.relax(), model.solve()
    assert relaxed is not None
    assert whole is not None
    assert (relaxed.proven, relaxed.is_whole) == (1, False)
    assert (whole.value, whole.proven, len(whole.chosen())) == (1, 1, 1)


def test_column_that_must_be_taken_is_paid_for() -> None:
    model = LinearModel()
    must, may = model.add_column(-7, least=1), model.add_column(5)
    model.add_row(1, [must, may])
    solution = model.solve()
    assert solution is not None
    assert (solution.value, solution.chosen()) == (-7, [must])


def test_empty_model_is_worth_nothing() -> None:
    solution = LinearModel().solve()
    assert solution is not None
    assert (solution.value, solution.proven, solution.chosen()) == (0, 0, [])


@pytest.mark.parametrize("seconds", [0.0, -1.0])
def test_without_time_there_is_no_solution(seconds: float) -> None:
    model = LinearModel()
    model.add_column(1)
    assert model.solve(seconds) is None
    assert model.relax(seconds) is None


def test_column_twice_in_a_row_is_refused() -> None:
    model = LinearModel()
    column = model.add_column(1)
    model.add_row(1, [column], [column])
    with pytest.raises(ValueError, match="twice in a row"):
        model.solve()
