"""Where calendars fetch entries, and where people get, renew and end the address for that."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.notifications.calendar.feeds import (
    PURPOSE,
    feed_address,
    find_feed,
    open_feed,
    renew_feed,
    stop_feed,
    write_feed,
)
from services.notifications.events.rules import find_organisation
from shared.identity.own_calendar import read_own_calendar
from shared.identity.signed_ids import read_signed_id
from shared.limits import limiter
from shared.web import database, settings

blueprint = Blueprint("calendar", __name__)


def _feed_of_request() -> str:
    """What a calendar is counted by: thousands fetch from one address of their provider. The token itself is secret.

    By what the token opens, since one and the same can be spelt in many ways.
    """
    feed_id = read_signed_id(settings().secret_keys, PURPOSE, (request.view_args or {}).get("token", ""))
    return f"feed:{feed_id}" if feed_id else f"no feed:{request.remote_addr}"


@blueprint.get("/calendar/<token>.ics")
@limiter.limit("1200 per minute")
@limiter.limit("60 per hour", key_func=_feed_of_request)
def feed(token: str) -> ResponseReturnValue:
    """A person's entries, for their calendar to fetch: no sign-in, the address is the key."""
    file = write_feed(database(), settings(), open_feed(database(), settings().secret_keys, token))
    answer = Response(file.content, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'inline; filename="handdruk.ics"'
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.add_etag()
    answer.last_modified = file.changed_at
    return answer.make_conditional(request)


@blueprint.route("/my/calendar/<token>", methods=["GET", "POST"])
@limiter.limit("120 per minute")
def own(token: str) -> ResponseReturnValue:
    """Somebody's calendar address: make one, another one, or none."""
    owner = read_own_calendar(settings().secret_keys, token)
    if request.method == "POST":
        if request.form.get("do") == "stop":
            stop_feed(database(), owner)
            flash(gettext("The calendar address is switched off."), "ok")
        else:
            renew_feed(database(), owner)
            flash(gettext("Your calendar address is ready."), "ok")
        return redirect(url_for("calendar.own", token=token), 303)
    live = find_feed(database(), owner)
    address = feed_address(settings(), live) if live else ""
    scheme, _, rest = address.partition("://")
    return render_template(
        "calendar/own.html",
        organisation=find_organisation(database(), owner.organisation_id),
        address=address,
        webcal=f"webcal://{rest}" if scheme else "",
    )
