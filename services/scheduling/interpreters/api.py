"""The JSON API of interpreters: everything that their pages do."""

import uuid
from collections.abc import Sequence
from typing import Any

from flask_smorest import Blueprint

from services.scheduling.events.rules import load_event
from services.scheduling.interpreters import rules
from services.scheduling.interpreters.models import Engagement, Interpreter
from services.scheduling.interpreters.schemas import (
    AskInterpreterSchema,
    EngagementAnswer,
    InterpreterAnswer,
    InterpreterSchema,
)
from shared.identity import Role, allow
from shared.web import database

blueprint = Blueprint("interpreters_api", __name__, url_prefix="/api", description="Interpreters")


@blueprint.get("/interpreters")
@allow(Role.ORGANISER)
@blueprint.response(200, InterpreterAnswer(many=True))
def interpreters() -> Sequence[Interpreter]:
    """All interpreters of the organisation."""
    return rules.load_interpreters(database())


@blueprint.post("/interpreters")
@allow(Role.ORGANISER)
@blueprint.arguments(InterpreterSchema)
@blueprint.response(201, InterpreterAnswer)
def add(data: dict[str, Any]) -> Interpreter:
    """Put an interpreter in the list."""
    return rules.add_interpreter(database(), **data)


@blueprint.get("/interpreters/<uuid:interpreter_id>")
@allow(Role.ORGANISER)
@blueprint.response(200, InterpreterAnswer)
def interpreter(interpreter_id: uuid.UUID) -> Interpreter:
    """One of them."""
    return rules.load_interpreter(database(), interpreter_id)


@blueprint.get("/events/<uuid:event_id>/interpreters")
@allow(Role.ORGANISER)
@blueprint.response(200, EngagementAnswer(many=True))
def engagements(event_id: uuid.UUID) -> Sequence[Engagement]:
    """Who was asked for an event."""
    return rules.load_engagements(database(), load_event(database(), event_id).id)


@blueprint.post("/events/<uuid:event_id>/interpreters")
@allow(Role.ORGANISER)
@blueprint.arguments(AskInterpreterSchema)
@blueprint.response(201, EngagementAnswer)
def ask(data: dict[str, Any], event_id: uuid.UUID) -> Engagement:
    """Ask an interpreter for an event, or change the rounds."""
    event = load_event(database(), event_id)
    interpreter = rules.load_interpreter(database(), data["interpreter"])
    return rules.engage_interpreter(database(), event, interpreter, data["rounds"])
