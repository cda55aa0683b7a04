"""The organiser's pages about the employers of an event: who is invited, who comes, which stand."""

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from services.registration.events.models import Event
from services.registration.events.rules import load_event
from services.registration.sectors import SECTORS
from services.registration.stands.attending import is_open
from services.registration.stands.employer_pages import employer_form
from services.registration.stands.employers import add_employer, list_uninvited, load_employer
from services.registration.stands.inviting import allow_stands, invite_employer, invite_employers, send_again
from services.registration.stands.models import MOST_STANDS
from services.registration.stands.rules import booked_counts, take_away_booking
from services.registration.stands.schemas import EmployerSchema, InviteSchema, SendAgainSchema, StandsAllowedSchema
from services.registration.stands.states import InvitedEmployer, list_invited, load_invited
from shared.errors import Refusal
from shared.forms import Form, read_form
from shared.identity import allow
from shared.identity.duties import ORGANISERS
from shared.web import database

blueprint = Blueprint("event_employers", __name__, url_prefix="/events/<uuid:event_id>/employers")


@blueprint.get("")
@allow(*ORGANISERS)
def show_list(event_id: uuid.UUID) -> ResponseReturnValue:
    """The employers of the event, and those who can still be invited."""
    return _list(load_event(database(), event_id), Form())


@blueprint.post("")
@allow(*ORGANISERS)
def invite(event_id: uuid.UUID) -> ResponseReturnValue:
    """Invite everybody who was chosen."""
    event = load_event(database(), event_id)
    form = read_form(InviteSchema(), request.form)
    if not form:
        return _list(event, form), 422
    try:
        invited = invite_employers(database(), event, form.data["employers"], form.data["contacts"])
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        form.refuse(refusal)
        return _list(event, form), refusal.status
    flash(_sent(len(invited)), "ok")
    return _to_list(event_id)


@blueprint.get("/new")
@allow(*ORGANISERS)
def show_new(event_id: uuid.UUID) -> ResponseReturnValue:
    """The form for an employer whom the organisation does not know yet."""
    return employer_form(Form({"language": "nl"}), load_event(database(), event_id))


@blueprint.post("/new")
@allow(*ORGANISERS)
def add(event_id: uuid.UUID) -> ResponseReturnValue:
    """Add the employer and invite it."""
    event = load_event(database(), event_id)
    form = read_form(EmployerSchema(), request.form)
    if not form:
        return employer_form(form, event), 422
    try:
        employer = add_employer(database(), **form.data)
        invite_employer(database(), event, load_employer(database(), employer.id).contacts[0])
    except Refusal as refusal:
        form.refuse(refusal)
        return employer_form(form, event, refusal), refusal.status
    flash(_sent(1), "ok")
    return _to_list(event_id)


@blueprint.get("/<uuid:invitation_id>")
@allow(*ORGANISERS)
def show_one(event_id: uuid.UUID, invitation_id: uuid.UUID) -> ResponseReturnValue:
    """One employer at the event."""
    return _one(load_event(database(), event_id), load_invited(database(), event_id, invitation_id), Form())


@blueprint.post("/<uuid:invitation_id>/send")
@allow(*ORGANISERS)
def send(event_id: uuid.UUID, invitation_id: uuid.UUID) -> ResponseReturnValue:
    """Send the invitation again."""
    form = read_form(SendAgainSchema(), request.form)
    if form:
        send_again(database(), event_id, invitation_id, form.data["contact_id"])
        flash(_sent(1), "ok")
    return _to_one(event_id, invitation_id)


@blueprint.post("/<uuid:invitation_id>/stands")
@allow(*ORGANISERS)
def allow_more(event_id: uuid.UUID, invitation_id: uuid.UUID) -> ResponseReturnValue:
    """How many stands the employer may have."""
    form = read_form(StandsAllowedSchema(), request.form)
    status = 422
    if form:
        try:
            allow_stands(database(), event_id, invitation_id, form.data["stands_allowed"])
            flash(gettext("The changes are saved."), "ok")
            return _to_one(event_id, invitation_id)
        except Refusal as refusal:
            if refusal.status == 404:
                raise
            form.refuse(refusal)
            status = refusal.status
    return _one(load_event(database(), event_id), load_invited(database(), event_id, invitation_id), form), status


@blueprint.post("/<uuid:invitation_id>/cancel/<uuid:booking_id>")
@allow(*ORGANISERS)
def cancel(event_id: uuid.UUID, invitation_id: uuid.UUID, booking_id: uuid.UUID) -> ResponseReturnValue:
    """Take a booking away; the employer is told."""
    take_away_booking(database(), event_id, invitation_id, booking_id)
    flash(gettext("The booking is cancelled. The employer gets a message."), "ok")
    return _to_one(event_id, invitation_id)


@blueprint.get("/<uuid:invitation_id>/cancel/<uuid:booking_id>")
@allow(*ORGANISERS)
def show_cancel(event_id: uuid.UUID, invitation_id: uuid.UUID, booking_id: uuid.UUID) -> ResponseReturnValue:
    """What cancelling does, before it is done."""
    row = load_invited(database(), event_id, invitation_id)
    return render_template(
        "stands/cancel_booking.html",
        event=load_event(database(), event_id),
        row=row,
        booking=row.booking(booking_id),
        here="employers",
    )


def _list(event: Event, form: Form) -> str:
    return render_template(
        "stands/event_employers.html",
        event=event,
        form=form,
        here="employers",
        open=is_open(event),
        rows=list_invited(database(), event.id),
        uninvited=list_uninvited(database(), event.id),
        counts=booked_counts(database(), event.id),
    )


def _one(event: Event, row: InvitedEmployer, form: Form) -> str:
    return render_template(
        "stands/event_employer.html",
        event=event,
        row=row,
        form=form,
        here="employers",
        open=is_open(event),
        employer=load_employer(database(), row.invitation.employer_id),
        sectors=SECTORS,
        most_stands=MOST_STANDS,
    )


def _sent(number: int) -> str:
    return ngettext("%(num)s invitation is on its way.", "%(num)s invitations are on their way.", number)


def _to_list(event_id: uuid.UUID) -> ResponseReturnValue:
    return redirect(url_for("event_employers.show_list", event_id=event_id), 303)


def _to_one(event_id: uuid.UUID, invitation_id: uuid.UUID) -> ResponseReturnValue:
    return redirect(url_for("event_employers.show_one", event_id=event_id, invitation_id=invitation_id), 303)
