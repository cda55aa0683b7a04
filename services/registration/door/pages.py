"""Pages of the door: the scanner, the phones of an event, and who came in, live."""

import uuid
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.registration.accounts.devices import list_devices, load_device, revoke_device
from services.registration.accounts.models import Device
from services.registration.door import rules
from services.registration.door.schemas import NewDeviceSchema
from services.registration.door.words import scanner_words
from services.registration.events.models import Event
from services.registration.events.rules import load_event
from shared import clock
from shared.errors import NotFound, Refusal
from shared.forms import Form, read_form
from shared.identity import allow
from shared.identity.duties import DOOR_KEEPERS
from shared.qr import code_matrix
from shared.ui.qr import draw_path
from shared.web import asset, database, settings

blueprint = Blueprint("door", __name__)
SHOWN_CODES = "door_codes"
MOST_SHOWN_CODES = 5


# ── the scanner ───────────────────────────────────────────────────────────────────────────────────────────────


@blueprint.get("/door")
def scanner() -> ResponseReturnValue:
    """The scanner. The page itself knows nobody: what it may see comes with the phone's token."""
    g.needs_wasm = True
    return render_template("door/scanner.html", words=scanner_words())


@blueprint.get("/door/sw.js")
def service_worker() -> ResponseReturnValue:
    """The script that lets the scanner open without a connection; it may look after /door and nothing else."""
    built = settings().static_folder / asset("door-sw.js").removeprefix("/static/")
    if not built.exists():
        raise NotFound
    answer = Response(built.read_bytes(), mimetype="text/javascript")
    answer.headers["Service-Worker-Allowed"] = "/door"
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@blueprint.get("/door/app.webmanifest")
def manifest() -> ResponseReturnValue:
    """What a phone needs to put the scanner on its home screen."""
    answer = {
        "id": "/door",
        "name": gettext("Handdruk door"),
        "short_name": gettext("Door"),
        "start_url": "/door",
        "scope": "/door",
        "display": "standalone",
        "background_color": "#10161d",
        "theme_color": "#10161d",
        "icons": [{"src": asset("icon.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    return answer, 200, {"Content-Type": "application/manifest+json"}


# ── phones ────────────────────────────────────────────────────────────────────────────────────────────────────


@blueprint.get("/events/<uuid:event_id>/devices")
@allow(*DOOR_KEEPERS)
def devices(event_id: uuid.UUID) -> ResponseReturnValue:
    """The phones of the event, and a form for one more."""
    return _show_devices(load_event(database(), event_id), Form())


@blueprint.post("/events/<uuid:event_id>/devices")
@allow(*DOOR_KEEPERS)
def prepare(event_id: uuid.UUID) -> ResponseReturnValue:
    """Make a place for a phone and show the code that enrols it."""
    event = load_event(database(), event_id)
    form = read_form(NewDeviceSchema(), request.form)
    try:
        if form:
            device, code = rules.prepare_device(database(), event, form.data["gate"])
            _remember_code(device, code)
            return redirect(f"/events/{event.id}/devices/{device.id}", 303)
    except Refusal as refusal:
        form.refuse(refusal)
    return _show_devices(event, form), 422


@blueprint.get("/events/<uuid:event_id>/devices/<uuid:device_id>")
@allow(*DOOR_KEEPERS)
def show_code(event_id: uuid.UUID, device_id: uuid.UUID) -> ResponseReturnValue:
    """The QR code for the phone, for as long as it works."""
    event = load_event(database(), event_id)
    return render_template("door/device.html", event=event, **_code(event_id, device_id))


@blueprint.get("/events/<uuid:event_id>/devices/<uuid:device_id>/code")
@allow(*DOOR_KEEPERS)
def code_now(event_id: uuid.UUID, device_id: uuid.UUID) -> ResponseReturnValue:
    """The same, as a piece of the page that asks for itself until the phone is in."""
    facts = _code(event_id, device_id)
    if facts["waiting"] and "seen" in request.args:
        return "", 204
    return render_template("door/code.html", **facts)


@blueprint.post("/events/<uuid:event_id>/devices/<uuid:device_id>/revoke")
@allow(*DOOR_KEEPERS)
def revoke(event_id: uuid.UUID, device_id: uuid.UUID) -> ResponseReturnValue:
    """Let a phone in no more."""
    device = load_device(database(), event_id, device_id)
    revoke_device(device)
    flash(gettext("The phone at %(gate)s can scan no more.", gate=device.gate), "ok")
    return redirect(f"/events/{event_id}/devices", 303)


def _show_devices(event: Event, form: Form) -> str:
    phones = list_devices(database(), event.id)
    return render_template(
        "door/devices.html", event=event, form=form, phones=phones, states={one.id: _state(one) for one in phones}
    )


def _state(device: Device) -> str:
    if device.revoked_at is not None:
        return "revoked"
    if device.expires_at <= clock.now():
        return "over"
    if device.enrolled_at is not None:
        return "enrolled"
    return "waiting" if device.code_expires_at and device.code_expires_at > clock.now() else "lapsed"


def _remember_code(device: Device, code: str) -> None:
    """Keep the code in the cookie of whoever made it: the database has a hash only, and the page may be reloaded."""
    shown = [*session.get(SHOWN_CODES, {}).items()][-MOST_SHOWN_CODES + 1 :]
    session[SHOWN_CODES] = {**dict(shown), device.id.hex: code}


def _code(event_id: uuid.UUID, device_id: uuid.UUID) -> dict[str, Any]:
    device = load_device(database(), event_id, device_id)
    code = session.get(SHOWN_CODES, {}).get(device.id.hex)
    waiting = code is not None and _state(device) == "waiting"
    facts: dict[str, Any] = {"event_id": event_id, "device": device, "waiting": waiting, "state": _state(device)}
    if waiting:
        matrix = code_matrix(f"{settings().base_url}/door#{code}")
        facts |= {"code_path": draw_path(matrix), "code_size": len(matrix)}
    return facts


# ── who came in ───────────────────────────────────────────────────────────────────────────────────────────────


@blueprint.get("/events/<uuid:event_id>/arrivals")
@allow(*DOOR_KEEPERS)
def arrivals(event_id: uuid.UUID) -> ResponseReturnValue:
    """Who came in so far; the figures move by themselves."""
    event = load_event(database(), event_id)
    return render_template("door/arrivals.html", event=event, **_arrivals(event))


@blueprint.get("/events/<uuid:event_id>/arrivals/now")
@allow(*DOOR_KEEPERS)
def arrivals_now(event_id: uuid.UUID) -> ResponseReturnValue:
    """The same as a piece of a page, also of the overview; nothing while nobody came in since `seen`."""
    event = load_event(database(), event_id)
    counts = rules.arrival_counts(database(), event.id)
    if request.args.get("seen") == f"{counts.inside}-{counts.expected}":
        return "", 204
    return render_template("door/arrivals_now.html", event=event, **_arrivals(event))


def _arrivals(event: Event) -> dict[str, Any]:
    return {
        "counts": rules.arrival_counts(database(), event.id),
        "latest": rules.latest_arrivals(database(), event.id),
        "line": rules.arrivals_over_time(database(), event),
    }
