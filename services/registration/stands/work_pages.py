"""The two forms of the employer's booking: which work, and who stands there. What is typed is kept whatever happens."""

import uuid
from collections.abc import Callable
from functools import partial

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.registration.stands.models import Vacancy
from services.registration.stands.rules import confirm_booking, keep_hold
from services.registration.stands.schemas import LanguagesSchema, WorkSchema
from services.registration.stands.views import (
    BookingPage,
    languages_typed,
    my_contact,
    my_page,
    time_words,
    to_page,
    work_typed,
    work_words,
)
from services.registration.stands.work import (
    Work,
    add_work,
    change_work,
    find_work,
    list_earlier_work,
    offer_again,
    remove_work,
    set_languages,
)
from shared.errors import Refusal
from shared.forms import Form, read_form
from shared.identity import Role, allow
from shared.web import database, settings

blueprint = Blueprint("stands_work", __name__, url_prefix="/my/stands/<uuid:event_id>")


@blueprint.get("/work")
@allow(Role.EMPLOYER)
def show_work(event_id: uuid.UUID) -> ResponseReturnValue:
    """The form for work that is offered."""
    page = my_page(event_id)
    return _work(page, Form({"openings": "1"})) if page.may_fill_in else to_page("stands.show", event_id)


@blueprint.post("/work")
@allow(Role.EMPLOYER)
def save_work(event_id: uuid.UUID) -> ResponseReturnValue:
    """Keep the work, whatever became of the stand in the meantime."""
    return _save_work(event_id, lambda work: add_work(database(), event_id, my_contact(event_id), work))


@blueprint.post("/work/again")
@allow(Role.EMPLOYER)
def work_again(event_id: uuid.UUID) -> ResponseReturnValue:
    """Offer again what was offered at an earlier event."""
    try:
        vacancy_id = uuid.UUID(request.form.get("vacancy_id", ""))
    except ValueError:
        return to_page("stands_work.show_work", event_id)
    offer_again(database(), event_id, my_contact(event_id), vacancy_id)
    return _go_on(event_id)


@blueprint.get("/work/<uuid:vacancy_id>")
@allow(Role.EMPLOYER)
def show_one_work(event_id: uuid.UUID, vacancy_id: uuid.UUID) -> ResponseReturnValue:
    """The form with what was filled in before."""
    page = my_page(event_id)
    vacancy = find_work(page.invitation, vacancy_id)
    return _work(page, work_typed(vacancy), vacancy) if page.may_fill_in else to_page("stands.show", event_id)


@blueprint.post("/work/<uuid:vacancy_id>")
@allow(Role.EMPLOYER)
def save_one_work(event_id: uuid.UUID, vacancy_id: uuid.UUID) -> ResponseReturnValue:
    """Keep what was corrected."""
    save = partial(change_work, database(), event_id, my_contact(event_id), vacancy_id)
    return _save_work(event_id, save, vacancy_id)


@blueprint.post("/work/<uuid:vacancy_id>/remove")
@allow(Role.EMPLOYER)
def remove(event_id: uuid.UUID, vacancy_id: uuid.UUID) -> ResponseReturnValue:
    """Offer this work no longer."""
    remove_work(database(), event_id, my_contact(event_id), vacancy_id)
    return _go_on(event_id)


@blueprint.get("/team")
@allow(Role.EMPLOYER)
def show_team(event_id: uuid.UUID) -> ResponseReturnValue:
    """Who stands there, and everything once more before booking."""
    page = my_page(event_id)
    usual = {"nl": "C2"}
    return (
        _team(page, languages_typed(page.invitation.languages or usual))
        if page.may_fill_in
        else to_page("stands.show", event_id)
    )


@blueprint.post("/team")
@allow(Role.EMPLOYER)
def save_team(event_id: uuid.UUID) -> ResponseReturnValue:
    """Book the stand that is held, or change the languages of a booked one."""
    form = read_form(LanguagesSchema(), request.form)
    if not form:
        return _team(my_page(event_id), form), 422
    me, languages = my_contact(event_id), form.data["languages"]
    try:
        set_languages(database(), event_id, me, languages)
    except Refusal as refusal:
        form.refuse(refusal)
        return _team(my_page(event_id), form), refusal.status
    if "then" in request.form:
        return _to_work(event_id, request.form["then"])
    if not _is_booking(my_page(event_id)):
        return _go_on(event_id)
    try:
        confirm_booking(database(), event_id, me, languages, settings().hold_minutes)
    except Refusal as refusal:
        # What was typed is kept with the invitation: this answer commits.
        flash(refusal.message, "warn")
    return to_page("stands.show", event_id)


def _to_work(event_id: uuid.UUID, then: str) -> ResponseReturnValue:
    """From the last step to the work, after the languages were saved; to one vacancy, or to a new one."""
    vacancies = {str(vacancy.id): vacancy.id for vacancy in my_page(event_id).invitation.vacancies}
    if then in vacancies:
        return to_page("stands_work.show_one_work", event_id, vacancy_id=vacancies[then])
    return to_page("stands_work.show_work", event_id)


def _save_work(
    event_id: uuid.UUID, save: Callable[[Work], Vacancy], vacancy_id: uuid.UUID | None = None
) -> ResponseReturnValue:
    form = read_form(WorkSchema(), request.form)
    status = 422
    if form:
        try:
            save(form.data["work"])
            return _go_on(event_id)
        except Refusal as refusal:
            if refusal.status == 404:
                raise
            form.refuse(refusal)
            status = refusal.status
    page = my_page(event_id)
    return _work(page, form, find_work(page.invitation, vacancy_id) if vacancy_id else None), status


def _is_booking(page: BookingPage) -> bool:
    """Whether the form was a step of booking; not so when the booking was made in the meantime."""
    return "booking" in request.form and not page.settled


def _go_on(event_id: uuid.UUID) -> ResponseReturnValue:
    """After saving: the next step with the stand that is held, or back to the booking.

    A stand that was lost in the meantime is chosen anew; what was saved stays, since this answer commits.
    """
    page = my_page(event_id)
    if not _is_booking(page):
        flash(gettext("The changes are saved."), "ok")
        return to_page("stands.show", event_id)
    try:
        keep_hold(database(), event_id, my_contact(event_id), settings().hold_minutes)
    except Refusal as refusal:
        flash(refusal.message, "warn")
        return to_page("stands.show", event_id)
    return to_page("stands_work.show_team", event_id)


def _work(page: BookingPage, form: Form, vacancy: Vacancy | None = None) -> str:
    return render_template(
        "stands/my_work.html",
        page=page,
        form=form,
        vacancy=vacancy,
        earlier=[] if vacancy else list_earlier_work(database(), page.invitation),
        strip=time_words(page.held, settings().hold_minutes),
        **work_words(),
    )


def _team(page: BookingPage, form: Form) -> str:
    return render_template(
        "stands/my_team.html",
        page=page,
        form=form,
        strip=time_words(page.held, settings().hold_minutes),
        **work_words(),
    )
