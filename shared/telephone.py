"""Telephone numbers as people type them, kept in one form."""

import phonenumbers

HOME = "NL"
"""The country of a number without country code."""


def read_telephone(typed: str) -> str | None:
    """The number as E.164 (ITU-T); None when nobody can be called on it."""
    try:
        number = phonenumbers.parse(typed, HOME)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
