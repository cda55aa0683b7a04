"""How well a candidate and a stand fit: 0 to 100, from what both of them said. Values in, value out.

The weights add up to 100. A wish counts most, since a conversation that somebody asked for is worth having even where
the work differs; the base keeps every pair possible, so that nobody stays without a conversation for want of a match.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from shared.events import VacancyFacts
from shared.i18n import CEFR_LEVELS

BASE = 10
WISH = 40
SECTOR = 25
LANGUAGE = 10
HOURS = 10
SCHOOL_HOURS = 5
HOURS_APART = 8
"""Hours a week that the wish and the vacancy may differ and still fit."""


@dataclass(frozen=True)
class Wishes:
    """What a candidate said they want and can do."""

    languages: Mapping[str, str]
    sectors: Sequence[str]
    hours: int | None
    school_hours: bool
    wished_employers: Collection[object]


def score_pair(wishes: Wishes, employer_id: object, vacancies: Sequence[VacancyFacts]) -> int:
    """The best that any vacancy at the stand offers this candidate."""
    wished = WISH if employer_id in wishes.wished_employers else 0
    return BASE + wished + max((_score_vacancy(wishes, vacancy) for vacancy in vacancies), default=0)


def _score_vacancy(wishes: Wishes, vacancy: VacancyFacts) -> int:
    return (
        _score_sector(wishes.sectors, vacancy.sector)
        + (LANGUAGE if _speaks(wishes.languages, vacancy.languages) else 0)
        + (HOURS if wishes.hours is None or abs(wishes.hours - vacancy.hours) <= HOURS_APART else 0)
        + (SCHOOL_HOURS if vacancy.fits_school_hours or not wishes.school_hours else 0)
    )


def _score_sector(sectors: Sequence[str], sector: str) -> int:
    """The whole weight for the sector named first, a fifth less for each place further down."""
    return max(SECTOR - 5 * sectors.index(sector), 0) if sector in sectors else 0


def _speaks(spoken: Mapping[str, str], asked: Mapping[str, str]) -> bool:
    return all(
        code in spoken and CEFR_LEVELS.index(spoken[code]) >= CEFR_LEVELS.index(level) for code, level in asked.items()
    )
