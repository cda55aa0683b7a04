"""The organiser's pages: whom to invite, who answered what, passes and paper."""

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext, ngettext

from services.registration.events.models import Event
from services.registration.events.rules import load_event
from services.registration.events.states import TOLD as OPEN_EVENT
from services.registration.events.states import state_at
from services.registration.invitations.choosing import (
    PAGE_SIZE,
    Choice,
    Filters,
    estimate_effect,
    list_chosen,
    list_to_ask,
)
from services.registration.invitations.employers import booked_employers
from services.registration.invitations.errors import NobodyChosen
from services.registration.invitations.models import Invitation
from services.registration.invitations.rules import (
    answer_invitation,
    invitation_counts,
    invite_candidates,
    list_invitations,
    load_invitation,
    needs_paper,
    pass_text,
    reissue_pass,
    send_again,
)
from services.registration.invitations.schemas import AnswerSchema, ChoiceSchema, FiltersSchema
from services.registration.sectors import SECTORS
from shared import clock
from shared.errors import Refusal
from shared.forms import Form, read_form
from shared.i18n import LANGUAGES, language_name
from shared.identity import allow
from shared.identity.duties import INVITERS
from shared.qr import code_matrix
from shared.ui.qr import draw_path
from shared.web import database, settings

blueprint = Blueprint("invitations", __name__)
REASONS = {
    "address_closed": lazy_gettext("nothing is sent to this address any more"),
    "not_wanted": lazy_gettext("the person wants no invitations"),
    "address_refused": lazy_gettext("the address does not work"),
    "attempts_used_up": lazy_gettext("we tried for days and it did not arrive"),
    "complained": lazy_gettext("the person called our mail spam, and nothing more is sent to this address"),
    "no_address": lazy_gettext("we have no address for it"),
    "number_unreachable": lazy_gettext("the telephone number does not work"),
    "not_arrived": lazy_gettext("the letter on paper did not arrive"),
    "template_unknown": lazy_gettext("there is no text for it, tell your administrator"),
    "unreadable": lazy_gettext("its text could not be made, tell your administrator"),
}
"""Why a message did not arrive, for people: every reason that notifications gives up for."""
ROWS = 100


# ── choosing ──────────────────────────────────────────────────────────────────────────────────────────────────


@blueprint.get("/events/<uuid:event_id>/candidates")
@allow(*INVITERS)
def choose(event_id: uuid.UUID) -> ResponseReturnValue:
    """Who can be asked, and what asking them would do."""
    return _render_choice(load_event(database(), event_id), Form())


@blueprint.post("/events/<uuid:event_id>/candidates/effect")
@allow(*INVITERS)
def show_effect(event_id: uuid.UUID) -> ResponseReturnValue:
    """A fragment: what the choice as it stands would do."""
    event = load_event(database(), event_id)
    form = read_form(ChoiceSchema(), request.form)
    chosen = list_chosen(database(), event, form.data.get("candidate_ids", []))
    effect = estimate_effect(database(), event, chosen)
    return render_template("invitations/effect.html", effect=effect, sectors=SECTORS, is_open=_is_open(event))


@blueprint.post("/events/<uuid:event_id>/candidates/check")
@allow(*INVITERS)
def check(event_id: uuid.UUID) -> ResponseReturnValue:
    """Before anything is sent: who was chosen, what it does, how each is reached."""
    event = load_event(database(), event_id)
    form = read_form(ChoiceSchema(), request.form)
    chosen = list_chosen(database(), event, form.data.get("candidate_ids", []))
    if form and not chosen:
        form.refuse(NobodyChosen())
    if not form:
        return _render_choice(event, form), 422
    effect = estimate_effect(database(), event, chosen)
    return render_template(
        "invitations/check.html", event=event, chosen=chosen, effect=effect, sectors=SECTORS, here="candidates"
    )


@blueprint.post("/events/<uuid:event_id>/candidates")
@allow(*INVITERS)
def invite(event_id: uuid.UUID) -> ResponseReturnValue:
    """Invite the chosen; whoever was invited before gets nothing twice."""
    event = load_event(database(), event_id)
    form = read_form(ChoiceSchema(), request.form)
    if not form:
        return _render_choice(event, form), 422
    try:
        new = invite_candidates(database(), event, form.data["candidate_ids"], settings().pass_signing_key)
    except Refusal as refusal:
        form.refuse(refusal)
        return _render_choice(event, form), refusal.status
    flash(ngettext("%(num)s person has been invited.", "%(num)s people have been invited.", len(new)), "ok")
    return redirect(url_for("invitations.show_list", event_id=event.id), 303)


def _render_choice(event: Event, form: Form) -> str:
    filters = read_form(FiltersSchema(), request.args)
    wanted, everybody = filters.data.get("filters", Filters()), filters.data.get("everybody", False)
    choice = list_to_ask(database(), event, wanted, filters.data.get("page", 1), everybody)
    ticked = set(form.values_of("candidate_ids"))
    chosen = [one.candidate for one in choice.people if everybody or str(one.candidate.id) in ticked]
    return render_template(
        "invitations/choose.html",
        event=event,
        here="candidates",
        form=form,
        filters=filters,
        narrowed=wanted != Filters(),
        choice=choice,
        ticked={one.id for one in chosen},
        effect=estimate_effect(database(), event, chosen),
        counts=invitation_counts(database(), event.id),
        sectors=SECTORS,
        is_open=_is_open(event),
        choices=_filter_choices(),
        addresses=_addresses(event, choice),
    )


def _filter_choices() -> dict[str, list[tuple[str, str]]]:
    sectors = [(code, str(words)) for code, words in SECTORS.items()]
    return {
        "language": [(code, language_name(code)) for code in LANGUAGES],
        "sector": sorted(sectors, key=lambda sector: sector[1].casefold()),
        "seen": [("never", gettext("Not yet")), ("not_lately", gettext("Longer than half a year ago"))],
    }


def _addresses(event: Event, choice: Choice) -> dict[str, str]:
    """The list with everybody chosen, with nobody chosen, and its previous and next page (empty where none is)."""
    page = (choice.first - 1) // PAGE_SIZE + 1
    is_last = choice.first - 1 + len(choice.people) >= choice.total

    def address(**changed: Any) -> str:
        kept = {key: value for key, value in request.args.items() if key in {"language", "sector", "seen"} and value}
        return url_for("invitations.choose", event_id=event.id, **{**kept, **changed})

    return {
        "all": address(chosen="all"),
        "none": address(),
        "previous": address(page=page - 1) if page > 1 else "",
        "next": "" if is_last else address(page=page + 1),
    }


def _is_open(event: Event) -> bool:
    return state_at(event, clock.now()) in OPEN_EVENT


# ── answers ───────────────────────────────────────────────────────────────────────────────────────────────────


@blueprint.get("/events/<uuid:event_id>/invitations")
@allow(*INVITERS)
def show_list(event_id: uuid.UUID) -> ResponseReturnValue:
    """Everybody who was invited, with the answer; `only` narrows it to those who need something."""
    event = load_event(database(), event_id)
    only, page = request.args.get("only", ""), max(request.args.get("page", 1, type=int), 1)
    fitting = [one for one in list_invitations(database(), event.id) if _fits(one, only)]
    start = min((page - 1) * ROWS, max(len(fitting) - 1, 0) // ROWS * ROWS)
    return render_template(
        "invitations/list.html",
        event=event,
        here="candidates",
        rows=fitting[start : start + ROWS],
        first=start + 1,
        total=len(fitting),
        page=start // ROWS + 1,
        only=only,
        counts=invitation_counts(database(), event.id),
        reasons=REASONS,
        needs_paper=needs_paper,
        is_open=_is_open(event),
    )


def _fits(invitation: Invitation, only: str) -> bool:
    match only:
        case "coming":
            return invitation.state in {"accepted", "attended"}
        case "silent":
            return invitation.state in {"drafted", "sent"}
        case "declined" | "waitlisted":
            return invitation.state == only
        case "paper":
            return needs_paper(invitation)
        case "lost":
            return invitation.not_delivered is not None
    return True


@blueprint.get("/events/<uuid:event_id>/invitations/<uuid:invitation_id>")
@allow(*INVITERS)
def show_one(event_id: uuid.UUID, invitation_id: uuid.UUID) -> ResponseReturnValue:
    """One invitation: the answer, the pass, and what can be done about it."""
    return _render_one(_load(event_id, invitation_id), None)


@blueprint.post("/events/<uuid:event_id>/invitations/<uuid:invitation_id>/answer")
@allow(*INVITERS)
def answer(event_id: uuid.UUID, invitation_id: uuid.UUID) -> ResponseReturnValue:
    """Write down what somebody answered by telephone or at the desk."""
    invitation = _load(event_id, invitation_id)
    form = read_form(AnswerSchema(), request.form)
    if not form:
        return _render_one(invitation, None, form.error("answer")), 422
    try:
        answer_invitation(database(), invitation, form.data["answer"], settings().pass_signing_key)
    except Refusal as refusal:
        return _render_one(invitation, refusal), refusal.status
    return _back_to(invitation, gettext("The answer has been saved."))


@blueprint.post("/events/<uuid:event_id>/invitations/<uuid:invitation_id>/pass")
@allow(*INVITERS)
def replace_pass(event_id: uuid.UUID, invitation_id: uuid.UUID) -> ResponseReturnValue:
    """A new code for somebody who lost the old one, or whose code was taken."""
    invitation = _load(event_id, invitation_id)
    try:
        reissue_pass(database(), invitation, settings().pass_signing_key)
    except Refusal as refusal:
        return _render_one(invitation, refusal), refusal.status
    return _back_to(invitation, gettext("There is a new code. The old one and the old personal link no longer work."))


@blueprint.post("/events/<uuid:event_id>/invitations/<uuid:invitation_id>/send")
@allow(*INVITERS)
def send(event_id: uuid.UUID, invitation_id: uuid.UUID) -> ResponseReturnValue:
    """Send the invitation again, to the address that is known now."""
    invitation = _load(event_id, invitation_id)
    try:
        send_again(database(), invitation, settings().pass_signing_key)
    except Refusal as refusal:
        return _render_one(invitation, refusal), refusal.status
    return _back_to(invitation, gettext("The invitation has been sent again."))


def _load(event_id: uuid.UUID, invitation_id: uuid.UUID) -> Invitation:
    return load_invitation(database(), load_event(database(), event_id).id, invitation_id)


def _back_to(invitation: Invitation, words: str) -> ResponseReturnValue:
    flash(words, "ok")
    address = url_for("invitations.show_one", event_id=invitation.event_id, invitation_id=invitation.id)
    return redirect(address, 303)


def _render_one(invitation: Invitation, refusal: Refusal | None, fault: str | None = None) -> str:
    event, candidate = invitation.event, invitation.candidate
    names = {one.employer_id: one.name for one in booked_employers(database(), event.id)}
    matrix = code_matrix(pass_text(settings().pass_signing_key, invitation.pass_content))
    return render_template(
        "invitations/one.html",
        event=event,
        here="candidates",
        invitation=invitation,
        candidate=candidate,
        fault=refusal.message if refusal else fault,
        reasons=REASONS,
        needs_paper=needs_paper(invitation),
        is_open=_is_open(event),
        can_answer=_is_open(event) and clock.now() < event.starts_at,
        wishes=[names[employer_id] for employer_id in invitation.wished_employers if employer_id in names],
        code=draw_path(matrix),
        modules=len(matrix),
    )
