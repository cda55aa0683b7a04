"""What makes a candidate and a stand fit."""

import uuid
from dataclasses import replace

import pytest

from services.scheduling.timetable.scores import Wishes, score_pair
from shared.events import VacancyFacts

EMPLOYER = uuid.uuid4()
VACANCY = VacancyFacts(uuid.uuid4(), "Helpende", "care", 24, {"nl": "A2"})
WISHES = Wishes({"uk": "C2"}, ["logistics"], 40, True, frozenset())


def test_everybody_fits_a_little() -> None:
    assert score_pair(WISHES, EMPLOYER, [VACANCY]) == 10
    assert score_pair(WISHES, EMPLOYER, []) == 10


@pytest.mark.parametrize(
    ("wishes", "more"),
    [
        (replace(WISHES, wished_employers=frozenset({EMPLOYER})), 40),
        (replace(WISHES, sectors=["care"]), 25),
        (replace(WISHES, sectors=["logistics", "care"]), 20),
        (replace(WISHES, languages={"nl": "B1"}), 10),
        (replace(WISHES, hours=32), 10),
        (replace(WISHES, hours=None), 10),
        (replace(WISHES, school_hours=False), 5),
    ],
)
def test_each_thing_in_common_counts(wishes: Wishes, more: int) -> None:
    assert score_pair(wishes, EMPLOYER, [VACANCY]) == 10 + more


def test_language_below_the_level_asked_does_not_count() -> None:
    assert score_pair(replace(WISHES, languages={"nl": "A1"}), EMPLOYER, [VACANCY]) == 10


def test_best_vacancy_counts_and_the_whole_is_a_hundred() -> None:
    best = Wishes({"nl": "B1"}, ["care"], 24, False, frozenset({EMPLOYER}))
    other = replace(VACANCY, sector="logistics", hours=4)
    assert score_pair(best, EMPLOYER, [other, VACANCY]) == 100
