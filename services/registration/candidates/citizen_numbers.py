"""Finding a Dutch citizen number (burgerservicenummer) in free text, so that it is never stored."""

import re

TELEPHONE = re.compile(r"(?:\+|\b00)\d[\d .\-]*")
NINE_DIGITS = re.compile(r"(?<!\d)(?=((?:\d[ .\-]?){8}\d)(?!\d))")
EIGHT_DIGITS = re.compile(r"(?<!\d)(\d{8})(?!\d)")
WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)


def has_citizen_number(text: str) -> bool:
    """True when the text holds nine digits (or eight, written together) that pass the eleven-test."""
    rest = TELEPHONE.sub("+", text)
    found = [match[1] for pattern in (NINE_DIGITS, EIGHT_DIGITS) for match in pattern.finditer(rest)]
    return any(passes_eleven_test(digits) for digits in found)


def passes_eleven_test(text: str) -> bool:
    """Whether the weighted sum of the digits is a multiple of eleven, as in every citizen number; 0 does not count."""
    digits = [int(character) for character in text if character.isdecimal()]
    padded = [0] * (len(WEIGHTS) - len(digits)) + digits
    return any(padded) and sum(weight * digit for weight, digit in zip(WEIGHTS, padded, strict=True)) % 11 == 0
