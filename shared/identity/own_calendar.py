"""From somebody's own page in registration or scheduling to the page of their calendar address in notifications.

The page that leads there has checked who is asking, down to whether their personal link still works; its word travels
as a signed address that is believed for a day, so that notifications need not hear of every link that ends.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import lazy_gettext
from itsdangerous import BadSignature, URLSafeTimedSerializer

from shared.errors import Refusal
from shared.identity.sessions import Identity

SALT = "own calendar"
LASTS = timedelta(days=1)
KINDS = {"candidate": "candidate", "employer": "contact", "interpreter": "interpreter"}
"""What a session calls them → what messages and entries call them."""


@dataclass(frozen=True)
class Owner:
    """Whose calendar it is."""

    organisation_id: uuid.UUID
    person_kind: str
    """candidate, contact or interpreter"""
    person_id: uuid.UUID


class PageTooOld(Refusal):
    """The address was copied, or the page stayed open for more than a day."""

    status = 410
    sentence = lazy_gettext("This page was open for too long. Open it again from your own page.")


def own_calendar_path(secret_keys: Sequence[str], identity: Identity) -> str:
    """Where somebody finds their calendar address. Staff have none: raises KeyError."""
    said = [identity.organisation_id.hex, KINDS[identity.kind], identity.subject_id.hex]
    return f"/notifications/my/calendar/{_signer(secret_keys).dumps(said)}"


def read_own_calendar(secret_keys: Sequence[str], token: str) -> Owner:
    """Whose page it is. Raises PageTooOld, also for what we did not sign."""
    try:
        organisation_id, kind, person_id = _signer(secret_keys).loads(token, max_age=int(LASTS.total_seconds()))
    except BadSignature:
        raise PageTooOld from None
    return Owner(uuid.UUID(organisation_id), kind, uuid.UUID(person_id))


def _signer(secret_keys: Sequence[str]) -> URLSafeTimedSerializer:
    """The first of our keys signs, all are believed; itsdangerous wants the newest last."""
    return URLSafeTimedSerializer(list(reversed(secret_keys)), salt=SALT)
