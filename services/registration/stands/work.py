"""What an employer brings to an event: the languages of the staff at the stand and the work that is offered.

It belongs to the invitation, so that it outlives a hold: who loses a stand while typing loses nothing else. An
employer with two stands offers the same at both.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.registration.stands.attending import change_attending, require_open
from services.registration.stands.errors import LanguagesMissing, VacancyUnknown, WorkAtLimit
from services.registration.stands.models import EmployerInvitation, Vacancy
from services.registration.stands.notices import confirmed_bookings, tell_booked
from shared import clock
from shared.events import Languages

MOST_WORK = 30
"""vacancies of one employer at one event"""


@dataclass(frozen=True)
class Work:
    """A vacancy as it is filled in."""

    title: str
    sector: str
    hours: int
    """a week"""
    fits_school_hours: bool = False
    languages: Languages = field(default_factory=dict)
    """what the work asks for"""
    openings: int = 1
    reachable_without_car: bool = False
    wanted_experience: list[str] = field(default_factory=list)
    """sectors, each once and in order: the employer wishes that somebody worked in one of them before"""


def add_work(session: Session, event_id: uuid.UUID, contact_id: uuid.UUID, work: Work) -> Vacancy:
    """Offer this work at the event, too; a form that was sent twice counts once.

    Raises BookingClosed, WorkAtLimit.
    """
    invitation = _change(session, event_id, contact_id)
    known = next((one for one in invitation.vacancies if _work_of(one) == work), None)
    if known is not None:
        return known
    if len(invitation.vacancies) >= MOST_WORK:
        raise WorkAtLimit(most=MOST_WORK)
    vacancy = _make(invitation, work)
    invitation.vacancies.append(vacancy)
    _tell(session, invitation)
    return vacancy


def change_work(
    session: Session, event_id: uuid.UUID, contact_id: uuid.UUID, vacancy_id: uuid.UUID, work: Work
) -> Vacancy:
    """Correct what was filled in. Raises VacancyUnknown, BookingClosed."""
    invitation = _change(session, event_id, contact_id)
    vacancy = find_work(invitation, vacancy_id)
    for name, value in vars(work).items():
        setattr(vacancy, name, value)
    if session.is_modified(vacancy):
        _tell(session, invitation)
    return vacancy


def remove_work(session: Session, event_id: uuid.UUID, contact_id: uuid.UUID, vacancy_id: uuid.UUID) -> None:
    """Offer this work no longer; nothing happens when it is gone already. Raises BookingClosed."""
    invitation = _change(session, event_id, contact_id)
    for vacancy in [one for one in invitation.vacancies if one.id == vacancy_id]:
        invitation.vacancies.remove(vacancy)
        session.delete(vacancy)
        _tell(session, invitation)


def offer_again(session: Session, event_id: uuid.UUID, contact_id: uuid.UUID, vacancy_id: uuid.UUID) -> Vacancy:
    """Offer at this event what was offered at another, as it was there. Raises VacancyUnknown, BookingClosed."""
    invitation = _change(session, event_id, contact_id)
    known = session.scalar(
        select(Vacancy).where(Vacancy.id == vacancy_id, Vacancy.employer_id == invitation.employer_id)
    )
    if known is None:
        raise VacancyUnknown
    here = next((one for one in invitation.vacancies if _same(one, known)), None)
    return here or add_work(session, event_id, contact_id, _work_of(known))


def find_work(invitation: EmployerInvitation, vacancy_id: uuid.UUID) -> Vacancy:
    """A vacancy of this invitation. Raises VacancyUnknown."""
    found = next((vacancy for vacancy in invitation.vacancies if vacancy.id == vacancy_id), None)
    if found is None:
        raise VacancyUnknown
    return found


def list_earlier_work(session: Session, invitation: EmployerInvitation) -> Sequence[Vacancy]:
    """What the employer offered at other events and not at this one, the newest first, each once, ten at most."""
    rows = session.scalars(
        select(Vacancy)
        .where(Vacancy.employer_id == invitation.employer_id, Vacancy.invitation_id != invitation.id)
        .order_by(Vacancy.created_at.desc(), Vacancy.id)
        .limit(100)
    )
    earlier: list[Vacancy] = []
    for row in rows:
        if not any(_same(row, other) for other in (*invitation.vacancies, *earlier)):
            earlier.append(row)
    return earlier[:10]


def set_languages(session: Session, event_id: uuid.UUID, contact_id: uuid.UUID, languages: Languages) -> None:
    """What the staff at the stand speaks. Raises LanguagesMissing, BookingClosed."""
    if not languages:
        raise LanguagesMissing
    invitation = _change(session, event_id, contact_id)
    if invitation.languages == dict(languages):
        return
    invitation.languages = dict(languages)
    _tell(session, invitation)


def _change(session: Session, event_id: uuid.UUID, contact_id: uuid.UUID) -> EmployerInvitation:
    invitation = change_attending(session, event_id, contact_id)
    require_open(invitation.event)
    return invitation


def _tell(session: Session, invitation: EmployerInvitation) -> None:
    """The planner hears of it if there is a stand; as long as there is none, the booking will say it."""
    session.flush()
    for booking in confirmed_bookings(session, invitation):
        tell_booked(session, invitation, booking)


def _make(invitation: EmployerInvitation, work: Work) -> Vacancy:
    return Vacancy(
        id=uuid.uuid4(),
        organisation_id=invitation.organisation_id,
        employer_id=invitation.employer_id,
        invitation_id=invitation.id,
        created_at=clock.now(),
        **vars(work),
    )


def _work_of(vacancy: Vacancy) -> Work:
    return Work(**{name: getattr(vacancy, name) for name in Work.__dataclass_fields__})


def _same(one: Vacancy, other: Vacancy) -> bool:
    return (one.title.casefold(), one.sector, one.hours) == (other.title.casefold(), other.sector, other.hours)
