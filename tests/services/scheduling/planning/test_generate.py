"""Invented problems: valid, repeatable, and of the sizes that count."""

import pytest

from services.scheduling.planning import Level, Problem, generate, validate
from services.scheduling.planning.generate import Size


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
    assert 0.4 < _share_without_language(problem) < 0.7


def test_same_seed_same_problem_and_another_seed_another() -> None:
    assert generate("S", 5) == generate("S", 5)
    assert generate("S", 5) != generate("S", 6)


def test_scarce_means_fewer_rounds_and_pairs_of_interpreters() -> None:
    plenty, scarce = (generate("M", 1, scarce=scarce).interpreters for scarce in (False, True))
    assert sum(len(one.rounds) for one in scarce) <= sum(len(one.rounds) for one in plenty) / 2
    assert all(len(one.pairs) == 1 for one in scarce)


def _share_without_language(problem: Problem) -> float:
    def speaks(languages: dict[str, Level]) -> set[str]:
        return {code for code, level in languages.items() if level >= Level.B1}

    stands = {one.id: speaks(dict(one.languages)) for one in problem.stands}
    people = {one.id: speaks(dict(one.languages)) for one in problem.candidates}
    return sum(stands[one.stand].isdisjoint(people[one.candidate]) for one in problem.pairs) / len(problem.pairs)
