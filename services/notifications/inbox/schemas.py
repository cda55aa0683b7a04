"""What comes in and goes out of the pages and the API of the inbox."""

from marshmallow import fields, validate

from services.notifications.inbox.models import ANSWERS, KINDS, STATES
from shared.schemas import NOT_IN_LIST, PageSchema, Schema, WantedPageSchema


class FilterSchema(WantedPageSchema):
    """How the list is narrowed down."""

    state = fields.String(load_default="open", validate=validate.OneOf(["", *STATES], error=NOT_IN_LIST))
    kind = fields.String(load_default="", validate=validate.OneOf(["", *KINDS], error=NOT_IN_LIST))


class AnswerSchema(Schema):
    """What somebody says that it is the answer to."""

    answer = fields.String(required=True, validate=validate.OneOf(ANSWERS, error=NOT_IN_LIST))


class ItemSchema(Schema):
    """Something that came in. Who sent it is what it says itself."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    reason = fields.String(required=True)
    state = fields.String(required=True)
    sender = fields.String(required=True)
    subject = fields.String(required=True)
    words = fields.String(required=True)
    message_id = fields.UUID(allow_none=True)
    person_kind = fields.String(allow_none=True)
    person_id = fields.UUID(allow_none=True)
    person_name = fields.String(required=True)
    event_id = fields.UUID(allow_none=True)
    suggestion = fields.String(allow_none=True)
    received_at = fields.AwareDateTime(required=True)
    done_at = fields.AwareDateTime(allow_none=True)


class ItemListSchema(PageSchema):
    """A page of items, and how many there are of each state in all."""

    items = fields.List(fields.Nested(ItemSchema), required=True)
    by_state = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
