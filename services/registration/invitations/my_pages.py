"""The candidate's own pages: the code, when and where, yes or no, and whom to meet. For a cheap phone."""

import uuid
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, send_from_directory, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.registration.events.models import Event
from services.registration.events.rules import rounds_of
from services.registration.invitations.employers import booked_employers
from services.registration.invitations.mine import load_mine
from services.registration.invitations.models import Invitation
from services.registration.invitations.notices import LINK_OUTLASTS_EVENT
from services.registration.invitations.rules import (
    answer_invitation,
    choose_stay,
    pass_text,
    wish_employers,
)
from services.registration.invitations.schemas import OwnAnswerSchema, StaySchema, WishesSchema
from shared import clock
from shared.errors import Refusal
from shared.forms import Form, read_form
from shared.identity import Role, allow
from shared.qr import code_matrix
from shared.ui.qr import draw_path
from shared.web import database, floor, settings

blueprint = Blueprint("my_invitation", __name__)
KEEP_UNTIL = "X-Keep-Until"
"""Until when the copy for use without internet may be kept (ISO 8601)."""


@blueprint.get("/my/invitation/<uuid:invitation_id>")
@allow(Role.CANDIDATE)
def show(invitation_id: uuid.UUID) -> ResponseReturnValue:
    """The page that opens the door."""
    invitation = load_mine(invitation_id)
    response = Response(_render(invitation))
    response.headers[KEEP_UNTIL] = (invitation.event.ends_at + LINK_OUTLASTS_EVENT).isoformat()
    return response


@blueprint.post("/my/invitation/<uuid:invitation_id>")
@allow(Role.CANDIDATE)
def answer(invitation_id: uuid.UUID) -> ResponseReturnValue:
    """Yes or no, as often as it changes until the event begins."""
    invitation = load_mine(invitation_id)
    form = read_form(OwnAnswerSchema(), request.form)
    if not form:
        return _render(invitation, form.error("answer")), 422
    try:
        answer_invitation(database(), invitation, form.data["answer"], settings().pass_signing_key, "candidate")
    except Refusal as refusal:
        return _render(invitation, refusal.message), refusal.status
    return redirect(url_for("my_invitation.show", invitation_id=invitation.id), 303)


@blueprint.get("/my/invitation/<uuid:invitation_id>/decline")
@allow(Role.CANDIDATE)
def ask_decline(invitation_id: uuid.UUID) -> ResponseReturnValue:
    """One question before somebody gives up a place."""
    invitation = load_mine(invitation_id)
    return render_template("invitations/my_decline.html", invitation=invitation, event=invitation.event)


@blueprint.get("/my/invitation/<uuid:invitation_id>/wishes")
@allow(Role.CANDIDATE)
def show_wishes(invitation_id: uuid.UUID) -> ResponseReturnValue:
    """Which employers the candidate wants to meet, and when the candidate can be there."""
    invitation = load_mine(invitation_id)
    known = {"first_round": invitation.first_round, "last_round": invitation.last_round}
    return _render_wishes(invitation, Form({**known, "wished_employers": list(invitation.wished_employers)}))


@blueprint.post("/my/invitation/<uuid:invitation_id>/wishes")
@allow(Role.CANDIDATE)
def save_wishes(invitation_id: uuid.UUID) -> ResponseReturnValue:
    """Keep the wishes; planning takes them into account."""
    invitation = load_mine(invitation_id)
    wishes, stay = read_form(WishesSchema(), request.form), read_form(StaySchema(), request.form)
    wishes.errors.update(stay.errors)
    if not wishes:
        return _render_wishes(invitation, wishes), 422
    try:
        wish_employers(database(), invitation, wishes.data["wished_employers"])
        choose_stay(database(), invitation, **stay.data)
    except Refusal as refusal:
        wishes.refuse(refusal)
        return _render_wishes(invitation, wishes), refusal.status
    flash(gettext("Thank you. We take this into account."), "ok")
    return redirect(url_for("my_invitation.show", invitation_id=invitation.id), 303)


@blueprint.get("/my/invitation/sw.js")
def service_worker() -> ResponseReturnValue:
    """The script that keeps the page for use without internet. It lives here so that it may serve what is below."""
    name = floor().assets.get("pass-sw.js")
    if name is None:
        abort(404)
    response = send_from_directory(settings().static_folder.resolve(), name, mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response


def _render(invitation: Invitation, fault: str | None = None) -> str:
    event = invitation.event
    matrix = code_matrix(pass_text(settings().pass_signing_key, invitation.pass_content))
    return render_template(
        "invitations/my.html",
        invitation=invitation,
        candidate=invitation.candidate,
        event=event,
        stage=_stage(event),
        fault=fault,
        code=draw_path(matrix),
        modules=len(matrix),
    )


def _stage(event: Event) -> str:
    """cancelled, over, begun or ahead: what can still be said and done."""
    if event.state == "cancelled":
        return "cancelled"
    now = clock.now()
    if now >= event.ends_at:
        return "over"
    return "begun" if now >= event.starts_at else "ahead"


def _render_wishes(invitation: Invitation, form: Form) -> str:
    employers = booked_employers(database(), invitation.event_id)
    return render_template(
        "invitations/my_wishes.html",
        invitation=invitation,
        event=invitation.event,
        form=form,
        employers=[(one.employer_id, one.name, _describe_work(one.vacancies)) for one in employers],
        rounds=rounds_of(invitation.event),
    )


def _describe_work(vacancies: Any) -> str:
    hours = [gettext("%(title)s (%(hours)s hours a week)", title=one.title, hours=one.hours) for one in vacancies]
    return ", ".join(hours)
