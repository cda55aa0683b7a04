"""Pages to get in and out: sign-in in two steps, sign-out, one's own account, help. Links: shared/identity."""

import uuid
from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_limiter.util import get_remote_address

from services.registration.accounts import sign_in as getting_in
from services.registration.accounts.known_browsers import account_mark, find_browser, remember_browser
from services.registration.accounts.models import Staff
from services.registration.accounts.rules import load_organisation, load_staff
from services.registration.accounts.schemas import ChangePasswordSchema, CodeSchema, SignInSchema
from services.registration.accounts.second_factor import new_secret, open_secret, seal_secret, setup_address
from services.registration.accounts.sessions import remember_session, sign_out
from shared import clock
from shared.errors import Refusal
from shared.forms import Form, read_form
from shared.i18n import COOKIE, remember_language
from shared.identity import allow, current_identity, require_identity, start_session
from shared.identity.sessions import STAFF_ROLES, read_identities
from shared.limits import limiter
from shared.qr import code_matrix
from shared.ui.qr import draw_path
from shared.web import database, settings

blueprint = Blueprint("accounts", __name__)
SESSION_LASTS = timedelta(hours=12)
HALF_WAY_LASTS = timedelta(minutes=10)
HALF_WAY = "sign_in"


def _failed(response: Any) -> bool:
    """A try that failed. One that was turned away unread is none: it would use up what others share."""
    return bool(response.status_code >= 400 and response.status_code != 429)


def _address_and_account() -> str:
    return f"{get_remote_address()} {account_mark(request.form.get('email', ''))}"


def _account_or_its_browser() -> str:
    """All strangers who try an account together, wherever they are; a browser that it was used on before apart."""
    typed = request.form.get("email", "")
    known = find_browser(settings().secret_keys, typed)
    return f"browser {known}" if known else f"account {account_mark(typed)}"


def _account_half_way() -> str:
    return str(session.get(HALF_WAY, {}).get("staff") or get_remote_address())


# ── signing in ────────────────────────────────────────────────────────────────────────────────────────────────


@blueprint.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    """The first step: address and password."""
    identity = current_identity()
    wanted = getting_in.own_path(request.args.get("next"))
    if identity is not None and identity.kind == "staff":
        return redirect(wanted)
    return render_template("accounts/sign_in.html", form=Form({"next": wanted}))


@blueprint.post("/sign-in")
@limiter.limit("5 per minute; 30 per hour", key_func=_address_and_account, deduct_when=_failed)
@limiter.limit("20 per 10 minutes", key_func=_account_or_its_browser, deduct_when=_failed)
@limiter.limit("30 per minute; 200 per hour", deduct_when=_failed)
@limiter.limit("120 per minute")
def send_password() -> ResponseReturnValue:
    """To the second step when address and password belong together."""
    form = read_form(SignInSchema(), request.form)
    try:
        if form:
            staff = getting_in.check_password(database(), form.data["email"], form.data["password"])
            return _go_half_way(staff, form.data["next"])
    except Refusal as refusal:
        form.refuse(refusal)
    return render_template("accounts/sign_in.html", form=form), 422


def _go_half_way(staff: Staff, wanted: str) -> ResponseReturnValue:
    until = int((clock.now() + HALF_WAY_LASTS).timestamp())
    session[HALF_WAY] = {
        "staff": staff.id.hex,
        "mark": getting_in.password_mark(staff),
        "until": until,
        "next": getting_in.own_path(wanted),
    }
    return redirect("/sign-in/code" if staff.totp_secret else "/sign-in/second-factor", 303)


def _staff_half_way() -> Staff | None:
    """Who gave the right password on this browser in the last minutes, unless it was changed since."""
    half_way = session.get(HALF_WAY)
    if not half_way or half_way["until"] < clock.now().timestamp():
        return None
    staff = getting_in.find_open_account(database(), uuid.UUID(half_way["staff"]))
    return staff if staff and half_way.get("mark") == getting_in.password_mark(staff) else None


@blueprint.get("/sign-in/code")
def code() -> ResponseReturnValue:
    """The second step: the code of this moment."""
    staff = _staff_half_way()
    if staff is None or staff.totp_secret is None:
        return redirect("/sign-in")
    return render_template("accounts/code.html", form=Form())


@blueprint.post("/sign-in/code")
@limiter.limit("5 per minute; 20 per hour", key_func=_account_half_way, deduct_when=_failed)
@limiter.limit("120 per minute")
def send_code() -> ResponseReturnValue:
    """Signed in when the code is right."""
    staff = _staff_half_way()
    if staff is None:
        return _begin_again()
    form = read_form(CodeSchema(), request.form)
    try:
        if form:
            getting_in.use_code(database(), settings().secret_keys, staff, form.data["code"])
            return _let_in(staff)
    except Refusal as refusal:
        form.refuse(refusal)
    return render_template("accounts/code.html", form=form), 422


@blueprint.get("/sign-in/second-factor")
def second_factor() -> ResponseReturnValue:
    """The first sign-in: set up the second factor with an app."""
    staff = _staff_half_way()
    if staff is None or staff.totp_secret is not None:
        return redirect("/sign-in")
    return _show_second_factor(staff, Form())


@blueprint.post("/sign-in/second-factor")
@limiter.limit("10 per minute; 60 per hour", key_func=_account_half_way, deduct_when=_failed)
@limiter.limit("120 per minute")
def set_up_second_factor() -> ResponseReturnValue:
    """Signed in when the app shows the right code."""
    staff = _staff_half_way()
    if staff is None or staff.totp_secret is not None:
        return _begin_again()
    form = read_form(CodeSchema(), request.form)
    try:
        if form:
            getting_in.set_up_second_factor(
                database(), settings().secret_keys, staff, _secret_half_way(), form.data["code"]
            )
            return _let_in(staff)
    except Refusal as refusal:
        form.refuse(refusal)
    return _show_second_factor(staff, form), 422


def _show_second_factor(staff: Staff, form: Form) -> str:
    secret = _secret_half_way()
    organisation = load_organisation(database(), staff.organisation_id)
    matrix = code_matrix(setup_address(secret, staff.email, organisation.name))
    in_fours = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
    return render_template(
        "accounts/second_factor.html", form=form, secret=in_fours, code_path=draw_path(matrix), code_size=len(matrix)
    )


def _secret_half_way() -> str:
    """The secret that this browser is being shown; sealed, since the cookie is signed and not encrypted."""
    half_way = session[HALF_WAY]
    if "secret" not in half_way:
        session[HALF_WAY] = {**half_way, "secret": seal_secret(settings().secret_keys, new_secret())}
    return open_secret(settings().secret_keys, session[HALF_WAY]["secret"])


def _begin_again() -> ResponseReturnValue:
    flash(gettext("That took a while, so we ask for your password once more."), "info")
    return redirect("/sign-in", 303)


def _let_in(staff: Staff) -> ResponseReturnValue:
    half_way = session.pop(HALF_WAY)
    organisation = load_organisation(database(), staff.organisation_id)
    identity = start_session(
        "staff", staff.id, organisation.id, organisation.name, staff.name, staff.roles, SESSION_LASTS
    )
    remember_session(database(), identity)
    response = make_response(redirect(getting_in.own_path(half_way["next"]), 303))
    remember_browser(response, settings().secret_keys, staff.email, settings().secure_cookies)
    return response if COOKIE in request.cookies else remember_language(response, staff.language)


@blueprint.post("/sign-out")
def end() -> ResponseReturnValue:
    """End every session that this browser holds: who signs out wants to leave nothing behind."""
    for identity in read_identities(database()).values():
        sign_out(database(), identity)
    session.clear()
    flash(gettext("You are signed out."), "ok")
    return redirect("/sign-in", 303)


# ── one's own account, help ──────────────────────────────────────────────────────────────────────────────────


@blueprint.get("/account")
@allow(*STAFF_ROLES)
def account() -> ResponseReturnValue:
    """One's own account."""
    return _show_account(Form())


@blueprint.post("/account/password")
@allow(*STAFF_ROLES)
@limiter.limit("5 per minute; 20 per hour", deduct_when=_failed)
def change_password() -> ResponseReturnValue:
    """Another password for one's own account."""
    form, identity = read_form(ChangePasswordSchema(), request.form), require_identity()
    try:
        if form:
            getting_in.change_password(database(), identity, form.data["present"], form.data["password"])
            flash(gettext("Your password has changed. On other devices you sign in again."), "ok")
            return redirect("/account", 303)
    except Refusal as refusal:
        form.refuse(refusal)
    return _show_account(form), 422


def _show_account(form: Form) -> str:
    return render_template(
        "accounts/account.html", form=form, staff=load_staff(database(), require_identity().subject_id)
    )


@blueprint.get("/help")
def show_help() -> ResponseReturnValue:
    """What to do when something does not work."""
    identity = current_identity()
    organisation = load_organisation(database(), identity.organisation_id) if identity else None
    return render_template("accounts/help.html", organisation=organisation)
