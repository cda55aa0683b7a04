"""The second factor: codes of six digits from an app (TOTP, RFC 6238), each of which works once."""

import base64
import hmac
from collections.abc import Sequence
from datetime import datetime

import pyotp
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from services.registration.accounts.errors import SecondFactorUnreadable

STEP_SECONDS = 30
PURPOSE = b"handdruk second factor"


def new_secret() -> str:
    """A secret of 160 bits in base32, as apps take it (RFC 4226 §4)."""
    return pyotp.random_base32(32)


def setup_address(secret: str, email: str, organisation_name: str) -> str:
    """The otpauth address that apps read from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=f"Handdruk {organisation_name}")


def matching_step(secret: str, code: str, moment: datetime, last_step: int | None) -> int | None:
    """The time step whose code this is: the present one or a neighbour, and later than `last_step`; else None."""
    typed = "".join(code.split())
    present = int(moment.timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    for step in (present - 1, present, present + 1):
        if (last_step is None or step > last_step) and _same(typed, totp.generate_otp(step)):
            return step
    return None


def seal_secret(secret_keys: Sequence[str], secret: str) -> str:
    """The secret, encrypted with a key that is derived from the first of the secret keys."""
    return _box(secret_keys).encrypt(secret.encode()).decode()


def open_secret(secret_keys: Sequence[str], sealed: str) -> str:
    """The secret again, whichever of the keys sealed it. Raises SecondFactorUnreadable."""
    try:
        return _box(secret_keys).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise SecondFactorUnreadable from None


def is_sealed_with_old_key(secret_keys: Sequence[str], sealed: str) -> bool:
    """Whether the first of the keys does not open it, so that it should be sealed anew."""
    try:
        _box(secret_keys[:1]).decrypt(sealed.encode())
    except InvalidToken:
        return True
    return False


def _box(secret_keys: Sequence[str]) -> MultiFernet:
    return MultiFernet([Fernet(_derive(key)) for key in secret_keys])


def _derive(secret_key: str) -> bytes:
    """A Fernet key that grows from a secret key and is good for nothing else (HKDF, RFC 5869)."""
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret_key.encode())
    return base64.urlsafe_b64encode(derived)


def _same(typed: str, code: str) -> bool:
    return hmac.compare_digest(typed.encode(), code.encode())
