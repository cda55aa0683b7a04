"""What comes in and goes out of the pages and the API of messages."""

from marshmallow import EXCLUDE, fields, validate

from services.notifications.channels.registry import CHANNELS
from services.notifications.messages.catalogue import TEMPLATES
from services.notifications.messages.models import STATES
from shared.schemas import NOT_IN_LIST, PageSchema, Schema, WantedPageSchema, text


class SearchSchema(WantedPageSchema):
    """How a list of messages is narrowed down."""

    q = text(100, required=False, attribute="words")
    state = fields.String(load_default="", validate=validate.OneOf(["", *STATES], error=NOT_IN_LIST))
    template = fields.String(load_default="", validate=validate.OneOf(["", *TEMPLATES], error=NOT_IN_LIST))
    channel = fields.String(load_default="", validate=validate.OneOf(["", *CHANNELS], error=NOT_IN_LIST))


class PersonSchema(Schema):
    """Whose messages are asked for."""

    class Meta(Schema.Meta):
        unknown = EXCLUDE

    person = fields.UUID(load_default=None)


class MendSchema(Schema):
    """The right address or number of somebody whom a message did not reach."""

    class Meta(Schema.Meta):
        unknown = EXCLUDE

    channel = fields.String(load_default="email", validate=validate.OneOf(["email", "sms"], error=NOT_IN_LIST))
    address = text(254)


class MinuteSchema(Schema):
    """What happened in one minute."""

    begins_at = fields.AwareDateTime(required=True)
    queued = fields.Integer(required=True)
    sent = fields.Integer(required=True)
    delivered = fields.Integer(required=True)
    failed = fields.Integer(required=True)


class ProgressSchema(Schema):
    """The sending of the last minutes, and what is still to go out."""

    minutes = fields.List(fields.Nested(MinuteSchema), required=True)
    waiting = fields.Integer(required=True)
    per_minute = fields.Float(required=True)
    done_at = fields.AwareDateTime(allow_none=True)


class AttemptSchema(Schema):
    """One try to hand a message over."""

    number = fields.Integer(required=True)
    channel = fields.String(required=True)
    began_at = fields.AwareDateTime(required=True)
    ended_at = fields.AwareDateTime(allow_none=True)
    outcome = fields.String(allow_none=True)
    code = fields.Integer(allow_none=True)
    answer = fields.String()


class MessageSchema(Schema):
    """A message and what became of it."""

    id = fields.UUID(required=True)
    event_id = fields.UUID(allow_none=True)
    template = fields.String(required=True)
    is_trial = fields.Boolean(required=True)
    person_kind = fields.String(required=True)
    person_id = fields.UUID(required=True)
    person_name = fields.String(required=True)
    language = fields.String(required=True)
    address = fields.String(allow_none=True)
    mobile = fields.String(allow_none=True)
    merged_into = fields.UUID(allow_none=True)
    channel = fields.String(allow_none=True)
    state = fields.String(required=True)
    reason = fields.String(allow_none=True)
    queued_at = fields.AwareDateTime(required=True)
    due_at = fields.AwareDateTime(allow_none=True)
    sent_at = fields.AwareDateTime(allow_none=True)
    subject = fields.String()
    text = fields.String()
    attempts = fields.List(fields.Nested(AttemptSchema))


class FoundSchema(PageSchema):
    """A page of messages."""

    messages = fields.List(fields.Nested(MessageSchema), required=True)


class MessageListSchema(FoundSchema):
    """A page of messages, and how many there are of each state in all."""

    by_state = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class LostSchema(FoundSchema):
    """A page of what did not arrive; `our_fault`: how many can be sent again just as they are."""

    our_fault = fields.Integer(required=True)


class CountSchema(Schema):
    """How many messages something was done with."""

    count = fields.Integer(required=True)
