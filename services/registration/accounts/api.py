"""The JSON API of accounts: staff for administrators, and the enrolment of a phone at the door."""

import uuid
from collections.abc import Sequence
from typing import Any

from flask import Flask
from flask_smorest import Blueprint

from services.registration.accounts import rules
from services.registration.accounts.devices import enrol_device
from services.registration.accounts.models import Staff
from services.registration.accounts.schemas import (
    ChangePasswordSchema,
    EnrolledSchema,
    EnrolSchema,
    NewPasswordSchema,
    NewStaffSchema,
    StaffAnswerSchema,
    StaffSchema,
)
from services.registration.accounts.sign_in import change_password
from shared.identity import Role, allow, require_identity
from shared.identity.sessions import STAFF_ROLES
from shared.limits import limiter
from shared.web import database

staff_blueprint = Blueprint("staff_api", __name__, url_prefix="/api/staff", description="Accounts of colleagues")
account_blueprint = Blueprint("account_api", __name__, url_prefix="/api/account", description="One's own account")
devices_blueprint = Blueprint("devices_api", __name__, url_prefix="/api/devices", description="Phones at the door")


@staff_blueprint.get("")
@allow(Role.ADMIN)
@staff_blueprint.response(200, StaffAnswerSchema(many=True))
def list_accounts() -> Sequence[Staff]:
    """Everybody with an account."""
    return rules.list_staff(database())


@staff_blueprint.post("")
@allow(Role.ADMIN)
@staff_blueprint.arguments(NewStaffSchema)
@staff_blueprint.response(201, StaffAnswerSchema)
def add_account(data: dict[str, Any]) -> Staff:
    """Make an account."""
    return rules.add_staff(database(), require_identity().organisation_id, **data)


@staff_blueprint.get("/<uuid:staff_id>")
@allow(Role.ADMIN)
@staff_blueprint.response(200, StaffAnswerSchema)
def show_account(staff_id: uuid.UUID) -> Staff:
    """One account."""
    return rules.load_staff(database(), staff_id)


@staff_blueprint.put("/<uuid:staff_id>")
@allow(Role.ADMIN)
@staff_blueprint.arguments(StaffSchema)
@staff_blueprint.response(200, StaffAnswerSchema)
def change_account(data: dict[str, Any], staff_id: uuid.UUID) -> Staff:
    """Another name, other roles."""
    staff = rules.load_staff(database(), staff_id)
    rules.change_staff(database(), require_identity().subject_id, staff, **data)
    return staff


@staff_blueprint.post("/<uuid:staff_id>/password")
@allow(Role.ADMIN)
@staff_blueprint.arguments(NewPasswordSchema)
@staff_blueprint.response(200, StaffAnswerSchema)
def set_password(data: dict[str, Any], staff_id: uuid.UUID) -> Staff:
    """A new password for somebody who forgot theirs."""
    staff = rules.load_staff(database(), staff_id)
    rules.set_password(database(), staff, data["password"])
    return staff


@staff_blueprint.delete("/<uuid:staff_id>/second-factor")
@allow(Role.ADMIN)
@staff_blueprint.response(200, StaffAnswerSchema)
def reset_second_factor(staff_id: uuid.UUID) -> Staff:
    """Let somebody set up the second factor anew."""
    staff = rules.load_staff(database(), staff_id)
    rules.reset_second_factor(database(), require_identity().subject_id, staff)
    return staff


@staff_blueprint.post("/<uuid:staff_id>/disable")
@allow(Role.ADMIN)
@staff_blueprint.response(200, StaffAnswerSchema)
def disable_account(staff_id: uuid.UUID) -> Staff:
    """Close an account and end its sessions."""
    staff = rules.load_staff(database(), staff_id)
    rules.disable_staff(database(), require_identity().subject_id, staff)
    return staff


@staff_blueprint.post("/<uuid:staff_id>/enable")
@allow(Role.ADMIN)
@staff_blueprint.response(200, StaffAnswerSchema)
def enable_account(staff_id: uuid.UUID) -> Staff:
    """Open a closed account again."""
    staff = rules.load_staff(database(), staff_id)
    rules.enable_staff(staff)
    return staff


@account_blueprint.get("")
@allow(*STAFF_ROLES)
@account_blueprint.response(200, StaffAnswerSchema)
def show_own_account() -> Staff:
    """Who is signed in."""
    return rules.load_staff(database(), require_identity().subject_id)


@account_blueprint.post("/password")
@allow(*STAFF_ROLES)
@limiter.limit("5 per minute; 20 per hour", deduct_when=lambda response: response.status_code >= 400)
@account_blueprint.arguments(ChangePasswordSchema)
@account_blueprint.response(204)
def change_own_password(data: dict[str, str]) -> None:
    """Another password; sessions on other devices end."""
    change_password(database(), require_identity(), data["present"], data["password"])


@devices_blueprint.post("/enrol")
@limiter.limit("20 per minute")
@devices_blueprint.arguments(EnrolSchema)
@devices_blueprint.response(200, EnrolledSchema)
def enrol(data: dict[str, str]) -> dict[str, Any]:
    """Exchange the code of the organiser's QR for a token, once."""
    device, token = enrol_device(database(), data["code"], data["name"])
    return {"token": token, "gate": device.gate, "event_id": device.event_id, "expires_at": device.expires_at}


@devices_blueprint.record_once
def _let_phones_enrol(state: Any) -> None:
    """A phone has no cookie that another site could abuse, and no page of ours open that is fresh enough."""
    app: Flask = state.app
    app.extensions["csrf"].exempt(f"{enrol.__module__}.{enrol.__name__}")
