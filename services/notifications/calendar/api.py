"""The JSON API of calendars: who answered what, and deciding on answers that could be somebody else's."""

import uuid

from flask_smorest import Blueprint

from services.notifications.calendar.answers import (
    EntryAnswers,
    Verdict,
    confirm_answer,
    dismiss_answer,
    load_entries,
)
from services.notifications.calendar.schemas import CalendarEntrySchema, VerdictSchema
from services.notifications.events.rules import load_event
from shared import clock
from shared.identity import allow
from shared.identity.duties import ORGANISERS
from shared.web import database

blueprint = Blueprint("api_calendar", __name__, url_prefix="/api", description="Calendar entries and their answers")


@blueprint.get("/events/<uuid:event_id>/calendar-entries")
@blueprint.response(200, CalendarEntrySchema(many=True))
@allow(*ORGANISERS)
def list_entries(event_id: uuid.UUID) -> list[EntryAnswers]:
    """The calendar entries of an event by time, each with every answer that came in, the newest first."""
    return load_entries(database(), load_event(database(), event_id).id)


@blueprint.post("/calendar-answers/<uuid:answer_id>/confirm")
@blueprint.response(200, VerdictSchema)
@allow(*ORGANISERS)
def confirm(answer_id: uuid.UUID) -> Verdict:
    """This doubtful answer is the person's own: it counts, and so do later ones from the same address."""
    return confirm_answer(database(), answer_id, clock.now())


@blueprint.post("/calendar-answers/<uuid:answer_id>/dismiss")
@blueprint.response(200, VerdictSchema)
@allow(*ORGANISERS)
def dismiss(answer_id: uuid.UUID) -> Verdict:
    """This doubtful answer has no effect."""
    return dismiss_answer(database(), answer_id, clock.now())
