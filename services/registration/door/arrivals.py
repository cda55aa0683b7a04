"""Who came in: figures for the organiser and for the phones at the door."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.registration.candidates.models import Candidate
from services.registration.door.models import Scan
from services.registration.events.models import Event
from services.registration.invitations.models import Invitation
from services.registration.invitations.states import COMING

BUCKET = timedelta(minutes=10)
LATEST = 12


@dataclass(frozen=True)
class ArrivalCounts:
    """How many of those who said yes are inside."""

    inside: int
    expected: int
    """said yes, or came without having said so"""

    @property
    def not_yet(self) -> int:
        """Still expected."""
        return max(self.expected - self.inside, 0)


@dataclass(frozen=True)
class Arrival:
    """Somebody who came in, by number: a screen that others can see shows no names."""

    at: datetime
    number: int
    language: str
    gate: str


def arrival_counts(session: Session, event_id: uuid.UUID) -> ArrivalCounts:
    """The figures of this moment, in one query."""
    inside = select(func.count()).where(Scan.event_id == event_id, Scan.verdict == "admitted")
    expected = select(func.count()).where(Invitation.event_id == event_id, Invitation.state.in_(COMING))
    row = session.execute(select(inside.scalar_subquery(), expected.scalar_subquery())).one()
    return ArrivalCounts(row[0], row[1])


def latest_arrivals(session: Session, event_id: uuid.UUID, most: int = LATEST) -> Sequence[Arrival]:
    """Who came in last, the newest first."""
    rows = session.execute(
        select(Scan.happened_at, Scan.number, Candidate.language, Scan.gate)
        .join(Invitation, Invitation.id == Scan.invitation_id)
        .join(Candidate, Candidate.id == Invitation.candidate_id)
        .where(Scan.event_id == event_id, Scan.verdict == "admitted")
        .order_by(Scan.happened_at.desc(), Scan.id)
        .limit(most)
    )
    return [Arrival(row.happened_at, row.number or 0, row.language, row.gate) for row in rows]


def arrivals_over_time(session: Session, event: Event) -> list[tuple[datetime, int]]:
    """At the end of each ten minutes with the first arrival to the last: how many had come in by then."""
    bucket = func.date_bin(BUCKET, Scan.happened_at, event.starts_at)
    rows = session.execute(
        select(bucket, func.count())
        .where(Scan.event_id == event.id, Scan.verdict == "admitted")
        .group_by(bucket)
        .order_by(bucket)
    ).all()
    return add_up([(row[0], row[1]) for row in rows])


def add_up(counts: Sequence[tuple[datetime, int]]) -> list[tuple[datetime, int]]:
    """Counts per bucket, in order, as a line that only rises; buckets in which nobody came are filled in."""
    if not counts:
        return []
    came, line, total = dict(counts), [(counts[0][0], 0)], 0
    start = counts[0][0]
    while start <= counts[-1][0]:
        total += came.get(start, 0)
        start += BUCKET
        line.append((start, total))
    return line
