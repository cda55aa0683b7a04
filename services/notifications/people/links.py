"""The address below every message: why somebody gets it, and what they want to receive.

The token is the message's id, signed (docs/decisions/0005 and 0015): nothing is stored that opens the page.
"""

import uuid

from shared.identity.signed_ids import read_signed_id, sign_id
from shared.settings import Settings

PURPOSE = b"about message"


def about_address(settings: Settings, message_id: uuid.UUID) -> str:
    """The page about a message, for whoever reads it."""
    return f"{settings.base_url}/notifications/about/{sign_id(settings.secret_keys, PURPOSE, message_id)}"


def unsubscribe_address(settings: Settings, message_id: uuid.UUID) -> str:
    """Where a mail program ends invitations with one click (RFC 8058)."""
    return about_address(settings, message_id) + "/unsubscribe"


def read_about_token(settings: Settings, token: str) -> uuid.UUID | None:
    """The message that a token is about; None when it is none of ours."""
    return read_signed_id(settings.secret_keys, PURPOSE, token)
