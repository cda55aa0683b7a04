"""Company names: when two are the same, and when one is probably a misspelling of the other."""

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher

LEGAL_FORMS = frozenset({"bv", "nv", "vof", "cv", "ua", "gmbh", "ltd", "llc", "inc"})
ALIKE = 0.86
"""From this share of equal letters on, two names are pointed out as one (measured on the names in the tests)."""
LONGEST_KEY = 400
"""What a key keeps: compatibility forms can make a name many times longer than people wrote it."""


def name_key(name: str) -> str:
    """The name without case, punctuation and legal form: 'Jansen B.V.' and 'JANSEN bv' have one key."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    # 'B.V.' is one word; any other punctuation parts words.
    words = re.sub(r"[^\w\s]|_", " ", re.sub(r"(?<=\b\w)\.(?=\w\b|\s|$)", "", plain)).split()
    while len(words) > 1 and words[-1] in LEGAL_FORMS:
        words.pop()
    return (" ".join(words) or plain.strip())[:LONGEST_KEY]


def find_alike(name: str, known: Iterable[str]) -> list[str]:
    """Those of the known names that are probably the same company, the likeliest first, three at most."""
    wanted = _bare(name)
    scored = [(_likeness(wanted, _bare(other)), other) for other in known]
    return [other for score, other in sorted(scored, key=lambda pair: -pair[0]) if score >= ALIKE][:3]


def _bare(name: str) -> str:
    """Words without the marks above and below letters, which people leave out."""
    parts = unicodedata.normalize("NFKD", name_key(name))
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def _likeness(one: str, other: str) -> float:
    """1 for the same letters or a name within the other, else the share of letters that agree in order."""
    if one.replace(" ", "") == other.replace(" ", ""):
        return 1.0
    short, long = sorted((set(one.split()), set(other.split())), key=len)
    if len(short) > 1 and short <= long:
        return 1.0
    compared = SequenceMatcher(None, one, other, autojunk=False)
    # The cheap upper bounds first: an organisation can know thousands of employers.
    if compared.real_quick_ratio() < ALIKE or compared.quick_ratio() < ALIKE:
        return 0.0
    return compared.ratio()
