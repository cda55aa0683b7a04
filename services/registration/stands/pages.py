"""The employer's pages, made for a phone: choose a stand, booked, change, give up. (The forms: work_pages.py.)"""

import uuid

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.registration.accounts.rules import load_organisation
from services.registration.stands.attending import is_open
from services.registration.stands.inviting import come_after_all, decline
from services.registration.stands.models import StandBooking
from services.registration.stands.rules import give_up_booking, hold_stand, move_booking, release_hold, stand_states
from services.registration.stands.schemas import StandChoiceSchema
from services.registration.stands.views import BookingPage, my_contact, my_page, time_words, to_page, work_words
from shared.errors import Refusal
from shared.forms import read_form
from shared.identity import Role, allow
from shared.web import database, settings

blueprint = Blueprint("stands", __name__, url_prefix="/my/stands/<uuid:event_id>")


# ── choosing a stand ──────────────────────────────────────────────────────────────────────────────────────────


@blueprint.get("")
@allow(Role.EMPLOYER)
def show(event_id: uuid.UUID) -> ResponseReturnValue:
    """Where the employer is: choosing a stand, on the way, booked, or not coming."""
    page = my_page(event_id)
    if not is_open(page.event) or (page.invitation.state == "declined" and not page.held):
        return _closed(page)
    if page.confirmed and not page.held and "another" not in request.args:
        return render_template("stands/my_done.html", page=page, **work_words())
    return _plan(page)


@blueprint.post("")
@allow(Role.EMPLOYER)
def hold(event_id: uuid.UUID) -> ResponseReturnValue:
    """Hold the stand that was chosen and go on with the form."""
    form = read_form(StandChoiceSchema(), request.form)
    if not form:
        return to_page("stands.show", event_id)
    try:
        hold_stand(database(), event_id, my_contact(event_id), form.data["stand_id"], settings().hold_minutes)
    except Refusal as refusal:
        return _plan_again(event_id, refusal)
    return to_page(
        "stands_work.show_team" if my_page(event_id).invitation.vacancies else "stands_work.show_work", event_id
    )


@blueprint.post("/release")
@allow(Role.EMPLOYER)
def release(event_id: uuid.UUID) -> ResponseReturnValue:
    """Let the held stand go."""
    release_hold(database(), event_id, my_contact(event_id))
    return to_page("stands.show", event_id)


@blueprint.get("/move/<uuid:booking_id>")
@allow(Role.EMPLOYER)
def show_move(event_id: uuid.UUID, booking_id: uuid.UUID) -> ResponseReturnValue:
    """The plan, to choose another stand in the place of the booked one."""
    page = _booked_page(event_id, booking_id)
    return _plan(page, page.booking(booking_id)) if is_open(page.event) else _closed(page)


@blueprint.post("/move/<uuid:booking_id>")
@allow(Role.EMPLOYER)
def move(event_id: uuid.UUID, booking_id: uuid.UUID) -> ResponseReturnValue:
    """Take the booking to the stand that was chosen."""
    form = read_form(StandChoiceSchema(), request.form)
    if not form:
        return to_page("stands.show_move", event_id, booking_id=booking_id)
    try:
        booking = move_booking(database(), event_id, my_contact(event_id), booking_id, form.data["stand_id"])
    except Refusal as refusal:
        return _plan_again(event_id, refusal, booking_id)
    flash(gettext("You now have stand %(stand)s. Your calendar follows.", stand=booking.stand.label), "ok")
    return to_page("stands.show", event_id)


def _plan(page: BookingPage, moving: StandBooking | None = None) -> str:
    return render_template(
        "stands/my_plan.html",
        page=page,
        moving=moving,
        plan=page.draw(stand_states(database(), page.event), moving),
        hold_minutes=settings().hold_minutes,
        mailbox=load_organisation(database(), page.event.organisation_id).mailbox,
        strip=time_words(page.held, settings().hold_minutes),
    )


def _plan_again(event_id: uuid.UUID, refusal: Refusal, booking_id: uuid.UUID | None = None) -> ResponseReturnValue:
    """The plan as it is now, with what did not go; nothing was changed."""
    if refusal.status == 404:
        raise refusal
    page = my_page(event_id)
    flash(refusal.message, "warn")
    if not is_open(page.event):
        return _closed(page), refusal.status
    return _plan(page, page.booking(booking_id) if booking_id else None), refusal.status


# ── giving up and not coming ──────────────────────────────────────────────────────────────────────────────────


@blueprint.get("/give-up/<uuid:booking_id>")
@allow(Role.EMPLOYER)
def show_give_up(event_id: uuid.UUID, booking_id: uuid.UUID) -> ResponseReturnValue:
    """What giving the stand up does, before it is done."""
    page = _booked_page(event_id, booking_id)
    if not is_open(page.event):
        return _closed(page)
    return render_template("stands/my_give_up.html", page=page, booking=page.booking(booking_id))


@blueprint.post("/give-up/<uuid:booking_id>")
@allow(Role.EMPLOYER)
def give_up(event_id: uuid.UUID, booking_id: uuid.UUID) -> ResponseReturnValue:
    """Give the stand up."""
    give_up_booking(database(), event_id, my_contact(event_id), booking_id)
    flash(gettext("You gave up your stand. It is taken out of your calendar."), "ok")
    return to_page("stands.show", event_id)


@blueprint.post("/decline")
@allow(Role.EMPLOYER)
def say_no(event_id: uuid.UUID) -> ResponseReturnValue:
    """The employer cannot come."""
    decline(database(), event_id, my_contact(event_id))
    return to_page("stands.show", event_id)


@blueprint.post("/come")
@allow(Role.EMPLOYER)
def say_yes(event_id: uuid.UUID) -> ResponseReturnValue:
    """The employer can come after all."""
    come_after_all(database(), event_id, my_contact(event_id))
    return to_page("stands.show", event_id)


def _closed(page: BookingPage) -> str:
    return render_template("stands/my_closed.html", page=page)


def _booked_page(event_id: uuid.UUID, booking_id: uuid.UUID) -> BookingPage:
    page = my_page(event_id)
    page.booking(booking_id)
    return page
