"""What is filled in about candidates, for the pages and the JSON API alike."""

from typing import Any

from flask_babel import lazy_gettext
from marshmallow import fields, post_load
from marshmallow.validate import ContainsOnly, Email, Length, OneOf

from services.registration.candidates.rules import (
    BARRIERS,
    LONGEST_NAME,
    LONGEST_READABLE_NAME,
    READINESS,
    SECTORS,
    Profile,
    Wanted,
)
from shared.i18n import CEFR_LEVELS, LANGUAGES, SPOKEN_LANGUAGES
from shared.schemas import NOT_IN_LIST, Schema, Text, count, text

NOT_AN_ADDRESS = lazy_gettext("Fill in an e-mail address, such as name@example.nl.")
SHORT_ENOUGH = Length(max=254, error=lazy_gettext("Fill in at most 254 characters."))
LONGEST_WORDS = 1000


class EmailOrNothing(Email):
    """An e-mail address, or an empty field."""

    def __call__(self, value: str) -> str:
        return super().__call__(value) if value else value


def choice(choices: Any, **options: Any) -> fields.String:
    """One of a closed list."""
    return fields.String(validate=OneOf(choices, error=NOT_IN_LIST), **options)


def choices_of(choices: Any, **options: Any) -> fields.List[Any]:
    """Several of a closed list, each once."""
    return fields.List(fields.String(), load_default=list, validate=ContainsOnly(choices, error=NOT_IN_LIST), **options)


class CandidateSchema(Schema):
    """A candidate as the organiser, the desk and case workers see and enter one."""

    id = fields.UUID(dump_only=True)
    name = text(LONGEST_NAME)
    readable_name = text(LONGEST_READABLE_NAME, required=False)
    language = choice(LANGUAGES, required=True)
    languages = fields.Dict(
        keys=choice(SPOKEN_LANGUAGES),
        values=fields.String(
            validate=OneOf(CEFR_LEVELS, error=lazy_gettext("Choose a level, A1 to C2, for each language."))
        ),
        load_default=dict,
    )
    did = text(LONGEST_WORDS, required=False)
    did_sectors = choices_of(SECTORS)
    wants = text(LONGEST_WORDS, required=False)
    sectors = choices_of(SECTORS)
    hours = count(1, 60, required=False, load_default=None, allow_none=True)
    school_hours = fields.Boolean(load_default=False)
    email = Text(load_default="", allow_none=True, validate=[EmailOrNothing(error=NOT_AN_ADDRESS), SHORT_ENOUGH])
    mobile = text(40, required=False, load_default=None, allow_none=True)
    on_paper = fields.Boolean(load_default=False, load_only=True)
    contact_by = fields.String(dump_only=True)
    readiness = choice(READINESS, load_default="ready")

    @post_load
    def make_profile(self, data: dict[str, Any], **_: object) -> dict[str, Any]:
        """Each sector once, in the order given; the profile is what the rules take."""
        once = {key: list(dict.fromkeys(data[key])) for key in ("sectors", "did_sectors")}
        return {"profile": Profile(**{**data, **once})}


class WantedSchema(Schema):
    """What a list is narrowed to. A filter that does not exist is as good as none."""

    words = text(100, required=False)
    language = choice(["", *LANGUAGES], load_default="")
    sector = choice(["", *SECTORS], load_default="")
    readiness = choice(["", *READINESS], load_default="")
    page = count(1, 100_000, required=False, load_default=1)

    @post_load
    def make_wanted(self, data: dict[str, Any], **_: object) -> dict[str, Any]:
        """The filters as the rules take them, and the page apart."""
        return {"page": data.pop("page"), "wanted": Wanted(**data)}


class ListingSchema(Schema):
    """A page of candidates."""

    candidates = fields.List(fields.Nested(CandidateSchema))
    first = fields.Integer()
    total = fields.Integer()


class BarriersSchema(Schema):
    """What stands between somebody and work."""

    barriers = choices_of(BARRIERS)
