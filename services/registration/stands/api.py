"""The JSON API of employers and stands: everything that the pages do."""

import uuid
from typing import Any

from flask_smorest import Blueprint

from services.registration.events.rules import load_event
from services.registration.stands.employers import (
    EmployerPage,
    add_contact,
    add_employer,
    list_employers,
    list_vacancies,
    load_contact,
    load_employer,
    rename_employer,
)
from services.registration.stands.erasing import erase_contact
from services.registration.stands.inviting import (
    allow_stands,
    change_contact,
    invite_employers,
    send_again,
)
from services.registration.stands.models import Contact, Employer, Vacancy
from services.registration.stands.rules import take_away_booking
from services.registration.stands.schemas import (
    ContactAnswer,
    ContactSchema,
    EmployerAnswer,
    EmployerNameSchema,
    EmployerPageAnswer,
    EmployerSchema,
    EmployersWantedSchema,
    InvitationAnswer,
    InviteSchema,
    SendAgainSchema,
    StandsAllowedSchema,
    WorkAnswer,
)
from services.registration.stands.states import InvitedEmployer, list_invited, load_invited
from shared.identity import allow
from shared.identity.duties import ORGANISERS
from shared.web import database

employers = Blueprint("api_employers", __name__, url_prefix="/api/employers", description="Employers and contacts")
invited = Blueprint(
    "api_event_employers",
    __name__,
    url_prefix="/api/events/<uuid:event_id>/employers",
    description="The employers of an event",
)


# ── employers and contacts ────────────────────────────────────────────────────────────────────────────────────


@employers.get("")
@employers.arguments(EmployersWantedSchema, location="query")
@employers.response(200, EmployerPageAnswer)
@allow(*ORGANISERS)
def list_all(wanted: dict[str, Any]) -> EmployerPage:
    """The employers by name, fifty at a time; those whose name holds `search`."""
    return list_employers(database(), wanted["search"], wanted["page"])


@employers.post("")
@employers.arguments(EmployerSchema)
@employers.response(201, EmployerAnswer)
@allow(*ORGANISERS)
def add(facts: dict[str, Any]) -> Employer:
    """Add an employer with its first contact; `although_alike` for a name that looks like a known one."""
    return load_employer(database(), add_employer(database(), **facts).id)


@employers.get("/<uuid:employer_id>")
@employers.response(200, EmployerAnswer)
@allow(*ORGANISERS)
def show(employer_id: uuid.UUID) -> Employer:
    """One employer with its contacts."""
    return load_employer(database(), employer_id)


@employers.put("/<uuid:employer_id>")
@employers.arguments(EmployerNameSchema)
@employers.response(200, EmployerAnswer)
@allow(*ORGANISERS)
def rename(facts: dict[str, Any], employer_id: uuid.UUID) -> Employer:
    """Correct the name."""
    employer = load_employer(database(), employer_id)
    rename_employer(database(), employer, **facts)
    return employer


@employers.get("/<uuid:employer_id>/vacancies")
@employers.response(200, WorkAnswer(many=True))
@allow(*ORGANISERS)
def show_vacancies(employer_id: uuid.UUID) -> list[Vacancy]:
    """What the employer offered at any event, the newest first."""
    return list(list_vacancies(database(), load_employer(database(), employer_id).id))


@employers.post("/<uuid:employer_id>/contacts")
@employers.arguments(ContactSchema)
@employers.response(201, ContactAnswer)
@allow(*ORGANISERS)
def add_one_contact(facts: dict[str, Any], employer_id: uuid.UUID) -> Contact:
    """Add somebody to write to."""
    return add_contact(database(), load_employer(database(), employer_id), facts["contact"])


@employers.put("/<uuid:employer_id>/contacts/<uuid:contact_id>")
@employers.arguments(ContactSchema)
@employers.response(200, ContactAnswer)
@allow(*ORGANISERS)
def replace_contact(facts: dict[str, Any], employer_id: uuid.UUID, contact_id: uuid.UUID) -> Contact:
    """Correct a contact; a stand at an event to come and its calendar entry follow."""
    contact = load_contact(database(), employer_id, contact_id)
    change_contact(database(), contact, facts["contact"])
    return contact


@employers.delete("/<uuid:employer_id>/contacts/<uuid:contact_id>")
@employers.response(204)
@allow(*ORGANISERS)
def erase_one_contact(employer_id: uuid.UUID, contact_id: uuid.UUID) -> None:
    """Erase a contact, in every service; the employer and its stands stay."""
    erase_contact(database(), load_contact(database(), employer_id, contact_id))


# ── the employers of an event ─────────────────────────────────────────────────────────────────────────────────


@invited.get("")
@invited.response(200, InvitationAnswer(many=True))
@allow(*ORGANISERS)
def list_of_event(event_id: uuid.UUID) -> list[InvitedEmployer]:
    """Who was invited and what became of it."""
    return list_invited(database(), load_event(database(), event_id).id)


@invited.post("")
@invited.arguments(InviteSchema)
@invited.response(201, InvitationAnswer(many=True))
@allow(*ORGANISERS)
def invite(wanted: dict[str, Any], event_id: uuid.UUID) -> list[InvitedEmployer]:
    """Invite employers, each once; `contacts` says to whom where an employer has several."""
    event = load_event(database(), event_id)
    ids = {one.id for one in invite_employers(database(), event, wanted["employers"], wanted["contacts"])}
    return [row for row in list_invited(database(), event_id) if row.invitation.id in ids]


@invited.get("/<uuid:invitation_id>")
@invited.response(200, InvitationAnswer)
@allow(*ORGANISERS)
def show_invited(event_id: uuid.UUID, invitation_id: uuid.UUID) -> InvitedEmployer:
    """One employer at the event."""
    return load_invited(database(), event_id, invitation_id)


@invited.post("/<uuid:invitation_id>/send")
@invited.arguments(SendAgainSchema)
@invited.response(200, InvitationAnswer)
@allow(*ORGANISERS)
def send(wanted: dict[str, Any], event_id: uuid.UUID, invitation_id: uuid.UUID) -> InvitedEmployer:
    """Send the invitation again, to another contact when one is named."""
    send_again(database(), event_id, invitation_id, wanted["contact_id"])
    return load_invited(database(), event_id, invitation_id)


@invited.put("/<uuid:invitation_id>/stands-allowed")
@invited.arguments(StandsAllowedSchema)
@invited.response(200, InvitationAnswer)
@allow(*ORGANISERS)
def set_stands_allowed(wanted: dict[str, Any], event_id: uuid.UUID, invitation_id: uuid.UUID) -> InvitedEmployer:
    """How many stands the employer may book."""
    allow_stands(database(), event_id, invitation_id, wanted["stands_allowed"])
    return load_invited(database(), event_id, invitation_id)


@invited.delete("/<uuid:invitation_id>/bookings/<uuid:booking_id>")
@invited.response(204)
@allow(*ORGANISERS)
def cancel(event_id: uuid.UUID, invitation_id: uuid.UUID, booking_id: uuid.UUID) -> None:
    """Cancel a booking; the employer is told."""
    take_away_booking(database(), event_id, invitation_id, booking_id)
