"""What comes in about interpreters: one schema for the JSON API and the forms."""

from typing import Any

from flask_babel import lazy_gettext
from marshmallow import ValidationError, fields, post_load, validates
from marshmallow.validate import Length, OneOf

from shared.i18n import LANGUAGES
from shared.schemas import Schema, text
from shared.telephone import read_telephone

PAIRS = ("nl-uk", "nl-ru", "en-uk", "en-ru", "en-nl")
"""The pairs that the regions ask for, each in alphabetical order of its codes."""
LEVELS = ("B2", "C1", "C2")
CHOOSE = lazy_gettext("This choice is not in the list.")


class InterpreterSchema(Schema):
    """An interpreter and the languages they connect."""

    name = text(200)
    email = fields.Email(required=True, validate=Length(max=254))
    mobile = text(30, required=False)
    language = fields.String(required=True, validate=OneOf(list(LANGUAGES), error=CHOOSE))
    pairs = fields.List(
        fields.String(validate=OneOf(PAIRS, error=CHOOSE)),
        required=True,
        validate=Length(1, len(PAIRS), error=lazy_gettext("Choose at least one pair of languages.")),
    )
    level = fields.String(required=True, validate=OneOf(LEVELS, error=CHOOSE))
    register_number = text(40, required=False)

    @validates("mobile")
    def _is_mobile(self, value: str, **_: object) -> None:
        if value and read_telephone(value) is None:
            raise ValidationError(lazy_gettext("Fill in a telephone number, such as 06 12345678."))

    @post_load
    def _as_arguments(self, data: dict[str, Any], **_: object) -> dict[str, Any]:
        """The arguments of `rules.add_interpreter`."""
        level = data.pop("level")
        data["pairs"] = [(pair[:2], pair[3:], level) for pair in data["pairs"]]
        data["mobile"] = read_telephone(data["mobile"]) if data["mobile"] else None
        return data


class EngagementSchema(Schema):
    """For which rounds an interpreter is asked, or is there."""

    rounds = fields.List(fields.Integer(), load_default=list, validate=Length(max=60))


class AskSchema(EngagementSchema):
    """Asking an interpreter who is in the list."""

    interpreter = fields.UUID(required=True)


class NewInterpreterSchema(InterpreterSchema, EngagementSchema):
    """Putting somebody in the list and asking them for an event in one go."""


class AnswerSchema(EngagementSchema):
    """What an interpreter answers."""

    answer = fields.String(required=True, validate=OneOf(("accepted", "declined"), error=CHOOSE))


class EngagementAnswer(Schema):
    """How the API tells of an engagement."""

    interpreter_id = fields.UUID()
    name = fields.String(attribute="interpreter.name")
    rounds = fields.List(fields.Integer())
    answer = fields.String()
    undelivered = fields.Boolean()


class InterpreterAnswer(Schema):
    """How the API tells of an interpreter."""

    id = fields.UUID()
    name = fields.String()
    email = fields.String()
    language = fields.String()
    pairs = fields.Function(lambda one: [f"{pair.first}-{pair.second}" for pair in one.pairs])
