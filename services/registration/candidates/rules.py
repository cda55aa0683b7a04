"""Candidates: entered, corrected, found. Barriers are kept and read apart from everything else."""

import json
import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from sqlalchemy import Select, delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.registration.candidates.citizen_numbers import has_citizen_number
from services.registration.candidates.errors import CandidateUnknown, CitizenNumberTyped, MobileUnreadable
from services.registration.candidates.models import (
    BARRIERS,
    CONTACT_BY,
    LONGEST_NAME,
    LONGEST_READABLE_NAME,
    READINESS,
    Candidate,
    CandidateBarrier,
)
from services.registration.candidates.names import plain, readable_name, sort_name
from services.registration.sectors import SECTORS
from shared import clock
from shared.database import acting_for
from shared.events import Languages, Person
from shared.telephone import read_telephone

__all__ = [
    "BARRIERS",
    "CONTACT_BY",
    "LONGEST_NAME",
    "LONGEST_READABLE_NAME",
    "READINESS",
    "SECTORS",
    "readable_name",
]

PAGE_SIZE = 50


@dataclass(frozen=True)
class Correction:
    """What those who follow a correction need to know beside the candidate as it is now."""

    old_email: str | None
    signing_seed: bytes
    """for passes that go along with a message"""


WHEN_CANDIDATE_CHANGES: list[Callable[[Session, Candidate, Correction], None]] = []
"""Called after a candidate was corrected, in the same transaction; `services/registration/consequences.py` fills it."""


@dataclass(frozen=True)
class Profile:
    """What somebody fills in about a candidate. Everything but the name and the language may stay empty."""

    name: str
    language: str
    readable_name: str = ""
    """empty: made from the name"""
    languages: Languages = field(default_factory=dict)
    did: str = ""
    wants: str = ""
    did_sectors: Sequence[str] = ()
    sectors: Sequence[str] = ()
    hours: int | None = None
    school_hours: bool = False
    email: str | None = None
    mobile: str | None = None
    """as typed; kept as E.164"""
    on_paper: bool = False
    """letters on paper, also when there is an e-mail address"""
    readiness: str = "ready"


@dataclass(frozen=True)
class Wanted:
    """What a list of candidates is narrowed to; empty means all."""

    words: str = ""
    language: str = ""
    sector: str = ""
    readiness: str = ""


@dataclass(frozen=True)
class Listing:
    """One page of a list: the rows, the number of the first (from 1), and how many there are in all."""

    candidates: Sequence[Candidate]
    first: int
    total: int


def add_candidate(session: Session, profile: Profile, form_key: uuid.UUID | None = None) -> Candidate:
    """Enter somebody; once, when the same form is sent again. Raises CitizenNumberTyped, MobileUnreadable."""
    key = _key_of(form_key, profile) if form_key else None
    candidate = Candidate(organisation_id=acting_for(session), created_at=clock.now(), form_key=key)
    _write(candidate, profile)
    try:
        with session.begin_nested():
            session.add(candidate)
    except IntegrityError:
        entered = session.scalar(select(Candidate).where(Candidate.form_key == key)) if key else None
        if entered is None:
            raise
        return entered
    return candidate


def change_candidate(session: Session, candidate: Candidate, profile: Profile, signing_seed: bytes) -> None:
    """Correct what is known of somebody; who invited the person is told. Raises as add_candidate."""
    correction = Correction(candidate.email, signing_seed)
    if profile.name != candidate.name and profile.readable_name == candidate.readable_name:
        # The readable name belonged to the old name and nobody touched it.
        profile = replace(profile, readable_name="")
    _write(candidate, profile)
    session.flush()
    for tell in WHEN_CANDIDATE_CHANGES:
        tell(session, candidate, correction)


def load_candidate(session: Session, candidate_id: uuid.UUID) -> Candidate:
    """Raises CandidateUnknown."""
    candidate = session.scalar(select(Candidate).where(Candidate.id == candidate_id, Candidate.erased_at.is_(None)))
    if candidate is None:
        raise CandidateUnknown
    return candidate


def list_candidates(session: Session, wanted: Wanted = Wanted(), page: int = 1) -> Listing:
    """The candidates that fit, by readable name, PAGE_SIZE at a time."""
    fitting = _fitting(wanted)
    total = session.scalar(select(func.count()).select_from(fitting.subquery())) or 0
    page = min(max(page, 1), max(-(-total // PAGE_SIZE), 1))
    offset = (page - 1) * PAGE_SIZE
    rows = session.scalars(fitting.order_by(Candidate.sort_name, Candidate.id).offset(offset).limit(PAGE_SIZE))
    return Listing(rows.all(), offset + 1, total)


def load_barriers(session: Session, candidate_id: uuid.UUID) -> list[str]:
    """What stands in the way, in the order of BARRIERS. Only for the desk and case workers to see."""
    rows = session.scalars(select(CandidateBarrier.barrier).where(CandidateBarrier.candidate_id == candidate_id))
    return sorted(rows, key=BARRIERS.index)


def change_barriers(session: Session, candidate: Candidate, barriers: Collection[str]) -> None:
    """Put these barriers in the place of those that were there."""
    session.execute(delete(CandidateBarrier).where(CandidateBarrier.candidate_id == candidate.id))
    session.add_all(
        CandidateBarrier(organisation_id=candidate.organisation_id, candidate_id=candidate.id, barrier=barrier)
        for barrier in sorted(set(barriers))
    )
    session.flush()


def person_of(candidate: Candidate) -> Person:
    """The candidate as others are told of them: where to reach the person, in which language."""
    email, mobile = (candidate.email, candidate.mobile) if candidate.contact_by != "paper" else (None, None)
    return Person("candidate", candidate.id, candidate.name, candidate.language, email, mobile)


def read_mobile(typed: str) -> str:
    """The number as E.164 (ITU-T), Dutch when it has no country code. Raises MobileUnreadable."""
    number = read_telephone(typed)
    if number is None:
        raise MobileUnreadable
    return number


def choose_contact(email: str | None, mobile: str | None, on_paper: bool) -> str:
    """How the person is reached: paper when asked for or when there is nothing else."""
    if on_paper or not (email or mobile):
        return "paper"
    return "email" if email else "mobile"


def _key_of(form_key: uuid.UUID, profile: Profile) -> uuid.UUID:
    """One form with one content. Whoever goes back and fills in somebody else enters another person."""
    return uuid.uuid5(form_key, json.dumps(asdict(profile), sort_keys=True))


def _fitting(wanted: Wanted) -> Select[Any]:
    query = select(Candidate).where(Candidate.erased_at.is_(None))
    for word in plain(wanted.words).split():
        query = query.where(Candidate.sort_name.contains(word, autoescape=True))
    if wanted.language:
        query = query.where(Candidate.language == wanted.language)
    if wanted.sector:
        query = query.where(Candidate.sectors.contains([wanted.sector]))
    if wanted.readiness:
        query = query.where(Candidate.readiness == wanted.readiness)
    return query


def _write(candidate: Candidate, profile: Profile) -> None:
    _refuse_citizen_numbers(profile)
    candidate.name = profile.name
    candidate.readable_name = profile.readable_name or readable_name(profile.name, profile.language)
    candidate.sort_name = sort_name(candidate.name, candidate.readable_name)
    candidate.language, candidate.languages = profile.language, dict(profile.languages)
    candidate.did, candidate.wants = profile.did, profile.wants
    candidate.did_sectors, candidate.sectors = list(profile.did_sectors), list(profile.sectors)
    candidate.hours, candidate.school_hours = profile.hours, profile.school_hours
    candidate.email, candidate.mobile = profile.email or None, read_mobile(profile.mobile) if profile.mobile else None
    candidate.contact_by = choose_contact(candidate.email, candidate.mobile, profile.on_paper)
    candidate.readiness, candidate.changed_at = profile.readiness, clock.now()


def _refuse_citizen_numbers(profile: Profile) -> None:
    for name in ("name", "readable_name", "did", "wants"):
        if has_citizen_number(getattr(profile, name)):
            raise CitizenNumberTyped(name)
