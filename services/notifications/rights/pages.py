"""The page below every message, without signing in: why do I get this, and what do I want to receive.

Opening it changes nothing: mail scanners follow links. What changes something is sent as a form; the mail program's own
button sends `List-Unsubscribe=One-Click` and has no cookie (RFC 8058 §3.1).
"""

from typing import Any, cast

from flask import Blueprint, Flask, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, gettext, lazy_gettext, refresh

from services.notifications.channels.registry import make_channels
from services.notifications.messages.models import Message
from services.notifications.people.links import read_about_token
from services.notifications.people.rules import Wanted
from services.notifications.rights.causes import cause_of
from services.notifications.rights.errors import MessageLinkInvalid
from services.notifications.rights.rules import (
    account_for,
    choose_wishes,
    close_address,
    open_address,
    open_message,
    unsubscribe,
)
from services.notifications.rights.schemas import WishesSchema
from shared.errors import Refusal
from shared.forms import Form, read_form
from shared.i18n import COOKIE, LANGUAGES
from shared.identity.link_pages import explain_dead_link
from shared.limits import limiter
from shared.web import database, settings

blueprint = Blueprint("about", __name__, url_prefix="/about")
ONE_CLICK = "One-Click"


@blueprint.errorhandler(MessageLinkInvalid)
def _explain(refusal: MessageLinkInvalid) -> ResponseReturnValue:
    return explain_dead_link(), refusal.status


@blueprint.get("/<token>")
@blueprint.get("/<token>/unsubscribe", endpoint="show_unsubscribe")
@limiter.limit("120 per minute")
def show(token: str) -> ResponseReturnValue:
    """Why somebody gets a message, and what they can choose."""
    return _page(token, _open(token))


@blueprint.post("/<token>")
@limiter.limit("30 per minute")
def save(token: str) -> ResponseReturnValue:
    """Keep what the reader chose."""
    message, form = _open(token), read_form(WishesSchema(), request.form)
    if not form:
        return _page(token, message, form), 422
    wanted = cast(Wanted, form.data)
    try:
        choose_wishes(database(), message, wanted, make_channels(settings()))
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(token, message, form), refusal.status
    flash(gettext("Your choice is saved. You can change it at any time, with the link below any message."), "ok")
    return redirect(url_for("about.show", token=token), 303)


@blueprint.post("/<token>/unsubscribe")
@limiter.limit("600 per minute")
def unsubscribe_by_one_click(token: str) -> ResponseReturnValue:
    """What a mail program sends for its reader: no invitations and reminders any more."""
    message = _open(token)
    if request.form.get("List-Unsubscribe") != ONE_CLICK:
        return _page(token, message), 400
    unsubscribe(database(), message)
    return Response(gettext("You get no invitations and reminders any more."), mimetype="text/plain")


@blueprint.post("/<token>/not-for-me")
@limiter.limit("10 per minute")
def stop_everything(token: str) -> ResponseReturnValue:
    """Nothing goes to this address any more."""
    return _change_address(token, close_address, lazy_gettext("We do not write to this address any more."))


@blueprint.post("/<token>/write-again")
@limiter.limit("10 per minute")
def write_again(token: str) -> ResponseReturnValue:
    """The reader takes back that nothing goes to this address."""
    return _change_address(token, open_address, lazy_gettext("We write to this address again."))


def _change_address(token: str, change: Any, done: LazyString) -> ResponseReturnValue:
    """`done` is worded once the message says in which language."""
    message = _open(token)
    try:
        change(database(), message)
    except Refusal as refusal:
        return _page(token, message, refused=refusal.message), refusal.status
    flash(str(done), "ok")
    return redirect(url_for("about.show", token=token), 303)


def _open(token: str) -> Message:
    """The message, and the page in its reader's language unless another was chosen on this browser."""
    message = open_message(database(), read_about_token(settings(), token))
    if request.cookies.get(COOKIE) not in LANGUAGES and message.language in LANGUAGES:
        g.language = message.language
        refresh()
    return message


def _page(token: str, message: Message, form: Form | None = None, refused: str = "") -> str:
    account = account_for(database(), message, make_channels(settings()))
    chosen = {
        "channel": account.channel or "",
        "language": account.language,
        "only_essential": "true" if account.only_essential else "",
    }
    return render_template(
        "rights/about.html",
        token=token,
        account=account,
        causes=[cause_of(name, account.event_name) for name in account.templates],
        form=Form(chosen) if form is None else form,
        refused=refused,
        all_languages=list(LANGUAGES.items()),
    )


@blueprint.record_once
def _let_mail_programs_in(state: Any) -> None:
    """A mail program has no cookie that another site could abuse: the token in the address is all there is."""
    app: Flask = state.app
    view = unsubscribe_by_one_click
    app.extensions["csrf"].exempt(f"{view.__module__}.{view.__name__}")
