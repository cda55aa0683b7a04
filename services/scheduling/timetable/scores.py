"""How well a candidate and a stand fit: 0 to 100, from what both of them said. Values in, value out.

Every pair gets BASE points, so that nobody stays without a conversation for want of a match; the rest of the hundred is
shared out by weights that the organiser sets. Until then the weights are percentages of that rest. The candidate's wish
counts most, since a conversation that somebody asked for is worth having even where the work differs. The employer's
wish for experience counts a quarter of that, as much as the hours or the languages: it is about the people who look for
work, and whoever did something else before has to find an employer here too.
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
    employer_wish: int = 10

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
    did_sectors: frozenset[str] = frozenset()
    """where they have worked"""


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
        # Who has no transport is known to desk and case workers only, and stays there: so for one vacancy this counts
        # alike for everybody. It moves conversations to work that can be reached, and never one person before another.
        + weights.reachable * vacancy.reachable_without_car
        # Work without a wish fits everybody in full, as with languages: otherwise a stand would win people by asking
        # for experience that it does not need.
        + weights.employer_wish * _has_experience(wishes.did_sectors, vacancy.wanted_experience)
    )


def _share_of_sector(sectors: Sequence[str], sector: str) -> float:
    return max(PLACES - sectors.index(sector), 0) / PLACES if sector in sectors else 0.0


def _has_experience(worked_in: frozenset[str], wanted: Collection[str]) -> bool:
    return not wanted or not worked_in.isdisjoint(wanted)


def _speaks(spoken: Mapping[str, str], asked: Mapping[str, str]) -> bool:
    return all(
        code in spoken and CEFR_LEVELS.index(spoken[code]) >= CEFR_LEVELS.index(level) for code, level in asked.items()
    )
