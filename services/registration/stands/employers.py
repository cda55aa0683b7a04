"""The organisation's employers and their contacts: added, corrected, found."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, contains_eager, selectinload

from services.registration.events.models import Event
from services.registration.stands.errors import (
    ContactExists,
    ContactUnknown,
    EmployerExists,
    EmployerUnknown,
    NameLooksKnown,
)
from services.registration.stands.models import Contact, Employer, EmployerInvitation, Vacancy
from services.registration.stands.names import find_alike, name_key
from shared import clock
from shared.database import acting_for
from shared.errors import Refusal

PAGE_SIZE = 50


@dataclass(frozen=True)
class ContactDetails:
    """Whom to write to at an employer, and in which language."""

    name: str
    email: str
    language: str
    phone: str | None = None
    """E.164"""


@dataclass(frozen=True)
class EmployerPage:
    """A page of the list of employers, and how many the whole list has."""

    employers: Sequence[Employer]
    total: int


def add_employer(session: Session, name: str, contact: ContactDetails, *, although_alike: bool = False) -> Employer:
    """A new company with somebody to write to.

    Raises EmployerExists for a name that is there, NameLooksKnown for one that is probably a misspelling of one that
    is there, unless a person looked at it and said that it is another company.
    """
    _refuse_known_name(session, name, although_alike)
    employer = Employer(organisation_id=acting_for(session), name=name, name_key=name_key(name), created_at=clock.now())
    with _refusing_twice(session, EmployerExists(name)):
        session.add(employer)
    add_contact(session, employer, contact)
    return employer


def rename_employer(session: Session, employer: Employer, name: str, *, although_alike: bool = False) -> None:
    """Correct the name. Raises as add_employer does."""
    _refuse_known_name(session, name, although_alike, but=employer.id)
    with _refusing_twice(session, EmployerExists(name)):
        employer.name, employer.name_key = name, name_key(name)


def add_contact(session: Session, employer: Employer, details: ContactDetails) -> Contact:
    """Somebody else to write to. Raises ContactExists."""
    contact = Contact(
        organisation_id=employer.organisation_id,
        employer_id=employer.id,
        created_at=clock.now(),
        **vars(details),
    )
    with _refusing_twice(session, ContactExists()):
        session.add(contact)
    return contact


def correct_contact(session: Session, contact: Contact, details: ContactDetails) -> None:
    """Other details of the same person. Raises ContactExists. (Who has a stand is told by inviting.change_contact.)"""
    with _refusing_twice(session, ContactExists()):
        for name, value in vars(details).items():
            setattr(contact, name, value)


def load_employer(session: Session, employer_id: uuid.UUID) -> Employer:
    """The employer with its contacts. Raises EmployerUnknown."""
    found = session.scalar(
        select(Employer)
        .where(Employer.id == employer_id)
        .options(selectinload(Employer.contacts))
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise EmployerUnknown
    return found


def load_contact(session: Session, employer_id: uuid.UUID, contact_id: uuid.UUID) -> Contact:
    """A contact of this employer. Raises ContactUnknown."""
    own = select(Contact).where(Contact.id == contact_id, Contact.employer_id == employer_id)
    found = session.scalar(own.where(Contact.erased_at.is_(None)))
    if found is None:
        raise ContactUnknown
    return found


def list_employers(session: Session, search: str = "", page: int = 1) -> EmployerPage:
    """The organisation's employers by name, with contacts; those whose name or key holds `search`."""
    as_typed = Employer.name.icontains(search.strip(), autoescape=True)
    wanted = as_typed | Employer.name_key.contains(name_key(search), autoescape=True)
    total = session.scalar(select(func.count(Employer.id)).where(wanted)) or 0
    employers = session.scalars(
        select(Employer)
        .where(wanted)
        .options(selectinload(Employer.contacts))
        .order_by(Employer.name_key, Employer.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    return EmployerPage(employers, total)


def list_uninvited(session: Session, event_id: uuid.UUID) -> Sequence[Employer]:
    """Employers whom the organisation knows and who were not invited to this event, by name, with contacts."""
    invited = select(EmployerInvitation.employer_id).where(EmployerInvitation.event_id == event_id)
    return session.scalars(
        select(Employer)
        .where(Employer.id.not_in(invited))
        .options(selectinload(Employer.contacts))
        .order_by(Employer.name_key, Employer.id)
    ).all()


def list_invitations(session: Session, employer_id: uuid.UUID) -> Sequence[EmployerInvitation]:
    """The events that the employer was invited to, the latest first."""
    return session.scalars(
        select(EmployerInvitation)
        .join(EmployerInvitation.event)
        .where(EmployerInvitation.employer_id == employer_id)
        .options(contains_eager(EmployerInvitation.event))
        .order_by(Event.starts_at.desc())
    ).all()


def list_vacancies(session: Session, employer_id: uuid.UUID) -> Sequence[Vacancy]:
    """What the employer offered at any event, the newest first."""
    return session.scalars(
        select(Vacancy).where(Vacancy.employer_id == employer_id).order_by(Vacancy.created_at.desc(), Vacancy.id)
    ).all()


def _refuse_known_name(session: Session, name: str, although_alike: bool, but: uuid.UUID | None = None) -> None:
    rows = session.execute(select(Employer.id, Employer.name, Employer.name_key)).all()
    known = [(found, key) for id_, found, key in rows if id_ != but]
    same = next((found for found, key in known if key == name_key(name)), None)
    if same is not None:
        raise EmployerExists(same)
    alike = [] if although_alike else find_alike(name, [found for found, _ in known])
    if alike:
        raise NameLooksKnown(alike)


@contextmanager
def _refusing_twice(session: Session, refusal: Refusal) -> Iterator[None]:
    """What the block writes, or the refusal when somebody else wrote the same thing in the meantime."""
    try:
        with session.begin_nested():
            yield
    except IntegrityError as fault:
        if not any(name in str(fault.orig) for name in ("name_key", "uq_contact_employer_id_email")):
            raise
        raise refusal from None
