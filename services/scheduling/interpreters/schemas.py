"""What comes in about interpreters: one schema for the JSON API and the forms."""

from typing import Any

from flask_babel import lazy_gettext
from marshmallow import ValidationError, fields, post_load, validates
from marshmallow.validate import Length, OneOf

from services.scheduling.interpreters.models import Interpreter
from shared.i18n import LANGUAGES, SPOKEN_LANGUAGES
from shared.schemas import NOT_IN_LIST, Schema, Whole, email, text
from shared.telephone import read_telephone

PAIRS = ("nl-uk", "nl-ru", "en-uk", "en-ru", "en-nl")
"""The pairs that the regions ask for, each in alphabetical order of its codes."""
MOST_PAIRS = 20
LEVELS = ("B2", "C1", "C2")


def _is_pair(value: str) -> None:
    """Two spoken languages in alphabetical order: more than the form offers, for whoever interprets something rare."""
    first, _, second = value.partition("-")
    if not (first in SPOKEN_LANGUAGES and second in SPOKEN_LANGUAGES and first < second):
        raise ValidationError(str(NOT_IN_LIST))


class InterpreterSchema(Schema):
    """An interpreter and the languages they connect."""

    name = text(200, metadata={"description": "As the interpreter writes it"})
    email = email(required=True, metadata={"description": "Where messages and calendar invites go"})
    mobile = text(30, required=False, metadata={"description": "A mobile number, Dutch or with its country code"})
    language = fields.String(
        required=True,
        validate=OneOf(list(LANGUAGES), error=NOT_IN_LIST),
        metadata={"description": "The language of our messages"},
    )
    pairs = fields.List(
        fields.String(validate=_is_pair),
        required=True,
        validate=Length(1, MOST_PAIRS, error=lazy_gettext("Choose at least one pair of languages.")),
        metadata={"description": "What they interpret between, in both directions, such as nl-uk"},
    )
    level = fields.String(
        required=True,
        validate=OneOf(LEVELS, error=NOT_IN_LIST),
        metadata={"description": "CEFR level of all these pairs"},
    )
    register_number = text(
        40, required=False, metadata={"description": "In the register of sworn interpreters; may be empty"}
    )

    @validates("mobile")
    def _is_mobile(self, value: str, **_: object) -> None:
        if value and read_telephone(value) is None:
            raise ValidationError(lazy_gettext("Fill in a telephone number, such as 06 12345678."))

    @post_load
    def _as_arguments(self, data: dict[str, Any], **_: object) -> dict[str, Any]:
        """The arguments of `rules.add_interpreter` and `rules.change_interpreter`."""
        level = data.pop("level")
        data["pairs"] = [(pair[:2], pair[3:], level) for pair in data["pairs"]]
        data["mobile"] = read_telephone(data["mobile"]) if data["mobile"] else None
        return data


class InterpreterCorrectionSchema(InterpreterSchema):
    """What an interpreter's details should be; a detail left out is emptied."""

    level = fields.String(
        load_default="",
        validate=OneOf(("", *LEVELS), error=NOT_IN_LIST),
        metadata={"description": "CEFR level of all these pairs; empty leaves each pair the level it has"},
    )


class EngagementSchema(Schema):
    """For which rounds an interpreter is asked, or is there."""

    rounds = fields.List(
        Whole(),
        load_default=list,
        validate=Length(max=60),
        metadata={"description": "Numbers of rounds, counted from 0"},
    )


class AskInterpreterSchema(EngagementSchema):
    """Asking an interpreter who is in the list."""

    interpreter = fields.UUID(required=True, metadata={"description": "Whom to ask"})


class NewInterpreterSchema(InterpreterSchema, EngagementSchema):
    """Putting somebody in the list and asking them for an event in one go."""


class InterpreterReplySchema(EngagementSchema):
    """What an interpreter says to being asked; the rounds count with a yes alone."""

    answer = fields.String(
        required=True,
        validate=OneOf(("accepted", "declined"), error=NOT_IN_LIST),
        metadata={"description": "Whether the interpreter comes"},
    )


class EngagementAnswer(Schema):
    """How the API tells of an engagement."""

    interpreter_id = fields.UUID(metadata={"description": "Who was asked"})
    name = fields.String(attribute="interpreter.name", metadata={"description": "What the interpreter is called"})
    rounds = fields.List(fields.Integer(), metadata={"description": "Where they are there, counted from 0"})
    answer = fields.String(metadata={"description": "needs_action, accepted or declined"})
    undelivered = fields.Boolean(metadata={"description": "Whether the newest message did not arrive"})


class InterpreterAnswer(Schema):
    """How the API tells of an interpreter: in the words of `InterpreterSchema`, so that it can be sent back."""

    id = fields.UUID(metadata={"description": "Of the interpreter"})
    name = fields.String(metadata={"description": "As the interpreter writes it"})
    email = fields.String(metadata={"description": "Where messages and calendar invites go"})
    mobile = fields.Function(
        lambda one: one.mobile or "", metadata={"type": "string", "description": "E.164; empty when none is known"}
    )
    language = fields.String(metadata={"description": "The language of our messages"})
    pairs = fields.Function(
        lambda one: pairs_of(one),
        metadata={"type": "array", "items": {"type": "string"}, "description": "What they interpret between"},
    )
    level = fields.Function(
        lambda one: level_of(one),
        metadata={"type": "string", "description": "CEFR level of the pairs; empty when they differ"},
    )
    register_number = fields.String(metadata={"description": "In the register of sworn interpreters; may be empty"})


def pairs_of(interpreter: Interpreter) -> list[str]:
    """The pairs as the forms and the API write them: "nl-uk"."""
    return [f"{pair.first}-{pair.second}" for pair in interpreter.pairs]


def level_of(interpreter: Interpreter) -> str:
    """The level of all pairs; empty when they differ."""
    levels = {pair.level for pair in interpreter.pairs}
    return levels.pop() if len(levels) == 1 else ""
