"""Codes of the second factor as decisions, and the secret at rest."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from services.registration.accounts.errors import SecondFactorUnreadable
from services.registration.accounts.second_factor import (
    is_sealed_with_old_key,
    matching_step,
    new_secret,
    open_secret,
    seal_secret,
    setup_address,
)

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
MOMENT = datetime(2026, 12, 10, 12, 0, 5, tzinfo=UTC)
STEP = int(MOMENT.timestamp()) // 30
KEYS = ("the first key, of more than 32 letters", "the second key, of more than 32 letters")


def code_at(step: int) -> str:
    return pyotp.TOTP(SECRET).generate_otp(step)


def test_code_of_an_example_in_the_standard() -> None:
    # RFC 6238, appendix B, the first row for SHA-1, shortened to six digits.
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert matching_step(secret, "287082", datetime.fromtimestamp(59, UTC), None) == 1


@pytest.mark.parametrize("offset", [-1, 0, 1])
def test_codes_of_this_moment_and_its_neighbours(offset: int) -> None:
    assert matching_step(SECRET, code_at(STEP + offset), MOMENT, None) == STEP + offset


@pytest.mark.parametrize("offset", [-2, 2])
def test_codes_of_other_moments(offset: int) -> None:
    assert matching_step(SECRET, code_at(STEP + offset), MOMENT, None) is None


def test_code_with_a_space_in_the_middle() -> None:
    code = code_at(STEP)
    assert matching_step(SECRET, f" {code[:3]} {code[3:]}", MOMENT, None) == STEP


@pytest.mark.parametrize("typed", ["", "12345", "шість цифр", "١٢٣٤٥٦", "0" * 20])
def test_what_is_no_code(typed: str) -> None:
    assert matching_step(SECRET, typed, MOMENT, None) is None


def test_code_works_once() -> None:
    assert matching_step(SECRET, code_at(STEP), MOMENT, STEP) is None
    assert matching_step(SECRET, code_at(STEP - 1), MOMENT, STEP) is None
    assert matching_step(SECRET, code_at(STEP + 1), MOMENT + timedelta(seconds=30), STEP) == STEP + 1


def test_sealed_secret_opens_with_any_of_the_keys() -> None:
    sealed = seal_secret(KEYS[1:], SECRET)
    assert SECRET not in sealed
    assert open_secret(KEYS, sealed) == SECRET
    assert is_sealed_with_old_key(KEYS, sealed)
    assert not is_sealed_with_old_key(KEYS, seal_secret(KEYS, SECRET))


def test_sealed_secret_without_its_key() -> None:
    with pytest.raises(SecondFactorUnreadable):
        open_secret(KEYS[:1], seal_secret(KEYS[1:], SECRET))


def test_setup_address_names_person_and_region() -> None:
    read = pyotp.parse_uri(setup_address(SECRET, "o'brien@werkregio.example", "Werkregio Rijn & Vecht"))
    assert isinstance(read, pyotp.TOTP)
    assert (read.secret, read.name) == (SECRET, "o'brien@werkregio.example")
    assert read.issuer == "Handdruk Werkregio Rijn & Vecht"


def test_secrets_differ_and_have_160_bits() -> None:
    assert new_secret() != new_secret()
    assert len(new_secret()) * 5 >= 160
