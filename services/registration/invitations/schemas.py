"""What is filled in about invitations, for the pages and the JSON API alike."""

from typing import Any

from flask_babel import lazy_gettext
from marshmallow import fields, post_load
from marshmallow.validate import Length

from services.registration.candidates.schemas import choice
from services.registration.invitations.choosing import MOST_AT_ONCE, SEEN, Filters
from services.registration.invitations.states import ANSWERS
from services.registration.sectors import SECTORS
from shared.i18n import LANGUAGES
from shared.schemas import NOT_IN_LIST, Schema, count


def some_ids(most: int, sentence: Any = NOT_IN_LIST) -> fields.List[Any]:
    """The ids of things that were ticked in a list."""
    one = fields.UUID(error_messages={"invalid": NOT_IN_LIST, "invalid_uuid": NOT_IN_LIST})
    return fields.List(one, load_default=list, validate=Length(max=most, error=sentence))


class FiltersSchema(Schema):
    """What the list of people to ask is narrowed to, and whether all of them are chosen."""

    language = choice(["", *LANGUAGES], load_default="")
    sector = choice(["", *SECTORS], load_default="")
    seen = choice(["", *SEEN], load_default="")
    page = count(1, 100_000, required=False, load_default=1)
    chosen = choice(["", "all"], load_default="")

    @post_load
    def make_filters(self, data: dict[str, Any], **_: object) -> dict[str, Any]:
        """The filters as the rules take them; the page and the choice apart."""
        page, chosen = data.pop("page"), data.pop("chosen")
        return {"filters": Filters(**data), "page": page, "everybody": chosen == "all"}


class ChoiceSchema(Schema):
    """The people who were chosen."""

    candidate_ids = some_ids(MOST_AT_ONCE, lazy_gettext("Choose at most %(most)s people at once.", most=MOST_AT_ONCE))


class AnswerSchema(Schema):
    """An answer that staff write down."""

    answer = choice(sorted(ANSWERS), required=True)


class OwnAnswerSchema(Schema):
    """An answer that a candidate gives."""

    answer = choice(["accepted", "declined"], required=True)


class WishesSchema(Schema):
    """The employers that a candidate wants to meet, best first."""

    wished_employers = some_ids(60)


class StaySchema(Schema):
    """The rounds in which a candidate can be there, counted from 0; empty for all."""

    first_round = count(0, 59, required=False, load_default=None, allow_none=True)
    last_round = count(0, 59, required=False, load_default=None, allow_none=True)


class InvitedSchema(Schema):
    """Who was invited, as others need to know the person at this event."""

    id = fields.UUID()
    name = fields.String()
    readable_name = fields.String()
    language = fields.String()


class InvitationSchema(Schema):
    """An invitation as staff see it."""

    id = fields.UUID()
    event_id = fields.UUID()
    number = fields.Integer()
    state = fields.String()
    pass_version = fields.Integer()
    candidate = fields.Nested(InvitedSchema)
    sent_at = fields.AwareDateTime()
    paper = fields.String()
    handed_out_at = fields.AwareDateTime()
    answered_at = fields.AwareDateTime()
    answered_by = fields.String()
    not_delivered = fields.String()
    wished_employers = fields.List(fields.UUID())
    first_round = fields.Integer()
    last_round = fields.Integer()


class OwnInvitationSchema(Schema):
    """An invitation as the candidate sees it."""

    id = fields.UUID()
    event_id = fields.UUID()
    number = fields.Integer()
    state = fields.String()
    wished_employers = fields.List(fields.UUID())
    first_round = fields.Integer()
    last_round = fields.Integer()


class SectorEffectSchema(Schema):
    """People and jobs of a sector."""

    sector = fields.String()
    now = fields.Integer()
    then = fields.Integer()
    openings = fields.Integer()


class EffectSchema(Schema):
    """What inviting the chosen does."""

    coming = fields.Integer()
    asked = fields.Integer()
    chosen = fields.Integer()
    now = fields.Integer()
    then = fields.Integer()
    places = fields.Integer()
    sectors = fields.List(fields.Nested(SectorEffectSchema))
    by_email = fields.Dict(keys=fields.String(), values=fields.Integer())
    by_sms = fields.Integer()
    on_paper = fields.Integer()


class CountsSchema(Schema):
    """The figures of an event's invitations."""

    drafted = fields.Integer()
    sent = fields.Integer()
    accepted = fields.Integer()
    declined = fields.Integer()
    waitlisted = fields.Integer()
    attended = fields.Integer()
    no_show = fields.Integer()
    invited = fields.Integer()
    coming = fields.Integer()
    not_delivered = fields.Integer()
    needs_paper = fields.Integer()
