"""STOP and START, in the languages that we write in, as people type them."""

import unicodedata
from typing import Literal

STOP = frozenset({"stop", "stopall", "unsubscribe", "stoppen", "afmelden", "стоп", "відписатися", "отписаться"})
START = frozenset({"start", "unstop", "aanmelden", "старт", "підписатися", "подписаться"})
LONGEST = 30


def read_wish(text: str) -> Literal["stop", "start"] | None:
    """Does a text say nothing but that it wants no SMS any more, or wants them again?"""
    if len(text) > LONGEST:
        return None
    folded = unicodedata.normalize("NFKC", text).casefold()
    word = "".join(letter for letter in folded if letter.isalpha())
    return "stop" if word in STOP else "start" if word in START else None
