"""How well a candidate and a stand fit: 0 to 100, from what both of them said. Values in, value out.

Every pair gets BASE points, so that nobody stays without a conversation for want of a match; the rest of the hundred is
shared out by weights that the organiser sets. A wish counts most until then, since a conversation that somebody asked
for is worth having even where the work differs.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import astuple, dataclass
from functools import cached_property

from shared.events import VacancyFacts
from shared.i18n import CEFR_LEVELS

BASE = 10
MOST = 100
HEAVIEST = 100
"""The most that one thing may weigh."""
HOURS_APART = 8
"""Hours a week that the wish and the vacancy may differ and still fit."""
PLACES = 5
"""The sector named first counts in full, each further one a fifth less."""


@dataclass(frozen=True)
class Weights:
    """What counts how much beside what: 0 to HEAVIEST each. Only their proportion matters."""

    wish: int = 40
    sector: int = 20
    languages: int = 10
    hours: int = 10
    school_hours: int = 5
    reachable: int = 5

    @cached_property
    def whole(self) -> int:
        """All of them together."""
        return sum(astuple(self))


DEFAULTS = Weights()


@dataclass(frozen=True)
class Wishes:
    """What a candidate said they want and can do."""

    languages: Mapping[str, str]
    sectors: Sequence[str]
    hours: int | None
    school_hours: bool
    wished_employers: Collection[object]


def score_pair(
    wishes: Wishes, employer_id: object, vacancies: Sequence[VacancyFacts], weights: Weights = DEFAULTS
) -> int:
    """The best that any vacancy at the stand offers this candidate."""
    best = max((weigh_vacancy(wishes, vacancy, weights) for vacancy in vacancies), default=0.0)
    return score(best, employer_id in wishes.wished_employers, weights)


def score(best: float, wished: bool, weights: Weights) -> int:
    """The score of a pair: `best` is what the best vacancy weighs, `wished` whether the candidate asked to meet."""
    if not weights.whole:
        return BASE
    return BASE + round((MOST - BASE) * (best + weights.wish * wished) / weights.whole)


def weigh_vacancy(wishes: Wishes, vacancy: VacancyFacts, weights: Weights) -> float:
    """What a vacancy weighs for this candidate, without the wish to meet the employer."""
    return (
        weights.sector * _share_of_sector(wishes.sectors, vacancy.sector)
        + weights.languages * _speaks(wishes.languages, vacancy.languages)
        + weights.hours * (wishes.hours is None or abs(wishes.hours - vacancy.hours) <= HOURS_APART)
        + weights.school_hours * (vacancy.fits_school_hours or not wishes.school_hours)
        # Who has a car is known at the desk only, and stays there: so it counts alike for everybody.
        + weights.reachable * vacancy.reachable_without_car
    )


def _share_of_sector(sectors: Sequence[str], sector: str) -> float:
    return max(PLACES - sectors.index(sector), 0) / PLACES if sector in sectors else 0.0


def _speaks(spoken: Mapping[str, str], asked: Mapping[str, str]) -> bool:
    return all(
        code in spoken and CEFR_LEVELS.index(spoken[code]) >= CEFR_LEVELS.index(level) for code, level in asked.items()
    )
