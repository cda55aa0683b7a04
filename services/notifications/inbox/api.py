"""The JSON API of the inbox: everything that its pages do, and mail that a provider hands in."""

import hmac
import re
import uuid
from datetime import timedelta
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint

from services.notifications.inbox.deciding import mark_done, take_as_answer
from services.notifications.inbox.errors import HandedInByStranger
from services.notifications.inbox.listing import Filter, count_items, list_items, load_item
from services.notifications.inbox.models import InboxItem
from services.notifications.inbox.schemas import AnswerSchema, FilterSchema, ItemListSchema, ItemSchema
from services.notifications.inbox.taking import take_mail
from shared import clock
from shared.identity import allow
from shared.identity.duties import ORGANISERS
from shared.limits import limiter
from shared.web import database, settings

blueprint = Blueprint("inbox_api", __name__, url_prefix="/api/inbox", description="What came in")
OLDEST = timedelta(minutes=5)
"""How old a signature may be, and how far ahead the provider's clock."""
_PLAIN = re.compile(r"[^\s:]{0,320}")
"""Any address, and no field of a header."""


@blueprint.get("")
@blueprint.arguments(FilterSchema, location="query")
@blueprint.response(200, ItemListSchema)
@allow(*ORGANISERS)
def list_all(wanted: dict[str, Any]) -> dict[str, Any]:
    """What came in, newest first, 25 a page; what waits for a person unless another state is asked for."""
    listed = list_items(database(), Filter(**{**wanted, "state": wanted["state"] or "open"}))
    return {"items": listed.items, "total": listed.total, "page": listed.page, "by_state": count_items(database())}


@blueprint.get("/<uuid:item_id>")
@blueprint.response(200, ItemSchema)
@allow(*ORGANISERS)
def show(item_id: uuid.UUID) -> InboxItem:
    """One thing that came in."""
    return load_item(database(), item_id)


@blueprint.post("/<uuid:item_id>/done")
@blueprint.response(200, ItemSchema)
@allow(*ORGANISERS)
def done(item_id: uuid.UUID) -> InboxItem:
    """Somebody dealt with it."""
    item = load_item(database(), item_id, lock=True)
    mark_done(database(), item)
    return item


@blueprint.post("/<uuid:item_id>/answer")
@blueprint.arguments(AnswerSchema)
@blueprint.response(200, ItemSchema)
@allow(*ORGANISERS)
def answer(data: dict[str, Any], item_id: uuid.UUID) -> InboxItem:
    """Somebody says that it is the person's answer."""
    item = load_item(database(), item_id, lock=True)
    take_as_answer(database(), item, data["answer"])
    return item


@blueprint.post("/mail")
@limiter.limit("600 per minute")
def hand_in() -> ResponseReturnValue:
    """Take in a mail, as the provider got it: the body is the mail's bytes (RFC 5322).

    X-Handdruk-Timestamp: seconds since 1970; X-Handdruk-Recipient: whom the envelope names, may be left out;
    X-Handdruk-Signature: HMAC-SHA-256 in hex over "timestamp.recipient." and the body, with HANDDRUK_INBOX_SECRET.
    The same mail twice is taken in once. More than a megabyte is refused (413): read such mail from the mailbox.
    """
    raw = _signed_body()
    recipient = request.headers.get("X-Handdruk-Recipient", "")[:320]
    return {"taken": take_mail(database(), raw, "webhook", recipient, clock.now())}, 200


def _signed_body() -> bytes:
    """The mail, when whoever hands it in knows the secret and did so just now. Raises HandedInByStranger."""
    secret = settings().inbox_secret
    stamp, recipient = request.headers.get("X-Handdruk-Timestamp", ""), request.headers.get("X-Handdruk-Recipient", "")
    if not secret or not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        raise HandedInByStranger
    if not _PLAIN.fullmatch(recipient):
        # The first line of the mail could otherwise move over here under the same signature.
        raise HandedInByStranger
    if abs(clock.now().timestamp() - int(stamp)) > OLDEST.total_seconds():
        raise HandedInByStranger
    raw = request.get_data(cache=False)
    expected = hmac.new(secret.encode(), f"{stamp}.{recipient}.".encode() + raw, "sha256").hexdigest()
    if not hmac.compare_digest(expected.encode(), request.headers.get("X-Handdruk-Signature", "").lower().encode()):
        raise HandedInByStranger
    return raw
