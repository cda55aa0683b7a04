"""Invented problems: valid, repeatable, and of the sizes that count."""

import pytest

from services.scheduling.planning import Level, Problem, generate, validate
from services.scheduling.planning.choices import list_choices
from services.scheduling.planning.generate import Size
from services.scheduling.planning.groups import group_interpreters
from services.scheduling.planning.instance import Instance
from services.scheduling.planning.selecting import Selecting


@pytest.mark.parametrize(
    ("size", "shape"), [("S", (60, 12, 10, 6)), ("M", (300, 40, 12, 20)), ("L", (3000, 150, 20, 120))]
)
def test_generated_problem_has_its_size_and_is_valid(size: Size, shape: tuple[int, int, int, int]) -> None:
    problem = generate(size, 1)
    validate(problem)
    found = len(problem.candidates), len(problem.stands), problem.rounds, len(problem.interpreters)
    assert found == shape


def test_large_problem_has_its_pairs_and_half_need_an_interpreter() -> None:
    problem = generate("L", 1)
    assert len(problem.pairs) == 120_000
    assert 0.45 < _share_without_language(problem) < 0.55


@pytest.mark.parametrize("seed", range(1, 11))
def test_nearly_every_seat_of_a_small_problem_can_be_used(seed: int) -> None:
    """By the selection without rounds, which the planner always reaches at this size (test_solver.py)."""
    instance = Instance(generate("S", seed))
    selection = Selecting(instance, group_interpreters(instance), list_choices(instance)).run(60)
    assert selection is not None
    assert 0.96 <= len(selection.chosen) / sum(map(sum, instance.seats)) <= 1


def test_numbers_may_be_others_than_those_of_the_size() -> None:
    problem = generate("L", 1, candidates=500, stands=30, rounds=9, interpreters=4)
    found = len(problem.candidates), len(problem.stands), problem.rounds, len(problem.interpreters)
    assert found == (500, 30, 9, 4)
    assert len(problem.pairs) == 500 * 30  # fewer stands than wishes
    validate(problem)


@pytest.mark.parametrize("nothing", ["candidates", "stands", "rounds", "interpreters"])
def test_problem_without_something_is_valid(nothing: str) -> None:
    for rest in (0, 1, 2):
        validate(generate("S", 1, **{nothing: rest}))


def test_same_seed_same_problem_and_another_seed_another() -> None:
    assert generate("S", 5) == generate("S", 5)
    assert generate("S", 5) != generate("S", 6)


@pytest.mark.parametrize(("size", "few"), [("S", 2), ("M", 7), ("L", 40)])
def test_scarce_means_a_third_of_the_interpreters(size: Size, few: int) -> None:
    assert len(generate(size, 1, scarce=True).interpreters) == few


def _share_without_language(problem: Problem) -> float:
    def speaks(languages: dict[str, Level]) -> set[str]:
        return {code for code, level in languages.items() if level >= Level.B1}

    stands = {one.id: speaks(dict(one.languages)) for one in problem.stands}
    people = {one.id: speaks(dict(one.languages)) for one in problem.candidates}
    return sum(stands[one.stand].isdisjoint(people[one.candidate]) for one in problem.pairs) / len(problem.pairs)
