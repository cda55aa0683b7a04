"""What readers of messages fill in, and what they are shown as JSON."""

from typing import Any

from marshmallow import EXCLUDE, fields, post_load, validate

from services.notifications.people.models import CHANNELS
from services.notifications.people.rules import Wanted
from shared.i18n import LANGUAGES
from shared.schemas import NOT_IN_LIST, Schema


class WishesSchema(Schema):
    """What somebody wants to receive; an empty channel is "as the region does it"."""

    class Meta(Schema.Meta):
        unknown = EXCLUDE

    channel = fields.String(
        load_default="", allow_none=True, validate=validate.OneOf(["", *CHANNELS], error=NOT_IN_LIST)
    )
    language = fields.String(required=True, validate=validate.OneOf(list(LANGUAGES), error=NOT_IN_LIST))
    only_essential = fields.Boolean(load_default=False)

    @post_load
    def make_wanted(self, data: dict[str, Any], **_: object) -> Wanted:
        """The wishes as the rules take them."""
        return Wanted(data["channel"] or None, data["language"], data["only_essential"])


class AccountSchema(Schema):
    """Why somebody got a message, what is kept of them, and what they chose."""

    organisation = fields.String(attribute="organisation.name")
    mailbox = fields.String(attribute="organisation.mailbox")
    event = fields.String(attribute="event_name")
    causes = fields.List(fields.String())
    address = fields.String(allow_none=True)
    mobile = fields.String(allow_none=True)
    kept_until = fields.AwareDateTime()
    essential = fields.Boolean()
    channels = fields.List(fields.String())
    channel = fields.String(allow_none=True)
    language = fields.String()
    only_essential = fields.Boolean()
    address_closed = fields.Function(lambda account: account["closed"] is not None)
