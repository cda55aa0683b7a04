"""How the API tells of plans."""

from marshmallow import fields

from shared.schemas import Schema


class ConversationAnswer(Schema):
    """A candidate at a stand in a round."""

    invitation_id = fields.UUID()
    booking_id = fields.UUID()
    round = fields.Integer()
    interpreter_id = fields.UUID(allow_none=True)
    language = fields.String()


class PlanAnswer(Schema):
    """A plan with its conversations."""

    id = fields.UUID()
    number = fields.Integer()
    state = fields.String()
    value = fields.Integer()
    bound = fields.Integer()
    idle_rounds = fields.Integer()
    interpreter_moves = fields.Integer()
    made_at = fields.AwareDateTime()
    published_at = fields.AwareDateTime(allow_none=True)
    conversations = fields.List(fields.Nested(ConversationAnswer))


class RunAnswer(Schema):
    """How far the making of a plan is."""

    id = fields.UUID()
    state = fields.String()
    stage = fields.String()
    done = fields.Integer()
    total = fields.Integer()
    plan_id = fields.UUID(allow_none=True)
