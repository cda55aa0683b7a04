"""What may be filled in about employers, invitations and stands, for the JSON API and the HTML forms alike."""

from typing import Any

from flask_babel import lazy_gettext
from marshmallow import ValidationError, fields, post_load, validate

from services.registration.sectors import SECTORS
from services.registration.stands.employers import ContactDetails
from services.registration.stands.models import MOST_EXPERIENCE, MOST_STANDS
from services.registration.stands.work import Work
from shared.i18n import CEFR_LEVELS, LANGUAGES, SPOKEN_LANGUAGES
from shared.schemas import NOT_IN_LIST, Schema, Text, Whole, count, text
from shared.telephone import read_telephone

NO_ADDRESS = lazy_gettext("Fill in an e-mail address, such as name@example.nl.")
HOURS = lazy_gettext("Fill in the hours a week, from 4 to 40.")
NO_SECTOR = lazy_gettext("Choose a sector.")


class Phone(Text):
    """A telephone number, kept as E.164 (ITU-T); Dutch when it has no country code; nothing when left empty."""

    unreadable = lazy_gettext(
        "We cannot read this telephone number. Write it as 030 1234567, or with the country code, such as +31."
    )

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        typed = super()._deserialize(value, attr, data, **kwargs)
        if not typed:
            return None
        number = read_telephone(typed)
        if number is None:
            raise ValidationError(str(self.unreadable))
        return number


def levels(**options: Any) -> fields.Dict:
    """Languages with levels: {"uk": "C1"}."""
    return fields.Dict(
        keys=fields.String(validate=validate.OneOf(SPOKEN_LANGUAGES, error=NOT_IN_LIST)),
        values=fields.String(
            validate=validate.OneOf(CEFR_LEVELS, error=lazy_gettext("Choose a level, A1 to C2, for each language."))
        ),
        **options,
    )


class ContactSchema(Schema):
    """Whom to write to at an employer; loads to `details`."""

    contact_name = text(200, error_messages={"required": lazy_gettext("Fill in the name of the contact.")})
    email = fields.Email(
        required=True,
        error_messages={"required": NO_ADDRESS},
        validate=validate.Length(max=254, error=lazy_gettext("Fill in at most 254 characters.")),
    )
    phone = Phone(load_default=None, allow_none=True)
    language = fields.String(load_default="nl", validate=validate.OneOf(list(LANGUAGES), error=NOT_IN_LIST))

    @post_load
    def make_details(self, data: dict[str, Any], **_: object) -> dict[str, Any]:
        """The contact as the rules take it, beside what else was filled in."""
        names = {"contact_name": "name", "email": "email", "phone": "phone", "language": "language"}
        details = ContactDetails(**{names[key]: data.pop(key) for key in names})
        return {**data, "contact": details}


class EmployerNameSchema(Schema):
    """The name of a company, and that a person looked at the names that look like it."""

    name = text(200, error_messages={"required": lazy_gettext("Fill in the name of the company.")})
    although_alike = fields.Boolean(load_default=False)


class EmployerSchema(ContactSchema, EmployerNameSchema):
    """A company with its first contact."""


class EmployersWantedSchema(Schema):
    """Which employers a list shows."""

    search = text(200, required=False)
    page = count(1, 100_000, required=False, load_default=1)


class InviteSchema(Schema):
    """Employers to invite, and for each that has several, which contact."""

    employers = fields.List(fields.UUID(), load_default=list)
    contacts = fields.Dict(keys=fields.UUID(), values=fields.UUID(), load_default=dict)


class SendAgainSchema(Schema):
    """To whom an invitation is sent again; left out: to whom it was sent before."""

    contact_id = fields.UUID(load_default=None, allow_none=True)


class StandsAllowedSchema(Schema):
    """How many stands an employer may book at an event."""

    stands_allowed = count(1, MOST_STANDS)


class StandChoiceSchema(Schema):
    """A stand that was chosen."""

    stand_id = fields.UUID(required=True)


class LanguagesSchema(Schema):
    """What the staff at a stand speaks; at least one language."""

    languages = levels(
        required=True,
        validate=validate.Length(
            min=1, error=lazy_gettext("Fill in at least one language that your staff at the stand speaks.")
        ),
    )


class WorkSchema(Schema):
    """A vacancy as an employer fills it in; loads to `work`."""

    title = text(200, error_messages={"required": lazy_gettext("Fill in which work it is.")})
    sector = fields.String(
        required=True,
        error_messages={"required": NO_SECTOR},
        validate=validate.OneOf(list(SECTORS), error=NO_SECTOR),
    )
    hours = Whole(
        required=True,
        error_messages=dict.fromkeys(("required", "null", "invalid", "too_large"), HOURS),
        validate=validate.Range(4, 40, error=HOURS),
    )
    openings = count(1, 999, required=False, load_default=1)
    languages = levels(load_default=dict)
    wanted_experience = fields.List(
        fields.String(),
        load_default=list,
        validate=[
            validate.ContainsOnly(list(SECTORS), error=NOT_IN_LIST),
            validate.Length(max=MOST_EXPERIENCE, error=lazy_gettext("Choose at most three sectors.")),
        ],
    )
    fits_school_hours = fields.Boolean(load_default=False)
    reachable_without_car = fields.Boolean(load_default=False)

    @post_load
    def make_work(self, data: dict[str, Any], **_: object) -> dict[str, Any]:
        """The vacancy as the rules take it."""
        return {"work": Work(**{**data, "wanted_experience": sorted(set(data["wanted_experience"]))})}


# ── answers of the JSON API ───────────────────────────────────────────────────────────────────────────────────


class ContactAnswer(Schema):
    """A contact of an employer."""

    id = fields.UUID()
    contact_name = fields.String(attribute="name")
    email = fields.String()
    phone = fields.String(allow_none=True)
    language = fields.String()


class EmployerAnswer(Schema):
    """An employer with its contacts."""

    id = fields.UUID()
    name = fields.String()
    contacts = fields.List(fields.Nested(ContactAnswer))


class EmployerPageAnswer(Schema):
    """A page of employers."""

    employers = fields.List(fields.Nested(EmployerAnswer))
    total = fields.Integer()


class WorkAnswer(Schema):
    """A vacancy."""

    id = fields.UUID()
    title = fields.String()
    sector = fields.String()
    hours = fields.Integer()
    openings = fields.Integer()
    languages = fields.Dict(keys=fields.String(), values=fields.String())
    wanted_experience = fields.List(fields.String())
    fits_school_hours = fields.Boolean()
    reachable_without_car = fields.Boolean()


class StandStateAnswer(Schema):
    """A stand and its state: free, held, taken. Who holds a stand is not said."""

    stand_id = fields.UUID(attribute="stand.id")
    label = fields.String(attribute="stand.label")
    seats = fields.Integer(attribute="stand.seats")
    power = fields.Boolean(attribute="stand.power")
    wheelchair = fields.Boolean(attribute="stand.wheelchair")
    state = fields.String()
    employer = fields.String(allow_none=True)
    minutes_left = fields.Integer(allow_none=True)


class BookingAnswer(Schema):
    """A hold or a booking of a stand."""

    id = fields.UUID()
    stand_id = fields.UUID()
    stand = fields.String(attribute="stand.label")
    state = fields.String()
    held_until = fields.DateTime(allow_none=True)


class InvitationAnswer(Schema):
    """An employer at an event: invited, held, booked or declined."""

    id = fields.UUID(attribute="invitation.id")
    employer_id = fields.UUID(attribute="invitation.employer_id")
    employer = fields.String(attribute="invitation.employer.name")
    contact = fields.Nested(ContactAnswer, attribute="invitation.contact")
    state = fields.String()
    stands_allowed = fields.Integer(attribute="invitation.stands_allowed")
    undelivered = fields.String(attribute="invitation.undelivered", allow_none=True)
    calendar_answer = fields.String(attribute="invitation.calendar_answer", allow_none=True)
    calendar_comment = fields.String(attribute="invitation.calendar_comment")
    vacancies = fields.Integer()
    bookings = fields.List(fields.Nested(BookingAnswer))


class OwnStandAnswer(Schema):
    """What an employer brings to an event, and its stands."""

    state = fields.String()
    stands_allowed = fields.Integer()
    languages = fields.Dict(keys=fields.String(), values=fields.String())
    vacancies = fields.List(fields.Nested(WorkAnswer))
    bookings = fields.List(fields.Nested(BookingAnswer))
