"""The base of every marshmallow schema: strict, and with faults as sentences that a person can act on."""

from typing import Any

import marshmallow
from flask_babel import lazy_gettext
from marshmallow import RAISE, fields

MOST_PAGES = 100_000
NOT_IN_LIST = lazy_gettext("This choice is not in the list.")
SENTENCES: dict[str, Any] = {
    "required": lazy_gettext("Fill this in."),
    "null": lazy_gettext("Fill this in."),
    "invalid": lazy_gettext("This is not in the form we expect."),
    "validator_failed": lazy_gettext("This is not possible here."),
}
BY_FIELD: dict[type[fields.Field[Any]], Any] = {
    fields.Integer: lazy_gettext("Fill in a whole number."),
    fields.Decimal: lazy_gettext("Fill in a number."),
    fields.Email: lazy_gettext("Fill in an e-mail address, such as name@example.nl."),
    fields.Date: lazy_gettext("Fill in a date."),
    fields.Time: lazy_gettext("Fill in a time, such as 13:00."),
    fields.DateTime: lazy_gettext("Fill in a date and time."),
    fields.UUID: NOT_IN_LIST,
    fields.Boolean: lazy_gettext("Choose yes or no."),
}


class Schema(marshmallow.Schema):
    """One schema serves the JSON API and the HTML form. Unknown fields are refused."""

    class Meta:
        unknown = RAISE

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:  # noqa: ARG002 (marshmallow's hook)
        """Put our sentences in the place of the library's own, and leave those that a room wrote itself."""
        _speak_plainly(field_obj)
        inner = (getattr(field_obj, name, None) for name in ("inner", "key_field", "value_field"))
        for part in inner:
            if isinstance(part, fields.Field):
                _speak_plainly(part)


def _speak_plainly(field_obj: fields.Field[Any]) -> None:
    own = next((sentence for kind, sentence in BY_FIELD.items() if isinstance(field_obj, kind)), SENTENCES["invalid"])
    for key, sentence in {**SENTENCES, "invalid": own, "too_large": own}.items():
        library = _default(field_obj, key)
        if library is None or field_obj.error_messages.get(key) != library:
            continue
        field_obj.error_messages[key] = sentence
        for validator in field_obj.validators:
            # An e-mail field hands its sentence to a validator when it is made.
            if getattr(validator, "error", None) == library:
                validator.error = sentence  # type: ignore[attr-defined]


def _default(field_obj: fields.Field[Any], key: str) -> str | None:
    for kind in type(field_obj).__mro__:
        messages = getattr(kind, "default_error_messages", {})
        if key in messages:
            return str(messages[key])
    return None


def text(most: int = 200, required: bool = True, **options: Any) -> fields.String:
    """A line of text without surrounding spaces: 1 to `most` characters, or empty when not required."""
    least = 1 if required else 0
    if not required:
        options.setdefault("load_default", "")
    return Text(
        required=required,
        validate=marshmallow.validate.Length(
            least,
            most,
            error=lazy_gettext("Fill in at most %(most)s characters.", most=most),
        ),
        **options,
    )


def email(sentence: Any = None, **options: Any) -> fields.Email:
    """An e-mail address of at most 254 characters (RFC 5321 §4.5.3.1); `sentence` when it is missing or is none."""
    sentence = sentence or BY_FIELD[fields.Email]
    too_long = lazy_gettext("Fill in at most %(most)s characters.", most=254)
    field = fields.Email(validate=marshmallow.validate.Length(max=254, error=too_long), **options)
    field.error_messages.update(required=sentence, null=sentence, invalid=sentence)
    # The library takes plain text only for this one, and hands it to a validator when the field is made.
    field.validators[0].error = sentence  # type: ignore[attr-defined]
    return field


class Text(fields.String):
    """A string whose surrounding white space means nothing; only white space counts as nothing filled in."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        stripped = super()._deserialize(value, attr, data, **kwargs).strip()
        if not stripped and self.required:
            raise self.make_error("required")
        if any("\ud800" <= character <= "\udfff" for character in stripped):
            # Half a character: JSON can spell it, UTF-8 and the database cannot.
            raise self.make_error("invalid")
        return stripped


class Whole(fields.Integer):
    """A whole number, typed or sent; 1.5 is refused, where the library would cut it to 1 without a word."""

    def _validated(self, value: Any) -> int:
        if isinstance(value, float) and value % 1 != 0:
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


def count(least: int, most: int, required: bool = True, **options: Any) -> fields.Integer:
    """A whole number from `least` to `most`, both included."""
    sentence = lazy_gettext("Fill in a whole number from %(least)s to %(most)s.", least=least, most=most)
    return Whole(
        required=required,
        validate=marshmallow.validate.Range(least, most, error=sentence),
        error_messages={"invalid": sentence, "too_large": sentence},
        **options,
    )


class WantedPageSchema(Schema):
    """Which page of a list is asked for."""

    class Meta(Schema.Meta):
        unknown = marshmallow.EXCLUDE  # addresses carry other things too, such as the language

    page = count(1, MOST_PAGES, required=False, load_default=1)


class PageSchema(Schema):
    """Where the rows of a page stand in their list; who inherits adds the rows."""

    total = fields.Integer(required=True)
    page = fields.Integer(required=True)
