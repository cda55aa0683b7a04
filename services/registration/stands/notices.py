"""What others are told about employers and their stands. Each function records; nobody is told before the commit."""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from services.registration.accounts.rules import load_organisation
from services.registration.events.models import Event
from services.registration.stands.models import Contact, EmployerInvitation, StandBooking, Vacancy
from shared import clock
from shared.events import (
    CancelCalendarEntry,
    Person,
    PutCalendarEntry,
    SendMessage,
    StandBooked,
    StandCancelled,
    VacancyFacts,
)
from shared.identity.links import LinkFor, issue_link
from shared.outbox import record

CALENDAR_KEY = "stand"
"""One entry for all stands of an employer: a person is at the event once."""
LINK_OUTLASTS_EVENT = timedelta(days=1)
REMIND_BEFORE = 2 * 24 * 60
"""Minutes before the start at which an employer with a stand is reminded."""


def person_of(contact: Contact) -> Person:
    """The contact as other services know somebody."""
    return Person("contact", contact.id, contact.name, contact.language, contact.email, contact.phone)


def issue_employer_link(session: Session, event: Event, contact: Contact) -> uuid.UUID:
    """A personal link to the booking page, until a day after the event."""
    link_for = LinkFor(
        kind="employer",
        person_id=contact.id,
        person_name=contact.name,
        language=contact.language,
        organisation_id=event.organisation_id,
        organisation_name=load_organisation(session, event.organisation_id).name,
        path=f"/my/stands/{event.id}",
        event_id=event.id,
    )
    return issue_link(session, link_for, event.ends_at + LINK_OUTLASTS_EVENT - clock.now())


def send(session: Session, invitation: EmployerInvitation, template: str, values: dict[str, Any]) -> uuid.UUID:
    """Write to the employer's contact, with the personal link; returns the message's id."""
    message = SendMessage(
        message_id=uuid.uuid4(),
        organisation_id=invitation.organisation_id,
        template=template,
        person=person_of(invitation.contact),
        values=values,
        event_id=invitation.event_id,
        link_id=invitation.link_id,
        version=_next_version(invitation),
    )
    record(session, message)
    return message.message_id


def confirmed_bookings(session: Session, invitation: EmployerInvitation) -> Sequence[StandBooking]:
    """The stands that the employer has for sure, in the order in which they came."""
    return session.scalars(
        select(StandBooking)
        .where(StandBooking.invitation_id == invitation.id, StandBooking.state == "confirmed")
        .options(joinedload(StandBooking.stand))
        .order_by(StandBooking.slot)
    ).all()


def tell_booked(session: Session, invitation: EmployerInvitation, booking: StandBooking) -> None:
    """Tell the planner what stands there now, under the next version."""
    booking.version = _next_version(invitation)
    stand = booking.stand
    record(
        session,
        StandBooked(
            organisation_id=booking.organisation_id,
            event_id=booking.event_id,
            booking_id=booking.id,
            version=booking.version,
            stand_id=stand.id,
            label=stand.label,
            seats=stand.seats,
            x=stand.x,
            y=stand.y,
            employer_id=invitation.employer_id,
            employer=invitation.employer.name,
            contact=person_of(invitation.contact),
            languages=dict(invitation.languages),
            vacancies=tuple(_facts(vacancy) for vacancy in invitation.vacancies),
            link_id=invitation.link_id,
        ),
    )


def tell_given_up(session: Session, invitation: EmployerInvitation, booking: StandBooking) -> None:
    """Tell the planner that nobody stands there."""
    booking.version = _next_version(invitation)
    record(session, StandCancelled(booking.organisation_id, booking.event_id, booking.id, booking.version))


def put_in_calendar(
    session: Session,
    invitation: EmployerInvitation,
    bookings: Sequence[StandBooking],
    template: str = "stand_confirmed",
    values: dict[str, Any] | None = None,
) -> None:
    """Give the contact the one entry for the employer's stands, at the event's times."""
    about = {
        "employer": invitation.employer.name,
        "stand": stand_labels(bookings),
        "vacancies": [vacancy.title for vacancy in invitation.vacancies],
    }
    record(
        session,
        PutCalendarEntry(
            message_id=uuid.uuid4(),
            organisation_id=invitation.organisation_id,
            event_id=invitation.event_id,
            person=person_of(invitation.contact),
            key=CALENDAR_KEY,
            version=_next_version(invitation),
            starts_at=invitation.event.starts_at,
            ends_at=invitation.event.ends_at,
            template=template,
            values=about if values is None else values,
            link_id=invitation.link_id,
        ),
    )
    if template == "stand_confirmed":
        _remind(session, invitation)


def _remind(session: Session, invitation: EmployerInvitation) -> None:
    """Ask for a reminder two days before, in place of an earlier one. Not sent to who has no stand by then."""
    record(
        session,
        SendMessage(
            message_id=uuid.uuid4(),
            organisation_id=invitation.organisation_id,
            template="employer_reminder",
            person=person_of(invitation.contact),
            event_id=invitation.event_id,
            link_id=invitation.link_id,
            version=_next_version(invitation),
            before_start=REMIND_BEFORE,
        ),
    )


def take_out_of_calendar(
    session: Session, invitation: EmployerInvitation, template: str, values: dict[str, Any]
) -> None:
    """Take the entry away again."""
    forget_calendar_answer(invitation)
    record(
        session,
        CancelCalendarEntry(
            message_id=uuid.uuid4(),
            organisation_id=invitation.organisation_id,
            event_id=invitation.event_id,
            person=person_of(invitation.contact),
            key=CALENDAR_KEY,
            version=_next_version(invitation),
            template=template,
            values=values,
        ),
    )


def forget_calendar_answer(invitation: EmployerInvitation) -> None:
    """The next entry asks anew: another time, place or contact. Answers to what was put until now count no more."""
    invitation.calendar_answer, invitation.calendar_answered_at, invitation.calendar_comment = None, None, ""
    invitation.calendar_asked = invitation.version


def stand_labels(bookings: Sequence[StandBooking]) -> str:
    """'9', or '9, 10' for an employer with two stands."""
    return ", ".join(booking.stand.label for booking in bookings)


def _next_version(invitation: EmployerInvitation) -> int:
    # One counter for all bookings of the employer: a stand booked after another was given up is newer for everybody.
    invitation.version += 1
    return invitation.version


def _facts(vacancy: Vacancy) -> VacancyFacts:
    return VacancyFacts(
        vacancy_id=vacancy.id,
        title=vacancy.title,
        sector=vacancy.sector,
        hours=vacancy.hours,
        languages=dict(vacancy.languages),
        fits_school_hours=vacancy.fits_school_hours,
        reachable_without_car=vacancy.reachable_without_car,
        wanted_experience=tuple(vacancy.wanted_experience),
    )
