"""What the room of rights refuses."""

from flask_babel import lazy_gettext

from shared.errors import Refusal
from shared.identity.links import LinkInvalid


class MessageLinkInvalid(LinkInvalid):
    """No message of ours has this link; whether there was one is nobody's business."""


class ChannelClosed(Refusal):
    """We do not know how to reach the reader in this way."""

    status = 422
    sentence = lazy_gettext("We cannot reach you in this way. Choose another one.")
    field = "channel"


class AddressForgotten(Refusal):
    """We do not keep the address of this message any more, or nothing about it was closed."""

    sentence = lazy_gettext("We do not keep this address any more, so there is nothing to change.")
