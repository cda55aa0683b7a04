"""The overview as the API gives it."""

from typing import Any

from marshmallow import fields

from services.registration.overview.rules import Overview
from shared.schemas import Schema


class OverviewStandAnswer(Schema):
    """A stand and who has it."""

    label = fields.String()
    state = fields.String(metadata={"description": "free, held or taken"})
    employer = fields.String(allow_none=True)
    has_vacancies = fields.Boolean()


class PlanAnswer(Schema):
    """The figures of the published plan."""

    version = fields.Integer()
    conversations = fields.Integer()
    without_interpreter = fields.Integer()


class OverviewAnswer(Schema):
    """How an event stands."""

    event_id = fields.UUID()
    version = fields.Integer()
    state = fields.String()
    days_left = fields.Integer()
    booked = fields.Dict(keys=fields.String(), values=fields.Integer())
    invited = fields.Dict(keys=fields.String(), values=fields.Integer())
    answers = fields.Dict(keys=fields.String(), values=fields.Integer(), metadata={"description": "day → answers"})
    stands = fields.List(fields.Nested(OverviewStandAnswer))
    plan = fields.Nested(PlanAnswer, allow_none=True)
    phones = fields.Integer()


def overview_values(overview: Overview) -> dict[str, Any]:
    """The overview's figures, as OverviewAnswer writes them."""
    booked, invited = overview.booked, overview.invited
    return {
        "event_id": overview.event.id,
        "version": overview.event.version,
        "state": overview.state,
        "days_left": overview.days_left,
        "booked": {name: getattr(booked, name) for name in ("stands", "booked", "held", "free", "without_vacancies")},
        "invited": {
            name: getattr(invited, name)
            for name in ("invited", "coming", "sent", "declined", "waitlisted", "attended", "no_show")
        },
        "answers": {one.day.isoformat(): one.accepted + one.declined for one in overview.answers},
        "stands": [
            {
                "label": one.stand.label,
                "state": one.state,
                "employer": one.employer,
                "has_vacancies": one.has_vacancies,
            }
            for one in overview.stands
        ],
        "plan": overview.plan,
        "lost_interpreters": overview.lost,
        "phones": overview.phones,
    }
