"""The start page of the site: each to what is theirs."""

from flask import Blueprint, redirect
from flask.typing import ResponseReturnValue

from services.registration.events.pages import all_events
from shared.identity import Identity, current_identity
from shared.identity.duties import may
from shared.identity.links import find_own_page
from shared.web import database

blueprint = Blueprint("start", __name__)


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """The events for those who work on them; others go to their own page, and strangers sign in."""
    identity = current_identity()
    if may(identity, "see_events"):
        return all_events()
    return redirect(_own_page(identity) if identity else "/sign-in")


def _own_page(identity: Identity) -> str:
    if identity.kind == "staff":
        return "/staff" if may(identity, "administer") else "/account"
    if identity.kind == "interpreter":
        # Interpreters get their links from the sister service, which alone can look them up.
        return f"/scheduling/my/day/{identity.event_id}"
    return find_own_page(database(), identity.subject_id, identity.event_id) or "/help"
