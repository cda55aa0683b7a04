"""What makes a good password, and how it is kept."""

import unicodedata

import pytest
from argon2 import PasswordHasher

from services.registration.accounts.errors import PasswordIsAddress, PasswordTooLong, PasswordTooShort
from services.registration.accounts.passwords import (
    hash_password,
    is_outdated,
    password_fits,
    require_good_password,
)


@pytest.mark.parametrize("password", ["x" * 12, "vier groene fietsen", "чотири велосипеди", "x" * 200])
def test_good_passwords(password: str) -> None:
    require_good_password(password, "anna@werkregio.example")


@pytest.mark.parametrize("password", ["", "elf tekens.", "     x     "])
def test_short_password(password: str) -> None:
    with pytest.raises(PasswordTooShort) as refused:
        require_good_password(password, "anna@werkregio.example")
    assert "12" in refused.value.message


def test_long_password() -> None:
    with pytest.raises(PasswordTooLong):
        require_good_password("x" * 201, "anna@werkregio.example")


@pytest.mark.parametrize("password", ["anna@werkregio.example", "ANNA@Werkregio.example", " anna@werkregio.example "])
def test_address_as_password(password: str) -> None:
    with pytest.raises(PasswordIsAddress):
        require_good_password(password, "anna@werkregio.example")


def test_hash_fits_its_password_and_no_other() -> None:
    kept = hash_password("vier groene fietsen")
    assert "fietsen" not in kept
    assert password_fits(kept, "vier groene fietsen")
    assert not password_fits(kept, "vier groene fietsen ")
    assert not password_fits(kept, "")


def test_password_with_accents_typed_in_two_ways() -> None:
    kept = hash_password(unicodedata.normalize("NFD", "één café in Zürich"))
    assert password_fits(kept, unicodedata.normalize("NFC", "één café in Zürich"))


def test_nothing_fits_where_nothing_is_kept() -> None:
    assert not password_fits(None, "vier groene fietsen")


def test_damaged_hash_fits_nothing() -> None:
    assert not password_fits("no hash at all", "vier groene fietsen")


def test_hash_with_fewer_passes_is_outdated() -> None:
    assert is_outdated(PasswordHasher(time_cost=1).hash("vier groene fietsen"))
    assert not is_outdated(hash_password("vier groene fietsen"))
