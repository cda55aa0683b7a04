"""What organisers say about printed letters."""

from marshmallow import fields, validate

from services.notifications.printing.models import TICKS
from shared.schemas import NOT_IN_LIST, Schema


class TickSchema(Schema):
    """What became of one letter, or of all that nothing is noted of yet."""

    row = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1, 100_000))
    tick = fields.String(required=True, validate=validate.OneOf(TICKS[1:], error=NOT_IN_LIST))


class LetterRowSchema(Schema):
    """A row of the checklist."""

    row = fields.Integer(required=True)
    message_id = fields.UUID(required=True)
    tick = fields.String(required=True)
    ticked_at = fields.AwareDateTime(allow_none=True)


class PrintRunSchema(Schema):
    """Letters that were printed together."""

    id = fields.UUID(required=True)
    printed_at = fields.AwareDateTime(required=True)
    letters = fields.Integer(required=True)
    rows = fields.List(fields.Nested(LetterRowSchema), required=True)


class PrintQueueSchema(Schema):
    """What waits to be printed for an event, and what was printed."""

    waiting = fields.Integer(required=True)
    runs = fields.List(fields.Nested(PrintRunSchema), required=True)
