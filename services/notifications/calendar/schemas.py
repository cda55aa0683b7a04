"""What goes out of the API of calendars."""

from marshmallow import fields

from shared.schemas import Schema


class CalendarAnswerSchema(Schema):
    """One answer that came in, and what became of it."""

    id = fields.UUID(required=True)
    received_at = fields.AwareDateTime(required=True)
    method = fields.String(required=True)
    sequence = fields.Integer(required=True)
    answer = fields.String(required=True)
    comment = fields.String(required=True)
    sender = fields.String(required=True)
    attendee = fields.String(required=True)
    delegated_to = fields.String(required=True)
    proposed_starts_at = fields.AwareDateTime(allow_none=True)
    proposed_ends_at = fields.AwareDateTime(allow_none=True)
    outcome = fields.String(required=True)
    reason = fields.String(required=True)
    settles_id = fields.UUID(allow_none=True)


class CalendarEntrySchema(Schema):
    """A calendar entry: what stands in somebody's calendar, and what they answered."""

    id = fields.UUID(required=True, attribute="entry.id")
    person_kind = fields.String(required=True, attribute="entry.person_kind")
    person_id = fields.UUID(required=True, attribute="entry.person_id")
    person_name = fields.String(required=True, attribute="entry.person_name")
    key = fields.String(required=True, attribute="entry.key")
    starts_at = fields.AwareDateTime(allow_none=True, attribute="entry.starts_at")
    ends_at = fields.AwareDateTime(allow_none=True, attribute="entry.ends_at")
    sequence = fields.Integer(allow_none=True, attribute="entry.sequence")
    cancelled = fields.Boolean(required=True, attribute="entry.cancelled")
    answer = fields.String(required=True, attribute="entry.answer")
    answered_at = fields.AwareDateTime(allow_none=True, attribute="entry.answered_at")
    answers = fields.List(fields.Nested(CalendarAnswerSchema), required=True)


class VerdictSchema(Schema):
    """What came of an answer once a person decided about it."""

    answer_id = fields.UUID(required=True)
    entry_id = fields.UUID(required=True)
    outcome = fields.String(required=True)
    reason = fields.String(required=True)
    answer = fields.String(required=True)
