"""Pages for organisers: addresses that nothing is sent to, closing one by hand, and opening one again."""

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.notifications.people.listing import REASON_WORDS, list_suppressions
from services.notifications.people.models import Suppression
from services.notifications.people.rules import close_by_hand, lift, load_suppression
from services.notifications.people.schemas import ClosingSchema, LiftingSchema, ListedSchema
from shared.errors import Refusal
from shared.forms import Form, read_form
from shared.identity import allow, require_identity
from shared.identity.duties import ORGANISERS
from shared.web import database

blueprint = Blueprint("suppressions", __name__, url_prefix="/suppressions")


@blueprint.get("")
@allow(*ORGANISERS)
def show_list() -> ResponseReturnValue:
    """Closed addresses, narrowed to what is searched for."""
    form = read_form(ListedSchema(), request.args)
    words = form.data.get("words", "")
    listed = list_suppressions(database(), words, form.data.get("page", 1))
    page = render_template(
        "people/closed.html",
        form=form,
        listed=listed,
        reasons=REASON_WORDS,
        page_url=lambda number: url_for("suppressions.show_list", q=words or None, page=number),
    )
    return page, 200 if form else 422


@blueprint.get("/new")
@allow(*ORGANISERS)
def show_new() -> ResponseReturnValue:
    """The form to close an address."""
    return render_template("people/close.html", form=Form({"channel": "email"}))


@blueprint.post("/new")
@allow(*ORGANISERS)
def close() -> ResponseReturnValue:
    """Send nothing to an address any more."""
    form = read_form(ClosingSchema(), request.form)
    if not form:
        return render_template("people/close.html", form=form), 422
    try:
        close_by_hand(database(), **form.data, by=require_identity().display_name)
    except Refusal as refusal:
        form.refuse(refusal)
        return render_template("people/close.html", form=form), refusal.status
    flash(gettext("We send nothing to this address any more."), "ok")
    return redirect(url_for("suppressions.show_list"), 303)


@blueprint.get("/<uuid:suppression_id>")
@allow(*ORGANISERS)
def show_one(suppression_id: uuid.UUID) -> ResponseReturnValue:
    """Why an address is closed, and how to open it."""
    return _one(load_suppression(database(), suppression_id), Form({}))


@blueprint.post("/<uuid:suppression_id>")
@allow(*ORGANISERS)
def open_again(suppression_id: uuid.UUID) -> ResponseReturnValue:
    """Send to it again, with a reason."""
    suppression, form = load_suppression(database(), suppression_id), read_form(LiftingSchema(), request.form)
    if not form:
        return _one(suppression, form), 422
    try:
        lift(database(), suppression, form.data["because"], by=require_identity().display_name)
    except Refusal as refusal:
        form.refuse(refusal)
        return _one(suppression, form), refusal.status
    flash(gettext("We write to this address again."), "ok")
    return redirect(url_for("suppressions.show_list"), 303)


def _one(suppression: Suppression, form: Form) -> str:
    return render_template("people/one.html", one=suppression, form=form, reasons=REASON_WORDS)
