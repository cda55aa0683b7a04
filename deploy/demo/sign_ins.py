"""Who can sign in to the demo. The password and the second factor follow from the installation's own secret key.

So they are the same at every start, stand nowhere, and are known to nobody who cannot read the settings anyway.
"""

import base64
import hmac
from dataclasses import dataclass

import pyotp
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.registration.accounts.models import Staff
from services.registration.accounts.rules import add_staff
from services.registration.accounts.second_factor import STEP_SECONDS, seal_secret
from shared import clock
from shared.database import ACROSS_ORGANISATIONS, acting_for
from shared.identity import Role
from shared.settings import Settings


@dataclass(frozen=True)
class SignIn:
    """An account of the demo."""

    email: str
    name: str
    roles: tuple[Role, ...]
    what: str


SIGN_INS = (
    SignIn("organiser@handdruk.example", "Saskia de Wit", (Role.ORGANISER,), "plans and leads the events"),
    SignIn("desk@handdruk.example", "Yusuf Demir", (Role.DESK,), "enters candidates and invites them"),
    SignIn("admin@handdruk.example", "Ruth Adeyemi", (Role.ADMIN, Role.ORGANISER), "manages accounts as well"),
)


def add_sign_ins(session: Session, settings: Settings) -> None:
    """Make the accounts, their second factor already set up."""
    secret, password = second_factor_secret(settings), demo_password(settings)
    for one in SIGN_INS:
        roles = [str(role) for role in one.roles]
        staff = add_staff(session, acting_for(session), one.email, one.name, roles, password)
        staff.totp_secret = seal_secret(settings.secret_keys, secret)


def demo_password(settings: Settings) -> str:
    """The one password of all demo accounts: four groups of four letters and digits, 80 bits."""
    letters = base64.b32encode(_derive(settings, b"demo password")[:10]).decode().lower()
    return "-".join(letters[start : start + 4] for start in range(0, 16, 4))


def second_factor_secret(settings: Settings) -> str:
    """The secret of all demo accounts' second factors, in base32 as an app takes it."""
    return base64.b32encode(_derive(settings, b"demo second factor")[:20]).decode()


def present_code(session: Session, settings: Settings, email: str) -> str | None:
    """A code that this account can sign in with now; None when it is no account of the demo.

    A code works once: when that of this half-minute was used, it is the next one, which counts already.
    """
    staff = session.scalar(
        select(Staff).where(func.lower(Staff.email) == email.lower()).execution_options(**ACROSS_ORGANISATIONS)
    )
    if staff is None or email.lower() not in {one.email for one in SIGN_INS}:
        return None
    present = int(clock.now().timestamp()) // STEP_SECONDS
    step = present if staff.totp_last_step is None else max(present, staff.totp_last_step + 1)
    return pyotp.TOTP(second_factor_secret(settings)).generate_otp(step)


def _derive(settings: Settings, purpose: bytes) -> bytes:
    return hmac.digest(settings.secret_keys[0].encode(), purpose, "sha256")
