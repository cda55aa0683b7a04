"""What comes in and goes out of the pages and the API of texts."""

import re
from typing import Any

from flask_babel import lazy_gettext
from marshmallow import EXCLUDE, ValidationError, fields, validate

from services.notifications.wording.models import LONGEST
from shared.schemas import Schema, count, text

MOBILE = re.compile(r"\+[1-9][0-9]{7,14}")
"""E.164"""
WHERE_TO = lazy_gettext("Fill in an e-mail address, such as name@example.nl, or a mobile number, such as +31612345678.")
HIGHEST = 2_000_000_000


class Address(fields.String):
    """An e-mail address or a mobile number."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        typed = super()._deserialize(value, attr, data, **kwargs).strip()
        if MOBILE.fullmatch(number := re.sub(r"[\s().-]", "", typed)):
            return number
        if len(typed) > 254 or not typed.isprintable():
            raise ValidationError(str(WHERE_TO))
        validate.Email(error=str(WHERE_TO))(typed)
        return typed


class SourceSchema(Schema):
    """A source as somebody typed it."""

    class Meta(Schema.Meta):
        unknown = EXCLUDE  # the form of the page has fields for its other buttons

    source = text(LONGEST)


class SaveSchema(SourceSchema):
    """A source to be said from now on. `version` is that of the text it was made from; 0 for a text never changed."""

    version = count(0, HIGHEST)


class VersionSchema(Schema):
    """The version that somebody saw."""

    class Meta(Schema.Meta):
        unknown = EXCLUDE

    version = count(0, HIGHEST)


class TrialSchema(SourceSchema):
    """A source to be tried out, and where the test goes."""

    address = Address(required=True, error_messages={"required": WHERE_TO, "null": WHERE_TO, "invalid": WHERE_TO})


class PieceSchema(Schema):
    """Part of a line."""

    text = fields.String(required=True)
    changed = fields.Boolean(required=True)


class RowSchema(Schema):
    """A line of a difference: `sign` is +, − or a space."""

    sign = fields.String(required=True)
    number = fields.Integer(required=True)
    pieces = fields.List(fields.Nested(PieceSchema), required=True)


class ValueSchema(Schema):
    """A value that a source may name."""

    written = fields.String(required=True)
    sample = fields.String(required=True)
    optional = fields.Boolean(required=True)


class TextSchema(Schema):
    """A text of a message: what is sent, the default, and what differs."""

    template = fields.String(required=True, attribute="template.name")
    language = fields.String(required=True)
    source = fields.String(required=True)
    default = fields.String(required=True)
    is_own = fields.Boolean(required=True)
    is_broken = fields.Boolean(required=True)
    version = fields.Integer(required=True)
    changes = fields.List(fields.Nested(RowSchema), required=True)
    default_changes = fields.List(fields.Nested(RowSchema), required=True)
    changed_at = fields.AwareDateTime(attribute="own.changed_at", allow_none=True)
    changed_by = fields.String(attribute="own.changed_by_name", allow_none=True)


class SampleSchema(Schema):
    """A source with sample data."""

    subject = fields.String(required=True)
    text = fields.String(required=True)
    html = fields.String(required=True)
    short = fields.String(required=True)
    hints = fields.List(fields.String(), required=True)


class SummarySchema(Schema):
    """Whether a text is the default or the organisation's own."""

    template = fields.String(required=True, attribute="template.name")
    title = fields.String(required=True, attribute="template.title")
    cause = fields.String(required=True, attribute="template.cause")
    language = fields.String(required=True)
    is_own = fields.Boolean(required=True)
    is_broken = fields.Boolean(required=True)
    version = fields.Integer(required=True)
