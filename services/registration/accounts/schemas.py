"""What comes in with the forms and the API of accounts, and what goes out."""

from typing import Any

from flask_babel import lazy_gettext
from marshmallow import fields
from marshmallow.validate import Length, OneOf

from services.registration.accounts.passwords import MOST
from shared.i18n import LANGUAGES
from shared.schemas import Schema, text


class Password(fields.String):
    """Text of whole characters: JSON can spell half of one (RFC 8259 §8.2), and no hash can be made of that."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        typed = super()._deserialize(value, attr, data, **kwargs)
        if any("\ud800" <= character <= "\udfff" for character in typed):
            raise self.make_error("invalid")
        return typed


def password() -> fields.String:
    """A password: kept as it was typed, with the spaces around it."""
    return Password(
        required=True,
        load_only=True,
        validate=[
            Length(min=1, error=lazy_gettext("Fill this in.")),
            Length(max=4 * MOST, error=lazy_gettext("This is too long for a password.")),
        ],
    )


class SignInSchema(Schema):
    """The first step of signing in."""

    email = text(254)
    password = password()
    next = text(2000, required=False)


class CodeSchema(Schema):
    """The second step, and the set-up of the second factor."""

    code = text(20)


class StaffSchema(Schema):
    """What an account says that can be changed."""

    name = text(200)
    roles = fields.List(
        fields.String(),
        required=True,
        validate=Length(min=1, error=lazy_gettext("Choose at least one role from the list.")),
    )


class NewStaffSchema(StaffSchema):
    """A new account."""

    email = text(254)
    language = fields.String(load_default="nl", validate=OneOf(list(LANGUAGES)))
    password = password()


class StaffAnswerSchema(StaffSchema):
    """An account as the API shows it."""

    id = fields.UUID()
    email = fields.String()
    language = fields.String()
    second_factor = fields.Function(lambda staff: staff.totp_secret is not None)
    disabled_at = fields.AwareDateTime()


class NewPasswordSchema(Schema):
    """A password that an administrator chooses for somebody."""

    password = password()


class ChangePasswordSchema(NewPasswordSchema):
    """A password that somebody chooses for the own account."""

    present = password()


class EnrolSchema(Schema):
    """What a phone at the door shows to be enrolled."""

    code = text(100)
    name = text(100)


class EnrolledSchema(Schema):
    """What it gets: the token, once, and where it works."""

    token = fields.String()
    gate = fields.String()
    event_id = fields.UUID()
    expires_at = fields.AwareDateTime()
