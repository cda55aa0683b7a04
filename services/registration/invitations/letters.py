"""An invitation as a sheet of paper at the desk, in the person's own language.

What waits to be printed for people whom only paper reaches is in notifications; this is for somebody who stands here.
"""

import uuid

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from markupsafe import Markup

from services.registration.accounts.models import Organisation
from services.registration.accounts.rules import load_organisation
from services.registration.events.rules import load_event
from services.registration.invitations.models import Invitation
from services.registration.invitations.rules import load_invitation, pass_text
from shared.identity import allow
from shared.identity.duties import INVITERS
from shared.qr import code_matrix
from shared.ui.qr import draw_path
from shared.web import database, settings

blueprint = Blueprint("letters", __name__)


@blueprint.get("/events/<uuid:event_id>/invitations/<uuid:invitation_id>/letter")
@allow(*INVITERS)
def show(event_id: uuid.UUID, invitation_id: uuid.UUID) -> ResponseReturnValue:
    """The invitation to be printed by the browser; nothing for an event that was cancelled."""
    event = load_event(database(), event_id)
    invitation = load_invitation(database(), event.id, invitation_id)
    organisation = load_organisation(database(), event.organisation_id)
    letter = _write_letter(invitation, organisation) if event.state != "cancelled" else None
    return render_template(
        "invitations/print.html", event=event, here="candidates", invitation=invitation, letter=letter
    )


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
