"""The organisation's employers: the list, one employer with its contacts and work, the forms."""

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.registration.events.models import Event
from services.registration.sectors import SECTORS
from services.registration.stands.employers import (
    PAGE_SIZE,
    EmployerPage,
    add_contact,
    add_employer,
    list_employers,
    list_invitations,
    list_vacancies,
    load_contact,
    load_employer,
    rename_employer,
)
from services.registration.stands.erasing import erase_contact
from services.registration.stands.errors import NameLooksKnown
from services.registration.stands.inviting import change_contact
from services.registration.stands.models import Contact, Employer
from services.registration.stands.schemas import (
    ContactSchema,
    EmployerNameSchema,
    EmployerSchema,
    EmployersWantedSchema,
)
from shared.errors import Refusal
from shared.forms import Form, read_form
from shared.i18n import LANGUAGES
from shared.identity import allow
from shared.identity.duties import ORGANISERS
from shared.web import database

blueprint = Blueprint("employers", __name__, url_prefix="/employers")


@blueprint.get("")
@allow(*ORGANISERS)
def show_list() -> ResponseReturnValue:
    """All employers, narrowed to what is searched for."""
    form = read_form(EmployersWantedSchema(), request.args)
    search, page = form.data.get("search", ""), form.data.get("page", 1)
    found = list_employers(database(), search, page)
    return render_template(
        "stands/employers.html",
        form=form,
        found=found,
        first=(page - 1) * PAGE_SIZE + 1,
        pages=_pages(found, search, page),
        here="employers",
    )


@blueprint.get("/new")
@allow(*ORGANISERS)
def show_new() -> ResponseReturnValue:
    """The form for an employer."""
    return employer_form(Form({"language": "nl"}))


@blueprint.post("/new")
@allow(*ORGANISERS)
def add() -> ResponseReturnValue:
    """Add an employer with its first contact."""
    form = read_form(EmployerSchema(), request.form)
    if not form:
        return employer_form(form), 422
    try:
        employer = add_employer(database(), **form.data)
    except Refusal as refusal:
        form.refuse(refusal)
        return employer_form(form, refusal=refusal), refusal.status
    flash(gettext("%(name)s has been saved.", name=employer.name), "ok")
    return _to_one(employer.id)


@blueprint.get("/<uuid:employer_id>")
@allow(*ORGANISERS)
def show_one(employer_id: uuid.UUID) -> ResponseReturnValue:
    """One employer: contacts, work, events."""
    employer = load_employer(database(), employer_id)
    return _one(employer, Form({"name": employer.name}))


@blueprint.post("/<uuid:employer_id>")
@allow(*ORGANISERS)
def rename(employer_id: uuid.UUID) -> ResponseReturnValue:
    """Correct the name."""
    employer = load_employer(database(), employer_id)
    form = read_form(EmployerNameSchema(), request.form)
    if not form:
        return _one(employer, form), 422
    try:
        rename_employer(database(), employer, **form.data)
    except Refusal as refusal:
        form.refuse(refusal)
        return _one(employer, form, refusal), refusal.status
    flash(gettext("The changes are saved."), "ok")
    return _to_one(employer_id)


@blueprint.get("/<uuid:employer_id>/contacts/new")
@allow(*ORGANISERS)
def show_new_contact(employer_id: uuid.UUID) -> ResponseReturnValue:
    """The form for somebody else to write to."""
    return _contact_form(load_employer(database(), employer_id), Form({"language": "nl"}))


@blueprint.post("/<uuid:employer_id>/contacts/new")
@allow(*ORGANISERS)
def add_one_contact(employer_id: uuid.UUID) -> ResponseReturnValue:
    """Add a contact."""
    return _save_contact(load_employer(database(), employer_id), None)


@blueprint.get("/<uuid:employer_id>/contacts/<uuid:contact_id>")
@allow(*ORGANISERS)
def show_contact(employer_id: uuid.UUID, contact_id: uuid.UUID) -> ResponseReturnValue:
    """A contact, ready to be corrected."""
    contact = load_contact(database(), employer_id, contact_id)
    typed = {"contact_name": contact.name, "email": contact.email, "phone": contact.phone, "language": contact.language}
    return _contact_form(load_employer(database(), employer_id), Form(typed), contact)


@blueprint.post("/<uuid:employer_id>/contacts/<uuid:contact_id>")
@allow(*ORGANISERS)
def save_contact(employer_id: uuid.UUID, contact_id: uuid.UUID) -> ResponseReturnValue:
    """Correct a contact."""
    contact = load_contact(database(), employer_id, contact_id)
    return _save_contact(load_employer(database(), employer_id), contact)


@blueprint.get("/<uuid:employer_id>/contacts/<uuid:contact_id>/erase")
@allow(*ORGANISERS)
def ask_erase(employer_id: uuid.UUID, contact_id: uuid.UUID) -> ResponseReturnValue:
    """What goes and what stays, before it happens."""
    return _erase_page(load_contact(database(), employer_id, contact_id))


@blueprint.post("/<uuid:employer_id>/contacts/<uuid:contact_id>/erase")
@allow(*ORGANISERS)
def erase(employer_id: uuid.UUID, contact_id: uuid.UUID) -> ResponseReturnValue:
    """Erase a contact, in every service."""
    contact = load_contact(database(), employer_id, contact_id)
    try:
        erase_contact(database(), contact)
    except Refusal as refusal:
        return _erase_page(contact, refusal.message), refusal.status
    flash(gettext("This person is erased. Within a minute that also holds for messages and plans."), "ok")
    return _to_one(employer_id)


def _erase_page(contact: Contact, refused: str = "") -> str:
    return render_template("stands/erase_contact.html", contact=contact, refused=refused, here="employers")


def employer_form(form: Form, event: Event | None = None, refusal: Refusal | None = None) -> str:
    """The form for a new employer; with an event, the one that invites it at once."""
    return render_template(
        "stands/employer_form.html",
        form=form,
        event=event,
        here="employers",
        language_choices=list(LANGUAGES.items()),
        alike=isinstance(refusal, NameLooksKnown) or bool(form.value("although_alike")),
    )


def _one(employer: Employer, form: Form, refusal: Refusal | None = None) -> str:
    return render_template(
        "stands/employer.html",
        employer=employer,
        form=form,
        alike=isinstance(refusal, NameLooksKnown),
        vacancies=list_vacancies(database(), employer.id),
        invitations=list_invitations(database(), employer.id),
        sectors=SECTORS,
        here="employers",
    )


def _contact_form(employer: Employer, form: Form, contact: Contact | None = None) -> str:
    return render_template(
        "stands/contact_form.html",
        employer=employer,
        form=form,
        contact=contact,
        language_choices=list(LANGUAGES.items()),
        here="employers",
    )


def _save_contact(employer: Employer, contact: Contact | None) -> ResponseReturnValue:
    form = read_form(ContactSchema(), request.form)
    if not form:
        return _contact_form(employer, form, contact), 422
    try:
        if contact is None:
            add_contact(database(), employer, form.data["contact"])
        else:
            change_contact(database(), contact, form.data["contact"])
    except Refusal as refusal:
        form.refuse(refusal)
        return _contact_form(employer, form, contact), refusal.status
    flash(gettext("The changes are saved."), "ok")
    return _to_one(employer.id)


def _pages(found: EmployerPage, search: str, page: int) -> tuple[str, str]:
    """The addresses of the page before and the page after, or nothing."""
    before = url_for("employers.show_list", search=search or None, page=page - 1) if page > 1 else ""
    more = found.total > page * PAGE_SIZE
    return before, url_for("employers.show_list", search=search or None, page=page + 1) if more else ""


def _to_one(employer_id: uuid.UUID) -> ResponseReturnValue:
    return redirect(url_for("employers.show_one", employer_id=employer_id), 303)
