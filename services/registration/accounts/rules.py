"""Organisations and their staff. How staff get in stands in `sign_in.py`; devices live in `devices.py`."""

import uuid
from collections.abc import Collection, Sequence

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.registration.accounts.devices import read_device
from services.registration.accounts.errors import (
    AddressTaken,
    AddressUnreadable,
    LastAdministrator,
    OrganisationNameTaken,
    OwnAccess,
    RoleUnknown,
    StaffUnknown,
)
from services.registration.accounts.models import Organisation, Staff
from services.registration.accounts.passwords import hash_password, require_good_password
from services.registration.accounts.sessions import end_staff_sessions
from shared import clock
from shared.events import OrganisationChanged
from shared.identity import Role
from shared.identity.sessions import STAFF_ROLES
from shared.outbox import record

__all__ = ["read_device"]


# ── organisations ─────────────────────────────────────────────────────────────────────────────────────────────


def add_organisation(session: Session, name: str, mailbox: str) -> Organisation:
    """A new labour-market region; the other services are told. Raises OrganisationNameTaken, AddressUnreadable."""
    if session.scalar(select(Organisation.id).where(Organisation.name == name)) is not None:
        raise OrganisationNameTaken
    organisation = Organisation(
        id=uuid.uuid4(), name=name, mailbox=read_address(mailbox), version=1, created_at=clock.now()
    )
    session.add(organisation)
    session.flush()
    record(session, OrganisationChanged(organisation.id, organisation.version, name, organisation.mailbox))
    return organisation


def load_organisation(session: Session, organisation_id: uuid.UUID) -> Organisation:
    """The organisation; every identity and every row names one that is there."""
    return session.get_one(Organisation, organisation_id)


def find_organisation(session: Session, name: str) -> Organisation | None:
    """The organisation with this name, if there is one."""
    return session.scalar(select(Organisation).where(Organisation.name == name))


# ── staff ─────────────────────────────────────────────────────────────────────────────────────────────────────


def add_staff(
    session: Session,
    organisation_id: uuid.UUID,
    email: str,
    name: str,
    roles: Collection[str],
    password: str,
    language: str = "nl",
) -> Staff:
    """An account. Raises AddressUnreadable, AddressTaken, RoleUnknown, and what require_good_password raises."""
    address = read_address(email)
    require_good_password(password, address)
    staff = Staff(
        organisation_id=organisation_id,
        email=address,
        name=name,
        roles=read_roles(roles),
        language=language,
        password_hash=hash_password(password),
        created_at=clock.now(),
    )
    try:
        with session.begin_nested():
            session.add(staff)
    except IntegrityError as fault:
        if "uq_staff_email" not in str(fault.orig):
            raise
        raise AddressTaken from None
    return staff


def read_address(text: str) -> str:
    """The e-mail address as it is kept. Raises AddressUnreadable."""
    try:
        # Letters outside ASCII before the @ (RFC 6531) would reach nobody: our channel writes to no such mailbox.
        return validate_email(text.strip(), check_deliverability=False, allow_smtputf8=False).normalized
    except EmailNotValidError:
        raise AddressUnreadable from None


def read_roles(roles: Collection[str]) -> list[str]:
    """The roles in a fixed order, each once. Raises RoleUnknown for none and for one that staff cannot have."""
    wanted = {str(role) for role in roles}
    if not wanted or not wanted <= STAFF_ROLES:
        raise RoleUnknown
    return [str(role) for role in Role if role in wanted]


def list_staff(session: Session) -> Sequence[Staff]:
    """Everybody with an account in the organisation, by name."""
    found = session.scalars(select(Staff)).all()
    return sorted(found, key=lambda staff: (staff.disabled_at is not None, staff.name.casefold(), staff.email))


def load_staff(session: Session, staff_id: uuid.UUID) -> Staff:
    """Somebody of the organisation. Raises StaffUnknown."""
    staff = session.scalar(select(Staff).where(Staff.id == staff_id))
    if staff is None:
        raise StaffUnknown
    return staff


def change_staff(session: Session, actor_id: uuid.UUID, staff: Staff, name: str, roles: Collection[str]) -> None:
    """Another name or other roles; with other roles the person signs in anew. Raises OwnAccess, LastAdministrator."""
    wanted = read_roles(roles)
    if Role.ADMIN in staff.roles and Role.ADMIN not in wanted:
        _require_others_in_charge(session, actor_id, staff)
    staff.name = name
    if wanted != staff.roles:
        staff.roles = wanted
        end_staff_sessions(session, staff.id)


def disable_staff(session: Session, actor_id: uuid.UUID, staff: Staff) -> None:
    """Close the account and end its sessions at once. Raises OwnAccess, LastAdministrator."""
    _require_others_in_charge(session, actor_id, staff)
    staff.disabled_at = staff.disabled_at or clock.now()
    end_staff_sessions(session, staff.id)


def enable_staff(staff: Staff) -> None:
    """Open a closed account again, with the password and second factor that it had."""
    staff.disabled_at = None


def reset_second_factor(session: Session, actor_id: uuid.UUID, staff: Staff) -> None:
    """The person lost the phone: the next sign-in sets it up anew. Raises OwnAccess."""
    if staff.id == actor_id:
        raise OwnAccess
    staff.totp_secret, staff.totp_last_step = None, None
    end_staff_sessions(session, staff.id)


def set_password(session: Session, staff: Staff, password: str) -> None:
    """A new password, chosen by an administrator; open sessions end. Raises as require_good_password does."""
    require_good_password(password, staff.email)
    staff.password_hash = hash_password(password)
    end_staff_sessions(session, staff.id)


def _require_others_in_charge(session: Session, actor_id: uuid.UUID, staff: Staff) -> None:
    if staff.id == actor_id:
        raise OwnAccess
    # Two administrators who close each other's account at the same moment wait for each other here.
    session.execute(
        select(Organisation.id).where(Organisation.id == staff.organisation_id).with_for_update(key_share=True)
    )
    others = select(func.count()).select_from(Staff).where(Staff.id != staff.id, Staff.disabled_at.is_(None))
    if not session.scalar(others.where(Staff.roles.contains([str(Role.ADMIN)]))):
        raise LastAdministrator
