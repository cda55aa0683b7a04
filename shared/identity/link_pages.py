"""Opening a personal link: the same in every service that issues links."""

from flask import Blueprint, Response, current_app, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, get_locale, gettext

from shared import clock
from shared.i18n import LANGUAGES, remember_language
from shared.identity.links import SESSION_LASTS, LinkInvalid, open_link
from shared.identity.sessions import start_session
from shared.limits import limiter


def links_blueprint() -> Blueprint:
    """`/l/<token>`."""
    blueprint = Blueprint("links", __name__)
    blueprint.add_url_rule("/l/<token>", view_func=limiter.limit("120 per minute")(open_personal_link))
    return blueprint


def open_personal_link(token: str) -> ResponseReturnValue:
    """Let somebody in by a personal link, in the link's language, and on to the page that it is for."""
    try:
        link = open_link(g.database, current_app.extensions["handdruk"].settings.secret_keys, token)
    except LinkInvalid as refusal:
        return explain_dead_link(), refusal.status
    start_session(
        link.kind,
        link.person_id,
        link.organisation_id,
        link.organisation_name,
        link.person_name,
        [link.kind],
        min(link.expires_at - clock.now(), SESSION_LASTS),
        link.event_id,
        link.id,
    )
    # Below the gateway a service has an address of its own in front: /scheduling.
    response = redirect(request.script_root + link.path, 303, Response=Response)
    assert isinstance(response, Response)
    return remember_language(response, link.language)


def explain_dead_link() -> str:
    """A page in every language, that of the browser first: whoever holds a dead link may read any of them."""
    explanations, likely = [], str(get_locale())
    for language, name in sorted(LANGUAGES.items(), key=lambda one: one[0] != likely):
        with force_locale(language):
            explanations.append(
                {
                    "language": language,
                    "name": name,
                    "title": gettext("This link does not work any more"),
                    "steps": [
                        gettext("Open the newest message that we sent you, and use the link in it."),
                        gettext("Is the link broken over two lines? Copy all of it."),
                        gettext("Still nothing? Answer the message: the organiser sends you a new link."),
                    ],
                }
            )
    return render_template("ui/link_invalid.html", explanations=explanations)
