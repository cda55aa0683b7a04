"""Invitations on paper, for people without e-mail: a page to print, each letter in the person's own language."""

import uuid
from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, ngettext
from markupsafe import Markup

from services.registration.accounts.models import Organisation
from services.registration.accounts.rules import load_organisation
from services.registration.events.rules import load_event
from services.registration.invitations.models import Invitation
from services.registration.invitations.rules import hand_out, list_invitations, needs_paper, pass_text
from services.registration.invitations.schemas import HandedOutSchema
from shared.forms import Form, read_form
from shared.identity import allow
from shared.identity.duties import INVITERS
from shared.qr import code_matrix
from shared.ui.qr import draw_path
from shared.web import database, settings

blueprint = Blueprint("letters", __name__)


@blueprint.get("/events/<uuid:event_id>/invitations/print")
@allow(*INVITERS)
def show(event_id: uuid.UUID) -> ResponseReturnValue:
    """The letters that wait to be handed out, or the one that is asked for."""
    event = load_event(database(), event_id)
    asked = request.args.get("invitation_id", "")
    every = list_invitations(database(), event.id)
    chosen = [one for one in every if (str(one.id) == asked if asked else needs_paper(one))]
    letters = write_letters(chosen) if event.state != "cancelled" else []
    waiting = [one.id for one in chosen if needs_paper(one)]
    return render_template(
        "invitations/print.html", event=event, here="candidates", letters=letters, waiting=waiting, form=Form()
    )


@blueprint.post("/events/<uuid:event_id>/invitations/print")
@allow(*INVITERS)
def mark_handed_out(event_id: uuid.UUID) -> ResponseReturnValue:
    """These letters were given to the people that they are for."""
    event = load_event(database(), event_id)
    form = read_form(HandedOutSchema(), request.form)
    wanted = set(form.data.get("invitation_ids", []))
    given = [one for one in list_invitations(database(), event.id) if one.id in wanted and needs_paper(one)]
    hand_out(database(), given)
    words = ngettext("%(num)s invitation has been handed out.", "%(num)s invitations have been handed out.", len(given))
    flash(words, "ok")
    return redirect(url_for("invitations.show_list", event_id=event.id), 303)


def write_letters(invitations: Sequence[Invitation]) -> list[Markup]:
    """A letter for each, in the language of the person."""
    if not invitations:
        return []
    organisation = load_organisation(database(), invitations[0].organisation_id)
    return [_write_letter(invitation, organisation) for invitation in invitations]


def _write_letter(invitation: Invitation, organisation: Organisation) -> Markup:
    matrix = code_matrix(pass_text(settings().pass_signing_key, invitation.pass_content))
    with force_locale(invitation.candidate.language):
        letter = render_template(
            "invitations/letter.html",
            invitation=invitation,
            candidate=invitation.candidate,
            event=invitation.event,
            organisation=organisation,
            code=draw_path(matrix),
            modules=len(matrix),
        )
    return Markup(letter)  # noqa: S704 - a rendered template of ours, escaped there
