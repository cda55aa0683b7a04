"""Pages for administrators: who works here, with which roles."""

import uuid

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, gettext, lazy_gettext

from services.registration.accounts import rules
from services.registration.accounts.models import Staff
from services.registration.accounts.schemas import NewPasswordSchema, NewStaffSchema, StaffSchema
from shared.errors import Refusal
from shared.forms import Form, read_form
from shared.i18n import LANGUAGES
from shared.identity import Role, allow, require_identity
from shared.web import database

blueprint = Blueprint("staff", __name__, url_prefix="/staff")
ROLES: list[tuple[str, LazyString, LazyString]] = [
    (Role.ADMIN, lazy_gettext("Administrator"), lazy_gettext("Accounts of colleagues")),
    (Role.ORGANISER, lazy_gettext("Organiser"), lazy_gettext("Events from the first plan to the last report")),
    (Role.DOOR, lazy_gettext("Door"), lazy_gettext("Who comes in, on the day itself")),
    (Role.DESK, lazy_gettext("Desk adviser"), lazy_gettext("Intake of candidates")),
    (Role.CASE_WORKER, lazy_gettext("Case worker"), lazy_gettext("The way of candidates towards work")),
]
"""Role, its name, and what it is for."""


@blueprint.get("")
@allow(Role.ADMIN)
def listing() -> ResponseReturnValue:
    """Everybody with an account."""
    return render_template("accounts/staff.html", people=rules.list_staff(database()), role_names=_role_names())


@blueprint.get("/new")
@allow(Role.ADMIN)
def new() -> ResponseReturnValue:
    """A form for a new account."""
    return _show_new(Form())


@blueprint.post("/new")
@allow(Role.ADMIN)
def add() -> ResponseReturnValue:
    """Make the account."""
    form = read_form(NewStaffSchema(), request.form)
    try:
        if form:
            staff = rules.add_staff(database(), require_identity().organisation_id, **form.data)
            flash(gettext("%(name)s can sign in with this address and password.", name=staff.name), "ok")
            return redirect("/staff", 303)
    except Refusal as refusal:
        form.refuse(refusal)
    return _show_new(form), 422


@blueprint.get("/<uuid:staff_id>")
@allow(Role.ADMIN)
def edit(staff_id: uuid.UUID) -> ResponseReturnValue:
    """One account."""
    staff = rules.load_staff(database(), staff_id)
    return _show(staff, Form({"name": staff.name, "roles": list(staff.roles)}))


@blueprint.post("/<uuid:staff_id>")
@allow(Role.ADMIN)
def change(staff_id: uuid.UUID) -> ResponseReturnValue:
    """Another name, other roles."""
    staff = rules.load_staff(database(), staff_id)
    form = read_form(StaffSchema(), request.form)
    try:
        if form:
            rules.change_staff(database(), require_identity().subject_id, staff, **form.data)
            flash(gettext("Saved."), "ok")
            return redirect("/staff", 303)
    except Refusal as refusal:
        form.refuse(refusal)
    return _show(staff, form), 422


@blueprint.post("/<uuid:staff_id>/password")
@allow(Role.ADMIN)
def set_password(staff_id: uuid.UUID) -> ResponseReturnValue:
    """A new password for somebody who forgot theirs."""
    staff = rules.load_staff(database(), staff_id)
    form = read_form(NewPasswordSchema(), request.form)
    try:
        if form:
            rules.set_password(database(), staff, form.data["password"])
            flash(gettext("%(name)s signs in with the new password from now on.", name=staff.name), "ok")
            return redirect(f"/staff/{staff.id}", 303)
    except Refusal as refusal:
        form.refuse(refusal)
    return _show(staff, form), 422


@blueprint.post("/<uuid:staff_id>/second-factor")
@allow(Role.ADMIN)
def reset_second_factor(staff_id: uuid.UUID) -> ResponseReturnValue:
    """Let somebody set up the second factor anew."""
    staff = rules.load_staff(database(), staff_id)
    rules.reset_second_factor(database(), require_identity().subject_id, staff)
    flash(gettext("%(name)s sets up the second factor at the next sign-in.", name=staff.name), "ok")
    return redirect(f"/staff/{staff.id}", 303)


@blueprint.post("/<uuid:staff_id>/disable")
@allow(Role.ADMIN)
def disable(staff_id: uuid.UUID) -> ResponseReturnValue:
    """Close an account."""
    staff = rules.load_staff(database(), staff_id)
    rules.disable_staff(database(), require_identity().subject_id, staff)
    flash(gettext("The account of %(name)s is closed.", name=staff.name), "ok")
    return redirect("/staff", 303)


@blueprint.post("/<uuid:staff_id>/enable")
@allow(Role.ADMIN)
def enable(staff_id: uuid.UUID) -> ResponseReturnValue:
    """Open a closed account again."""
    staff = rules.load_staff(database(), staff_id)
    rules.enable_staff(staff)
    flash(gettext("The account of %(name)s is open again.", name=staff.name), "ok")
    return redirect("/staff", 303)


def _show_new(form: Form) -> str:
    return render_template(
        "accounts/staff_new.html", form=form, role_choices=ROLES, language_options=list(LANGUAGES.items())
    )


def _show(staff: Staff, form: Form) -> str:
    is_me = staff.id == require_identity().subject_id
    return render_template("accounts/staff_edit.html", form=form, staff=staff, role_choices=ROLES, is_me=is_me)


def _role_names() -> dict[str, LazyString]:
    return {role: name for role, name, _ in ROLES}
