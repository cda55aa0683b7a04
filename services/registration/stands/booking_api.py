"""The JSON API of booking: the stands of an event, and what an employer does with its personal link."""

import uuid
from typing import Any

from flask_smorest import Blueprint

from services.registration.events.rules import load_event
from services.registration.stands.attending import load_attending
from services.registration.stands.inviting import come_after_all, decline
from services.registration.stands.models import StandBooking, Vacancy
from services.registration.stands.rules import (
    confirm_booking,
    give_up_booking,
    hold_stand,
    move_booking,
    release_hold,
    stand_states,
)
from services.registration.stands.schemas import (
    BookingAnswer,
    LanguagesSchema,
    OwnStandAnswer,
    StandChoiceSchema,
    StandStateAnswer,
    WorkAnswer,
    WorkSchema,
)
from services.registration.stands.states import StandState, list_bookings
from services.registration.stands.views import my_contact, my_page
from services.registration.stands.work import add_work, change_work, remove_work, set_languages
from shared.identity import Role, allow, current_identity
from shared.identity.duties import ORGANISERS
from shared.web import database, settings

stands = Blueprint(
    "api_stands", __name__, url_prefix="/api/events/<uuid:event_id>/stands", description="The stands of an event"
)
bookings = Blueprint(
    "api_bookings", __name__, url_prefix="/api/events/<uuid:event_id>/bookings", description="Booking a stand"
)


@stands.get("")
@stands.response(200, StandStateAnswer(many=True))
@allow(*ORGANISERS, Role.EMPLOYER)
def list_stands(event_id: uuid.UUID) -> list[StandState]:
    """Every stand with its state; an employer sees the event of its link."""
    identity = current_identity()
    if identity is not None and identity.kind == "employer":
        return stand_states(database(), load_attending(database(), event_id, my_contact(event_id)).event)
    return stand_states(database(), load_event(database(), event_id))


@bookings.get("")
@bookings.response(200, BookingAnswer(many=True))
@allow(*ORGANISERS)
def list_of_event(event_id: uuid.UUID) -> list[StandBooking]:
    """The event's bookings, and holds whose time is not over, in the hall's order."""
    return list(list_bookings(database(), load_event(database(), event_id).id))


@bookings.get("/mine")
@bookings.response(200, OwnStandAnswer)
@allow(Role.EMPLOYER)
def show_mine(event_id: uuid.UUID) -> dict[str, Any]:
    """What the employer brings and has."""
    return _mine(event_id)


@bookings.post("")
@bookings.arguments(StandChoiceSchema)
@bookings.response(201, BookingAnswer)
@allow(Role.EMPLOYER)
def hold(wanted: dict[str, Any], event_id: uuid.UUID) -> StandBooking:
    """Hold a stand; another one that the employer held is let go."""
    return hold_stand(database(), event_id, my_contact(event_id), wanted["stand_id"], settings().hold_minutes)


@bookings.delete("/held")
@bookings.response(204)
@allow(Role.EMPLOYER)
def release(event_id: uuid.UUID) -> None:
    """Let go of what is held."""
    release_hold(database(), event_id, my_contact(event_id))


@bookings.post("/confirm")
@bookings.arguments(LanguagesSchema)
@bookings.response(200, BookingAnswer)
@allow(Role.EMPLOYER)
def confirm(wanted: dict[str, Any], event_id: uuid.UUID) -> StandBooking:
    """Book the stand that is held."""
    return confirm_booking(database(), event_id, my_contact(event_id), wanted["languages"], settings().hold_minutes)


@bookings.put("/languages")
@bookings.arguments(LanguagesSchema)
@bookings.response(200, OwnStandAnswer)
@allow(Role.EMPLOYER)
def change_languages(wanted: dict[str, Any], event_id: uuid.UUID) -> dict[str, Any]:
    """What the staff at the stand speaks."""
    set_languages(database(), event_id, my_contact(event_id), wanted["languages"])
    return _mine(event_id)


@bookings.put("/<uuid:booking_id>")
@bookings.arguments(StandChoiceSchema)
@bookings.response(200, BookingAnswer)
@allow(Role.EMPLOYER)
def move(wanted: dict[str, Any], event_id: uuid.UUID, booking_id: uuid.UUID) -> StandBooking:
    """Take a booking to another stand."""
    return move_booking(database(), event_id, my_contact(event_id), booking_id, wanted["stand_id"])


@bookings.delete("/<uuid:booking_id>")
@bookings.response(204)
@allow(Role.EMPLOYER)
def give_up(event_id: uuid.UUID, booking_id: uuid.UUID) -> None:
    """Give a booked stand up."""
    give_up_booking(database(), event_id, my_contact(event_id), booking_id)


@bookings.post("/vacancies")
@bookings.arguments(WorkSchema)
@bookings.response(201, WorkAnswer)
@allow(Role.EMPLOYER)
def add_vacancy(wanted: dict[str, Any], event_id: uuid.UUID) -> Vacancy:
    """Offer work at the event."""
    return add_work(database(), event_id, my_contact(event_id), wanted["work"])


@bookings.put("/vacancies/<uuid:vacancy_id>")
@bookings.arguments(WorkSchema)
@bookings.response(200, WorkAnswer)
@allow(Role.EMPLOYER)
def replace_vacancy(wanted: dict[str, Any], event_id: uuid.UUID, vacancy_id: uuid.UUID) -> Vacancy:
    """Correct work that is offered."""
    return change_work(database(), event_id, my_contact(event_id), vacancy_id, wanted["work"])


@bookings.delete("/vacancies/<uuid:vacancy_id>")
@bookings.response(204)
@allow(Role.EMPLOYER)
def remove_vacancy(event_id: uuid.UUID, vacancy_id: uuid.UUID) -> None:
    """Offer this work no longer."""
    remove_work(database(), event_id, my_contact(event_id), vacancy_id)


@bookings.post("/decline")
@bookings.response(200, OwnStandAnswer)
@allow(Role.EMPLOYER)
def say_no(event_id: uuid.UUID) -> dict[str, Any]:
    """The employer cannot come."""
    decline(database(), event_id, my_contact(event_id))
    return _mine(event_id)


@bookings.post("/come")
@bookings.response(200, OwnStandAnswer)
@allow(Role.EMPLOYER)
def say_yes(event_id: uuid.UUID) -> dict[str, Any]:
    """The employer can come after all."""
    come_after_all(database(), event_id, my_contact(event_id))
    return _mine(event_id)


def _mine(event_id: uuid.UUID) -> dict[str, Any]:
    page = my_page(event_id)
    names = ("state", "stands_allowed", "languages", "vacancies")
    bookings_now = [*page.confirmed, *([page.held] if page.held else [])]
    return {**{name: getattr(page.invitation, name) for name in names}, "bookings": bookings_now}
