"""What makes a candidate and a stand fit."""

import uuid
from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scheduling.events.models import Attendee, Stand
from services.scheduling.timetable.questions import Scorer
from services.scheduling.timetable.scores import BASE, Weights, Wishes, score_pair
from shared.events import VacancyFacts

EMPLOYER = uuid.uuid4()
VACANCY = VacancyFacts(uuid.uuid4(), "Helpende", "care", 24, {"nl": "A2"}, wanted_experience=("care", "childcare"))
WISHES = Wishes({"uk": "C2"}, ["logistics"], 40, True, frozenset())
POINTS = Weights(wish=35, sector=20, languages=10, hours=10, school_hours=5, reachable=5, employer_wish=5)
"""Together 90, so that each is as many points of the score as it weighs."""


def test_everybody_fits_a_little() -> None:
    assert score_pair(WISHES, EMPLOYER, [VACANCY]) == 10
    assert score_pair(WISHES, EMPLOYER, []) == 10


@pytest.mark.parametrize(
    ("wishes", "more"),
    [
        (replace(WISHES, wished_employers=frozenset({EMPLOYER})), 35),
        (replace(WISHES, sectors=["care"]), 20),
        (replace(WISHES, sectors=["logistics", "care"]), 16),
        (replace(WISHES, languages={"nl": "B1"}), 10),
        (replace(WISHES, hours=32), 10),
        (replace(WISHES, hours=None), 10),
        (replace(WISHES, school_hours=False), 5),
        (replace(WISHES, did_sectors=frozenset({"childcare", "it"})), 5),
    ],
)
def test_each_thing_in_common_counts(wishes: Wishes, more: int) -> None:
    assert score_pair(wishes, EMPLOYER, [VACANCY], POINTS) == 10 + more


def test_language_below_the_level_asked_does_not_count() -> None:
    assert score_pair(replace(WISHES, languages={"nl": "A1"}), EMPLOYER, [VACANCY]) == 10


def test_work_that_is_reached_without_a_car_counts_for_everybody() -> None:
    assert score_pair(WISHES, EMPLOYER, [replace(VACANCY, reachable_without_car=True)], POINTS) == 15


def test_experience_in_other_work_is_not_what_the_employer_wishes_for() -> None:
    assert score_pair(replace(WISHES, did_sectors=frozenset({"it"})), EMPLOYER, [VACANCY], POINTS) == 10


@pytest.mark.parametrize("done", [frozenset(), frozenset({"care"}), frozenset({"it"})])
def test_work_for_which_no_experience_is_wished_fits_everybody(done: frozenset[str]) -> None:
    wishes = replace(WISHES, did_sectors=done)
    assert score_pair(wishes, EMPLOYER, [replace(VACANCY, wanted_experience=())], POINTS) == 15


def test_weights_are_percentages_until_the_organiser_sets_them() -> None:
    assert Weights().whole == 100


def test_best_vacancy_counts_and_the_whole_is_a_hundred() -> None:
    best = Wishes({"nl": "B1"}, ["care"], 24, False, frozenset({EMPLOYER}), frozenset({"care"}))
    other = replace(VACANCY, sector="logistics", hours=4)
    assert score_pair(best, EMPLOYER, [other, replace(VACANCY, reachable_without_car=True)]) == 100


WEIGHTS = st.builds(Weights, *[st.integers(0, 100)] * 7)
VACANCIES = st.lists(
    st.builds(
        VacancyFacts,
        vacancy_id=st.just(EMPLOYER),
        title=st.just("Helpende"),
        sector=st.sampled_from(["care", "logistics", "food"]),
        hours=st.integers(1, 40),
        languages=st.dictionaries(st.sampled_from(["nl", "uk"]), st.sampled_from(["A1", "B2"])),
        fits_school_hours=st.booleans(),
        reachable_without_car=st.booleans(),
        wanted_experience=st.sampled_from([(), ("care",), ("food", "care"), ("care", "food")]),
    ),
    max_size=3,
)
WISHED = st.builds(
    Wishes,
    languages=st.dictionaries(st.sampled_from(["nl", "uk"]), st.sampled_from(["A2", "C1"])),
    sectors=st.lists(st.sampled_from(["care", "logistics", "retail"]), unique=True),
    hours=st.none() | st.integers(1, 40),
    school_hours=st.booleans(),
    wished_employers=st.sampled_from([frozenset(), frozenset({EMPLOYER})]),
    did_sectors=st.frozensets(st.sampled_from(["care", "food", "retail"])),
)


@given(WISHED, VACANCIES, WEIGHTS)
def test_score_is_never_outside_its_band(wishes: Wishes, vacancies: list[VacancyFacts], weights: Weights) -> None:
    assert BASE <= score_pair(wishes, EMPLOYER, vacancies, weights) <= 100


@given(WISHED, VACANCIES, st.integers(1, 100))
def test_only_the_proportion_of_weights_matters(wishes: Wishes, vacancies: list[VacancyFacts], factor: int) -> None:
    plain, larger = Weights(1, 1, 0, 1, 1, 1, 1), Weights(factor, factor, 0, *[factor] * 4)
    assert score_pair(wishes, EMPLOYER, vacancies, plain) == score_pair(wishes, EMPLOYER, vacancies, larger)


def test_weights_of_nothing_make_all_pairs_alike() -> None:
    assert score_pair(WISHES, EMPLOYER, [VACANCY], Weights(*[0] * 7)) == BASE


@given(WISHED, st.lists(VACANCIES, max_size=4), WEIGHTS)
def test_scorer_says_the_same_for_many(wishes: Wishes, offers: list[list[VacancyFacts]], weights: Weights) -> None:
    stands = [Stand(employer_id=EMPLOYER, vacancies=msgspec.to_builtins(offer)) for offer in offers]
    lists = {name: list(getattr(wishes, name)) for name in ("wished_employers", "did_sectors")}
    attendee = Attendee(**{**vars(wishes), **lists})
    expected = [score_pair(wishes, EMPLOYER, offer, weights) for offer in offers]
    assert Scorer(stands, weights).score_all(attendee) == expected
