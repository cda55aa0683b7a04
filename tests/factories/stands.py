"""Builds employers, invitations and bookings through the use cases of the room; invented companies."""

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.registration.events.models import Event, Stand
from services.registration.stands.employers import ContactDetails, add_employer
from services.registration.stands.inviting import invite_employer
from services.registration.stands.models import Contact, Employer, EmployerInvitation, StandBooking
from services.registration.stands.rules import confirm_booking, hold_stand
from services.registration.stands.work import Work, add_work
from shared.events import Languages
from tests.factories.events import make_organisation

FIRMS = (
    ("Bakkerij Van Loenen", "Hans van Loenen", "food", "Bakker in de nacht", 32),
    ("Kwekerij Zonneveld", "Marijke Zonneveld", "green", "Medewerker kas", 24),
    ("Harmsen Techniek", "Joost Harmsen", "engineering", "Elektromonteur in opleiding", 36),
    ("Zorggroep De Lindehof", "Fatima el Amrani", "care", "Woonhulp", 20),
    ("Helder Facilitair", "Peter Bos", "cleaning", "Schoonmaker kantoren", 16),
    ("Lagewei Logistiek", "Sanne de Wit", "logistics", "Orderpicker", 32),
    ("Hotel De Waterpoort", "Claire Dubois", "hospitality", "Gastvrouw ontbijt", 24),
    ("Rijnkade Metaal", "Ben Jacobs", "production", "Lasser", 38),
    ("Fietsenfabriek Vos", "Els Vos", "engineering", "Fietsmonteur, leerplek", 32),
    ("Kinderopvang Pluim", "Noor Pluim", "childcare", "Groepshulp", 20),
    ("Bouwbedrijf Kortland", "Wim Kortland", "construction", "Timmerman", 40),
    ("Wasserij Blauwborg", "Ria Blauw", "laundry", "Medewerker wasserij", 28),
)
"""Name, contact, sector, work, hours a week."""
HOLD_MINUTES = 10


def make_employer(
    session: Session, name: str = "Bakkerij Van Loenen", person: str = "Hans van Loenen", **contact: str
) -> Employer:
    """An employer with one contact, whose address is made from a random word unless one is given."""
    make_organisation(session)
    details = {"email": f"{uuid.uuid4().hex[:12]}@employer.example", "language": "nl", **contact}
    return add_employer(session, name, ContactDetails(person, **details), although_alike=True)


def make_employers(session: Session, count: int) -> list[Employer]:
    """That many different employers."""
    made = []
    for index in range(count):
        name, person, *_ = FIRMS[index % len(FIRMS)]
        turn = index // len(FIRMS)
        made.append(make_employer(session, f"{name} {turn}" if turn else name, person))
    return made


def make_contact(session: Session, employer: Employer) -> Contact:
    """The employer's first contact."""
    return session.scalars(
        select(Contact).where(Contact.employer_id == employer.id).order_by(Contact.created_at)
    ).first()  # type: ignore[return-value]


def make_invitation(
    session: Session, event: Event, employer: Employer | None = None, stands_allowed: int = 1
) -> EmployerInvitation:
    """An employer's invitation to a published event, sent."""
    employer = employer or make_employer(session, f"Employer {uuid.uuid4().hex[:8]}")
    return invite_employer(session, event, make_contact(session, employer), stands_allowed)


def find_stand(session: Session, event: Event, label: str) -> Stand:
    """The stand with this label in the event's hall."""
    return session.scalars(select(Stand).where(Stand.floor_plan_id == event.floor_plan_id, Stand.label == label)).one()


def make_hold(session: Session, invitation: EmployerInvitation, label: str = "9") -> StandBooking:
    """A hold on the stand with this label, for ten minutes."""
    stand = find_stand(session, invitation.event, label)
    return hold_stand(session, invitation.event_id, invitation.contact_id, stand.id, HOLD_MINUTES)


def make_work(
    session: Session, invitation: EmployerInvitation, title: str = "Bakker in de nacht", **facts: object
) -> None:
    """A vacancy offered at the event."""
    work = Work(title=title, **{"sector": "food", "hours": 32, **facts})  # type: ignore[arg-type]
    add_work(session, invitation.event_id, invitation.contact_id, work)


def make_booking(
    session: Session,
    invitation: EmployerInvitation,
    label: str = "9",
    languages: Languages | None = None,
    title: str = "Bakker in de nacht",
) -> StandBooking:
    """A confirmed booking of the stand with this label, with one vacancy (none when the title is empty)."""
    make_hold(session, invitation, label)
    if title:
        make_work(session, invitation, title)
    spoken = languages or {"nl": "C2", "en": "B2"}
    return confirm_booking(session, invitation.event_id, invitation.contact_id, spoken, HOLD_MINUTES)
