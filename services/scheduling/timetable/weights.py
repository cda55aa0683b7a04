"""What counts how much at an event: kept for the organiser, and what another choice would do before it is made."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.scheduling.events.models import Event
from services.scheduling.events.rules import load_attendees, load_stands, require_to_come
from services.scheduling.timetable.models import EventWeights
from services.scheduling.timetable.questions import Scorer, load_weights
from services.scheduling.timetable.scores import BASE, Weights

BANDS = ((BASE, 19), (20, 39), (40, 59), (60, 79), (80, 100))


@dataclass(frozen=True)
class Band:
    """How many pairs of candidate and stand have a score from `lowest` to `highest`, with both choices."""

    lowest: int
    highest: int
    before: int
    after: int


@dataclass(frozen=True)
class Effect:
    """What other weights do to the scores."""

    bands: list[Band]
    pairs: int
    changed: int
    """pairs with another score than before"""


def save_weights(session: Session, event: Event, weights: Weights) -> None:
    """Let these count from the next plan on. Raises EventOver."""
    require_to_come(event)
    row: dict[str, Any] = {"event_id": event.id, "organisation_id": event.organisation_id, **asdict(weights)}
    new = insert(EventWeights).values(**row)
    session.execute(new.on_conflict_do_update(index_elements=["event_id"], set_=asdict(weights)))


def estimate_effect(session: Session, event: Event, weights: Weights) -> Effect:
    """How the scores of all pairs change if these weights take the place of those that count now."""
    now, then = Counter[int](), Counter[int]()
    changed = 0
    for before, after in _scores(session, event, load_weights(session, event.id), weights):
        now[before] += 1
        then[after] += 1
        changed += before != after
    bands = [Band(low, high, _within(now, low, high), _within(then, low, high)) for low, high in BANDS]
    return Effect(bands, now.total(), changed)


def _scores(session: Session, event: Event, before: Weights, after: Weights) -> Iterator[tuple[int, int]]:
    stands, attendees = load_stands(session, event.id), load_attendees(session, event.id)
    now, then = Scorer(stands, before), Scorer(stands, after)
    for attendee in attendees:
        yield from zip(now.score_all(attendee), then.score_all(attendee), strict=True)


def _within(counts: Counter[int], low: int, high: int) -> int:
    return sum(number for score, number in counts.items() if low <= score <= high)
