"""Pages for organisers: what came in and needs a person."""

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from services.notifications.calendar.answers import load_doubtful
from services.notifications.events.models import Event
from services.notifications.inbox.deciding import can_answer, mark_done, take_as_answer
from services.notifications.inbox.listing import Filter, count_items, list_items, load_item
from services.notifications.inbox.models import InboxItem
from services.notifications.inbox.reasons import KINDS, REASONS
from services.notifications.inbox.schemas import AnswerSchema, FilterSchema
from shared.errors import Refusal
from shared.forms import read_form
from shared.identity import allow
from shared.identity.duties import ORGANISERS
from shared.web import database

blueprint = Blueprint("inbox", __name__)


@blueprint.get("/inbox")
@allow(*ORGANISERS)
def show_all() -> ResponseReturnValue:
    """What came in: what waits for a person, or what was understood, or what was dealt with."""
    form = read_form(FilterSchema(), request.args)
    wanted = Filter(**form.data) if form.data.get("state") else Filter(kind=form.data.get("kind", ""))
    page = render_template(
        "inbox/list.html",
        form=form,
        wanted=wanted,
        listed=list_items(database(), wanted),
        counts=count_items(database()),
        kinds=KINDS,
        choices=[(name, str(words)) for name, words in KINDS.items()],
        reasons=REASONS,
        address=lambda **other: url_for("inbox.show_all", **{"state": wanted.state, "kind": wanted.kind, **other}),
    )
    return page, 200 if form else 422


@blueprint.get("/inbox/<uuid:item_id>")
@allow(*ORGANISERS)
def show(item_id: uuid.UUID) -> ResponseReturnValue:
    """One thing that came in."""
    return _item_page(load_item(database(), item_id))


@blueprint.post("/inbox/<uuid:item_id>/done")
@allow(*ORGANISERS)
def done(item_id: uuid.UUID) -> ResponseReturnValue:
    """Somebody dealt with it."""
    item = load_item(database(), item_id, lock=True)
    try:
        mark_done(database(), item)
    except Refusal as refusal:
        return _item_page(item, refusal.message), refusal.status
    flash(gettext("Done. You find it again below “Done”."), "ok")
    return redirect(url_for("inbox.show_all"), 303)


@blueprint.post("/inbox/<uuid:item_id>/answer")
@allow(*ORGANISERS)
def answer(item_id: uuid.UUID) -> ResponseReturnValue:
    """Somebody says that it is the person's answer."""
    item = load_item(database(), item_id, lock=True)
    form = read_form(AnswerSchema(), request.form)
    if not form:
        return _item_page(item, gettext("Choose what the answer is.")), 422
    try:
        take_as_answer(database(), item, form.data["answer"])
    except Refusal as refusal:
        return _item_page(item, refusal.message), refusal.status
    flash(gettext("The answer was kept. The person hears of it as after an answer of their own."), "ok")
    return redirect(url_for("inbox.show_all"), 303)


def _item_page(item: InboxItem, refused: str = "") -> str:
    event = database().scalar(select(Event).where(Event.id == item.event_id)) if item.event_id else None
    return render_template(
        "inbox/show.html",
        item=item,
        event_of_item=event,
        calendar_answer=load_doubtful(database(), item.answer_id) if item.answer_id else None,
        kinds=KINDS,
        reasons=REASONS,
        can_answer=can_answer(database(), item),
        refused=refused,
    )
