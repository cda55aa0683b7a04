"""What organisers fill in about addresses that nothing is sent to, and what they are shown as JSON."""

from flask_babel import lazy_gettext
from marshmallow import EXCLUDE, fields, validate

from shared.schemas import NOT_IN_LIST, PageSchema, Schema, WantedPageSchema, text

SAY_WHY = lazy_gettext("Say why, for your colleagues.")


class ListedSchema(WantedPageSchema):
    """How the list is narrowed down."""

    q = text(254, required=False, attribute="words")


class ClosingSchema(Schema):
    """An address or number that nothing is to be sent to, and why."""

    class Meta(Schema.Meta):
        unknown = EXCLUDE

    channel = fields.String(required=True, validate=validate.OneOf(["email", "sms"], error=NOT_IN_LIST))
    address = text(254, error_messages={"required": lazy_gettext("Fill in the address or the number.")})
    note = text(300, error_messages={"required": SAY_WHY})


class LiftingSchema(Schema):
    """Why an address is open again."""

    class Meta(Schema.Meta):
        unknown = EXCLUDE

    because = text(300, error_messages={"required": SAY_WHY})


class SuppressionSchema(Schema):
    """An address that nothing is sent to; without the address itself once its person was erased."""

    id = fields.UUID(required=True)
    channel = fields.String(required=True)
    address = fields.String(allow_none=True)
    reason = fields.String(required=True)
    note = fields.String()
    since = fields.AwareDateTime(required=True)
    by = fields.String()
    lifted_at = fields.AwareDateTime(allow_none=True)
    lifted_by = fields.String()
    lifted_because = fields.String(allow_none=True)


class SuppressionListSchema(PageSchema):
    """A page of the list."""

    suppressions = fields.List(fields.Nested(SuppressionSchema), required=True)
