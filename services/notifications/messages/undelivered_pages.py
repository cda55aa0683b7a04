"""The page of what did not arrive, over all events, where each can be mended."""

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.notifications.messages.catalogue import TEMPLATES
from services.notifications.messages.reasons import REASONS
from services.notifications.messages.rules import load_message
from services.notifications.messages.schemas import MendSchema
from services.notifications.messages.undelivered import advice_for, list_lost, mend, send_all_again, tell_otherwise
from shared.errors import Refusal
from shared.forms import Form, read_form
from shared.i18n import ngettext
from shared.identity import allow
from shared.identity.duties import ORGANISERS
from shared.schemas import WantedPageSchema
from shared.web import database

blueprint = Blueprint("undelivered", __name__, url_prefix="/messages")


@blueprint.get("/not-arrived")
@allow(*ORGANISERS)
def show_list() -> ResponseReturnValue:
    """What did not arrive, with what went wrong and what to do."""
    return _page()


@blueprint.post("/<uuid:message_id>/mend")
@allow(*ORGANISERS)
def mend_one(message_id: uuid.UUID) -> ResponseReturnValue:
    """Correct the address, and send again."""
    message, form = load_message(database(), message_id), read_form(MendSchema(), request.form)
    if not form:
        return _page(form, message_id), 422
    try:
        mend(database(), message, form.data["channel"], form.data["address"])
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(form, message_id), refusal.status
    flash(gettext("The address is corrected, and the message is sent again within a minute."), "ok")
    return _back()


@blueprint.post("/<uuid:message_id>/told")
@allow(*ORGANISERS)
def told(message_id: uuid.UUID) -> ResponseReturnValue:
    """The organiser told the person in another way."""
    tell_otherwise(database(), load_message(database(), message_id))
    flash(gettext("Good. The message is off the list."), "ok")
    return _back()


@blueprint.post("/not-arrived/send-again")
@allow(*ORGANISERS)
def send_all() -> ResponseReturnValue:
    """After a fault of a server: everything whose address is not what was wrong."""
    count = send_all_again(database())
    words = ngettext("%(num)s message is sent again.", "%(num)s messages are sent again.", count)
    flash(words, "ok")
    return redirect(url_for("undelivered.show_list"), 303)


def _back() -> ResponseReturnValue:
    wanted = read_form(WantedPageSchema(), request.args)
    return redirect(url_for("undelivered.show_list", page=wanted.data.get("page", 1)), 303)


def _page(form: Form | None = None, mended: uuid.UUID | None = None) -> str:
    wanted = read_form(WantedPageSchema(), request.args)
    return render_template(
        "messages/not_arrived.html",
        lost=list_lost(database(), wanted.data.get("page", 1)),
        templates=TEMPLATES,
        reasons=REASONS,
        advice=advice_for,
        form=form,
        mended=mended,
    )
