"""Choosing whom to invite: who can be asked, and what asking them does to the event before anything is sent."""

import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, Subquery, func, select
from sqlalchemy.orm import Session

from services.registration.candidates.models import Candidate
from services.registration.events.models import Event
from services.registration.invitations.employers import BookedEmployer, booked_employers
from services.registration.invitations.models import Invitation
from shared import clock

PAGE_SIZE = 50
MOST_AT_ONCE = 500
"""How many people can be chosen in one go."""
CONVERSATIONS_EACH = 3
"""How many conversations make it worth coming: the plan counts the first three of everybody."""
LATELY = timedelta(days=182)
SEEN = ("never", "not_lately")
ON_THE_WAY = ("drafted", "sent", "waitlisted")


@dataclass(frozen=True)
class Filters:
    """What the list of people to ask is narrowed to; empty means all."""

    language: str = ""
    sector: str = ""
    seen: str = ""
    """never: at no event yet; not_lately: not in the last half year"""


@dataclass(frozen=True)
class ToAsk:
    """Somebody who can be asked, and the start of the last event that the person came to."""

    candidate: Candidate
    last_seen: datetime | None


@dataclass(frozen=True)
class Choice:
    """A page of people to ask: the number of the first (from 1), and how many there are in all."""

    people: Sequence[ToAsk]
    first: int
    total: int


@dataclass(frozen=True)
class SectorEffect:
    """How many of those who may come want to work in a sector, now and with the chosen, and how many jobs it has."""

    sector: str
    now: int
    then: int
    openings: int

    @property
    def is_short(self) -> bool:
        """Fewer people than jobs, also with the chosen."""
        return self.then < self.openings


@dataclass(frozen=True)
class Effect:
    """What inviting the chosen does to the event."""

    coming: int
    """said yes"""
    asked: int
    """did not answer yet"""
    chosen: int
    places: int
    """people who can have CONVERSATIONS_EACH conversations"""
    sectors: tuple[SectorEffect, ...]
    by_email: Mapping[str, int]
    """language → how many of the chosen get an e-mail in it"""
    by_sms: int
    """how many get a text message"""
    on_paper: int
    """how many of the chosen need the invitation on paper"""

    @property
    def now(self) -> int:
        """Who may come as things stand."""
        return self.coming + self.asked

    @property
    def then(self) -> int:
        """Who may come with the chosen."""
        return self.now + self.chosen


def list_to_ask(session: Session, event: Event, filters: Filters, page: int = 1, everybody: bool = False) -> Choice:
    """Candidates who are ready for work and not invited to the event; who was not seen for longest comes first."""
    seen = _last_seen()
    query = _to_ask(event, filters, seen)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    size = MOST_AT_ONCE if everybody else PAGE_SIZE
    offset = (min(max(page, 1), max(-(-total // size), 1)) - 1) * size
    order = (seen.c.last_seen.asc().nulls_first(), Candidate.sort_name, Candidate.id)
    rows = session.execute(query.order_by(*order).offset(offset).limit(size))
    return Choice([ToAsk(row[0], row[1]) for row in rows], offset + 1, total)


def list_chosen(session: Session, event: Event, candidate_ids: Collection[uuid.UUID]) -> list[Candidate]:
    """Those of the chosen who were not invited yet, by name."""
    invited = select(Invitation.candidate_id).where(Invitation.event_id == event.id)
    chosen = select(Candidate).where(
        Candidate.id.in_(candidate_ids), Candidate.id.not_in(invited), Candidate.erased_at.is_(None)
    )
    return list(session.scalars(chosen.order_by(Candidate.sort_name, Candidate.id)))


def estimate_effect(session: Session, event: Event, chosen: Sequence[Candidate]) -> Effect:
    """What inviting `chosen` does to the event as it stands. Four queries, however many people there are."""
    rows = session.execute(
        select(Invitation.state, Candidate.sectors)
        .join(Invitation.candidate)
        .where(Invitation.event_id == event.id, Invitation.state.in_(("accepted", "attended", *ON_THE_WAY)))
    ).all()
    employers = booked_employers(session, event.id)
    ways = Counter(one.contact_by for one in chosen)
    languages = [one.language for one in chosen if one.contact_by == "email"]
    return Effect(
        coming=sum(state not in ON_THE_WAY for state, _ in rows),
        asked=sum(state in ON_THE_WAY for state, _ in rows),
        chosen=len(chosen),
        places=count_places((employer.seats for employer in employers), event.rounds),
        sectors=compare_sectors(employers, [row.sectors for row in rows], [one.sectors for one in chosen]),
        by_email=dict(sorted(Counter(languages).items())),
        by_sms=ways["mobile"],
        on_paper=ways["paper"],
    )


def count_places(seats: Iterable[int], rounds: int) -> int:
    """How many people the booked stands can give CONVERSATIONS_EACH conversations: stands × seats × rounds / 3."""
    return sum(seats) * rounds // CONVERSATIONS_EACH


def compare_sectors(
    employers: Iterable[BookedEmployer], expected: Iterable[Sequence[str]], chosen: Iterable[Sequence[str]]
) -> tuple[SectorEffect, ...]:
    """Per sector with jobs, the one with most jobs first. `expected` and `chosen` hold each person's sectors."""
    openings: Counter[str] = Counter()
    for employer in employers:
        for vacancy in employer.vacancies:
            openings[vacancy.sector] += vacancy.openings
    now = Counter(sector for sectors in expected for sector in set(sectors))
    more = Counter(sector for sectors in chosen for sector in set(sectors))
    return tuple(
        SectorEffect(sector, now[sector], now[sector] + more[sector], count)
        for sector, count in sorted(openings.items(), key=lambda item: (-item[1], item[0]))
    )


def _last_seen() -> Subquery:
    return (
        select(Invitation.candidate_id, func.max(Event.starts_at).label("last_seen"))
        .join(Invitation.event)
        .where(Invitation.state == "attended")
        .group_by(Invitation.candidate_id)
        .subquery()
    )


def _to_ask(event: Event, filters: Filters, seen: Subquery) -> Select[Candidate, datetime | None]:
    invited = select(Invitation.candidate_id).where(Invitation.event_id == event.id)
    query = (
        select(Candidate, seen.c.last_seen)
        .outerjoin(seen, seen.c.candidate_id == Candidate.id)
        .where(Candidate.readiness == "ready", Candidate.erased_at.is_(None), Candidate.id.not_in(invited))
    )
    if filters.language:
        query = query.where(Candidate.language == filters.language)
    if filters.sector:
        query = query.where(Candidate.sectors.contains([filters.sector]))
    if filters.seen == "never":
        query = query.where(seen.c.last_seen.is_(None))
    if filters.seen == "not_lately":
        long_ago = clock.now() - LATELY
        query = query.where(seen.c.last_seen.is_(None) | (seen.c.last_seen < long_ago))
    return query
