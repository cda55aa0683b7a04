"""How staff get in: a password, then a code of the second factor."""

import hashlib
import uuid
from collections.abc import Sequence

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from services.registration.accounts.errors import CodeWrong, PasswordWrong, SignInFailed
from services.registration.accounts.models import Staff
from services.registration.accounts.passwords import (
    hash_password,
    is_outdated,
    password_fits,
    require_good_password,
)
from services.registration.accounts.rules import load_staff
from services.registration.accounts.second_factor import (
    is_sealed_with_old_key,
    matching_step,
    open_secret,
    seal_secret,
)
from services.registration.accounts.sessions import end_staff_sessions
from shared import clock
from shared.database import ACROSS_ORGANISATIONS, act_for
from shared.identity import Identity


def own_path(text: str | None) -> str:
    """`text` when it is a path of this site, else the start page: a sign-in sends nobody to another site."""
    plain = (text or "").isprintable() and "\\" not in (text or "")
    return text if text and plain and text.startswith("/") and not text.startswith("//") else "/"


def check_password(session: Session, email: str, password: str) -> Staff:
    """Whoever has this address and password. Raises SignInFailed, after the same work for an unknown address."""
    staff = session.scalar(
        select(Staff).where(func.lower(Staff.email) == func.lower(email.strip())),
        execution_options=ACROSS_ORGANISATIONS,
    )
    fits = password_fits(staff.password_hash if staff else None, password)
    if staff is None or not fits or staff.disabled_at is not None:
        raise SignInFailed
    act_for(session, staff.organisation_id)
    if is_outdated(staff.password_hash):
        staff.password_hash = hash_password(password)
    return staff


def password_mark(staff: Staff) -> str:
    """A word that changes with the password, and says nothing about it: the hash that it is made of is salted."""
    return hashlib.sha256(staff.password_hash.encode()).hexdigest()[:16]


def find_open_account(session: Session, staff_id: uuid.UUID) -> Staff | None:
    """The account that is half-way signing in, unless it was closed meanwhile."""
    staff = session.scalar(
        select(Staff).where(Staff.id == staff_id, Staff.disabled_at.is_(None)),
        execution_options=ACROSS_ORGANISATIONS,
    )
    if staff is not None:
        act_for(session, staff.organisation_id)
    return staff


def set_up_second_factor(session: Session, secret_keys: Sequence[str], staff: Staff, secret: str, code: str) -> None:
    """Keep the secret once the app shows its code. Raises CodeWrong, also when the factor is there already."""
    step = matching_step(secret, code, clock.now(), None)
    if step is None:
        raise CodeWrong
    kept = session.scalar(
        update(Staff)
        .where(Staff.id == staff.id, Staff.totp_secret.is_(None), Staff.disabled_at.is_(None))
        .values(totp_secret=seal_secret(secret_keys, secret), totp_last_step=step)
        .returning(Staff.id)
    )
    if kept is None:
        raise CodeWrong
    # The roles of this moment: an administrator may have taken some while we waited for the row.
    session.refresh(staff)


def use_code(session: Session, secret_keys: Sequence[str], staff: Staff, code: str) -> None:
    """Take a code of the second factor; it works once, also for two browsers at the same moment. Raises CodeWrong."""
    if staff.totp_secret is None:
        raise CodeWrong
    secret = open_secret(secret_keys, staff.totp_secret)
    step = matching_step(secret, code, clock.now(), staff.totp_last_step)
    if step is None:
        raise CodeWrong
    sealed = staff.totp_secret
    if is_sealed_with_old_key(secret_keys, sealed):
        sealed = seal_secret(secret_keys, secret)
    taken = session.scalar(
        update(Staff)
        .where(Staff.id == staff.id, Staff.disabled_at.is_(None))
        .where(or_(Staff.totp_last_step.is_(None), Staff.totp_last_step < step))
        .values(totp_last_step=step, totp_secret=sealed)
        .returning(Staff.id)
    )
    if taken is None:
        raise CodeWrong
    session.refresh(staff)


def change_password(session: Session, identity: Identity, present: str, password: str) -> None:
    """A new password, chosen by oneself; the other sessions end. Raises PasswordWrong and as set_password does."""
    staff = load_staff(session, identity.subject_id)
    if not password_fits(staff.password_hash, present):
        raise PasswordWrong
    require_good_password(password, staff.email)
    staff.password_hash = hash_password(password)
    end_staff_sessions(session, staff.id, spare=identity.session_id)
