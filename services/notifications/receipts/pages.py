"""Where the provider of SMS sends its receipts and people's answers. Nobody signs in: each request is signed."""

import uuid

from flask import Blueprint, Response, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from services.notifications.channels.sms.channel import make_listener
from services.notifications.channels.sms.provider import Form, Listener
from services.notifications.receipts.errors import NoProvider, NotGenuine
from services.notifications.receipts.rules import take_receipt, take_reply
from shared import clock
from shared.limits import limiter
from shared.web import database, settings

blueprint = Blueprint("receipts", __name__, url_prefix="/sms")
PREFIX = "/notifications"
"""Below which the gateway serves us; the provider signs the address that it calls."""
SIGNATURE = "X-Twilio-Signature"
NOTHING_TO_SAY = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
"""What a provider that asks "what shall I answer?" understands as silence."""


@blueprint.post("/receipts/<uuid:message_id>")
@limiter.limit("6000 per minute")
def receive_receipt(message_id: uuid.UUID) -> ResponseReturnValue:
    """What became of an SMS. The answer is the same for one that we know and one that we do not."""
    listener, form = _genuine_form()
    receipt = listener.read_receipt(form)
    if receipt is not None:
        take_receipt(database(), message_id, receipt, clock.now())
    return "", 204


@blueprint.post("/replies")
@limiter.limit("600 per minute")
def receive_reply() -> ResponseReturnValue:
    """A text that somebody sent to us."""
    listener, form = _genuine_form()
    reply = listener.read_reply(form)
    if reply is not None:
        take_reply(database(), reply, clock.now())
    return Response(NOTHING_TO_SAY, mimetype="text/xml")


def _genuine_form() -> tuple[Listener, Form]:
    """The request's fields, once its signature holds. Raises NoProvider or NotGenuine."""
    listener = make_listener(settings())
    if listener is None:
        raise NoProvider
    form = request.form.to_dict(flat=False)
    query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
    # Our own idea of the address, not the Host header: that is the caller's.
    address = f"{settings().base_url}{PREFIX}{request.path}{query}"
    if not listener.is_genuine(address, form, request.headers.get(SIGNATURE, "")):
        raise NotGenuine
    return listener, form


@blueprint.record_once
def _take_no_notice_of_cookies(state: BlueprintSetupState) -> None:
    """A provider has no cookie and no token of ours: its signature is what counts."""
    for view in (receive_receipt, receive_reply):
        state.app.extensions["csrf"].exempt(f"{view.__module__}.{view.__name__}")
