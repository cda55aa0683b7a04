"""Pages of candidates: the list, entering one after another, correcting, and the barriers apart."""

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from services.registration.candidates.erasing import erase_candidate
from services.registration.candidates.models import Candidate
from services.registration.candidates.rules import (
    BARRIERS,
    PAGE_SIZE,
    READINESS,
    SECTORS,
    Wanted,
    add_candidate,
    change_barriers,
    change_candidate,
    list_candidates,
    load_barriers,
    load_candidate,
)
from services.registration.candidates.schemas import BarriersSchema, CandidateSchema, WantedSchema
from shared.errors import Refusal
from shared.forms import Form, read_form
from shared.i18n import LANGUAGES, SPOKEN_LANGUAGES, language_name
from shared.identity import allow, current_identity
from shared.identity.duties import INVITERS, NEED_TO_KNOW, ORGANISERS
from shared.web import database, settings

blueprint = Blueprint("candidates", __name__)
READINESS_WORDS = {
    "ready": lazy_gettext("Ready for work"),
    "in_track": lazy_gettext("In a track"),
    "paused": lazy_gettext("Paused"),
    "placed": lazy_gettext("Has found work"),
}
BARRIER_WORDS = {
    "childcare": lazy_gettext("Childcare"),
    "transport": lazy_gettext("Transport"),
    "diploma": lazy_gettext("Diploma not recognised"),
    "health": lazy_gettext("Health"),
}


@blueprint.get("/candidates")
@allow(*INVITERS)
def show_list() -> ResponseReturnValue:
    """Everybody whom the organisation knows, narrowed to what the reader wants."""
    form = read_form(WantedSchema(), request.args)
    wanted = form.data.get("wanted", Wanted())
    listing = list_candidates(database(), wanted, form.data.get("page", 1))
    return render_template(
        "candidates/list.html",
        listing=listing,
        form=form,
        narrowed=wanted != Wanted(),
        choices=_choices(),
        sector_words=SECTORS,
        page_addresses=_page_addresses(listing.first, listing.total),
    )


@blueprint.get("/candidates/new")
@allow(*INVITERS)
def show_new() -> ResponseReturnValue:
    """An empty form; after `save and next` the language stays as it was."""
    usual = {"language": request.args.get("language", "uk"), "readiness": "ready"}
    form = Form({**usual, "form_key": str(uuid.uuid4())})
    return _render_form(form, None)


@blueprint.post("/candidates/new")
@allow(*INVITERS)
def add() -> ResponseReturnValue:
    """Enter somebody, then on to the next one or to the list."""
    form = read_form(CandidateSchema(), request.form)
    if not form:
        return _render_form(form, None), 422
    try:
        candidate = add_candidate(database(), form.data["profile"], _read_key(form))
    except Refusal as refusal:
        form.refuse(refusal)
        return _render_form(form, None), refusal.status
    flash(gettext("%(name)s has been saved.", name=candidate.readable_name), "ok")
    if "next" in request.form:
        return redirect(url_for("candidates.show_new", language=candidate.language), 303)
    return redirect(url_for("candidates.show_list"), 303)


@blueprint.get("/candidates/<uuid:candidate_id>")
@allow(*INVITERS)
def show_one(candidate_id: uuid.UUID) -> ResponseReturnValue:
    """What is known of somebody, ready to be corrected."""
    candidate = load_candidate(database(), candidate_id)
    return _render_form(Form(_typed(candidate)), candidate)


@blueprint.post("/candidates/<uuid:candidate_id>")
@allow(*INVITERS)
def change(candidate_id: uuid.UUID) -> ResponseReturnValue:
    """Save what was corrected."""
    candidate = load_candidate(database(), candidate_id)
    form = read_form(CandidateSchema(), request.form)
    if not form:
        return _render_form(form, candidate), 422
    try:
        change_candidate(database(), candidate, form.data["profile"], settings().pass_signing_key)
    except Refusal as refusal:
        form.refuse(refusal)
        return _render_form(form, candidate), refusal.status
    flash(gettext("%(name)s has been saved.", name=candidate.readable_name), "ok")
    return redirect(url_for("candidates.show_one", candidate_id=candidate.id), 303)


@blueprint.get("/candidates/<uuid:candidate_id>/erase")
@allow(*ORGANISERS)
def ask_erase(candidate_id: uuid.UUID) -> ResponseReturnValue:
    """What goes and what stays, before it happens."""
    return render_template("candidates/erase.html", candidate=load_candidate(database(), candidate_id))


@blueprint.post("/candidates/<uuid:candidate_id>/erase")
@allow(*ORGANISERS)
def erase(candidate_id: uuid.UUID) -> ResponseReturnValue:
    """Erase somebody, in every service."""
    erase_candidate(database(), load_candidate(database(), candidate_id))
    flash(gettext("This person is erased. Within a minute that also holds for messages and plans."), "ok")
    return redirect(url_for("candidates.show_list"), 303)


@blueprint.get("/candidates/<uuid:candidate_id>/barriers")
@allow(*NEED_TO_KNOW)
def show_barriers(candidate_id: uuid.UUID) -> ResponseReturnValue:
    """What stands in the way; for the desk and case workers alone."""
    candidate = load_candidate(database(), candidate_id)
    form = Form({"barriers": load_barriers(database(), candidate.id)})
    return _render_barriers(form, candidate)


@blueprint.post("/candidates/<uuid:candidate_id>/barriers")
@allow(*NEED_TO_KNOW)
def save_barriers(candidate_id: uuid.UUID) -> ResponseReturnValue:
    """Write down what stands in the way."""
    candidate = load_candidate(database(), candidate_id)
    form = read_form(BarriersSchema(), request.form)
    if not form:
        return _render_barriers(form, candidate), 422
    change_barriers(database(), candidate, form.data["barriers"])
    flash(gettext("Saved."), "ok")
    return redirect(url_for("candidates.show_one", candidate_id=candidate.id), 303)


def _read_key(form: Form) -> uuid.UUID | None:
    try:
        return uuid.UUID(form.value("form_key"))
    except ValueError:
        return None


def _render_form(form: Form, candidate: Candidate | None) -> str:
    identity = current_identity()
    needs_to_know = identity is not None and bool(identity.roles & frozenset(NEED_TO_KNOW))
    return render_template(
        "candidates/form.html",
        form=form,
        candidate=candidate,
        needs_to_know=needs_to_know,
        choices=_choices(),
        spoken=_by_words((code, language_name(code)) for code in SPOKEN_LANGUAGES),
    )


def _render_barriers(form: Form, candidate: Candidate) -> str:
    barriers = [(code, str(BARRIER_WORDS[code])) for code in BARRIERS]
    return render_template("candidates/barriers.html", form=form, candidate=candidate, barriers=barriers)


def _choices() -> dict[str, list[tuple[str, Any]]]:
    """The closed lists as (code, words) in the reader's language."""
    return {
        "language": [(code, language_name(code)) for code in LANGUAGES],
        "sector": _by_words((code, str(words)) for code, words in SECTORS.items()),
        "readiness": [(code, str(READINESS_WORDS[code])) for code in READINESS],
    }


def _by_words(choices: Any) -> list[tuple[str, str]]:
    return sorted(choices, key=lambda choice: str(choice[1]).casefold())


def _typed(candidate: Candidate) -> dict[str, Any]:
    """The candidate as the form would have been filled in."""
    same = ("name", "readable_name", "language", "did", "did_sectors", "wants", "sectors", "hours", "email", "mobile")
    return {
        **{key: getattr(candidate, key) for key in (*same, "readiness")},
        "languages_name": list(candidate.languages),
        "languages_value": list(candidate.languages.values()),
        "school_hours": "true" if candidate.school_hours else "",
        "on_paper": "true" if candidate.contact_by == "paper" and (candidate.email or candidate.mobile) else "",
    }


def _page_addresses(first: int, total: int) -> tuple[str, str]:
    """Where the previous and the next page of the list are; empty where there is none."""
    page = (first - 1) // PAGE_SIZE + 1

    # Nothing but the filters: url_for has words of its own (_scheme, _external), which are nobody's to choose.
    filters = {name: value for name, value in request.args.items() if name in WantedSchema().fields}

    def address(number: int) -> str:
        arguments: dict[str, Any] = {**filters, "page": number}
        return url_for("candidates.show_list", **arguments)

    return (address(page - 1) if page > 1 else "", address(page + 1) if page * PAGE_SIZE < total else "")
