"""One word or number as an answer, in the languages that we write in."""

import unicodedata

LONGEST = 40
"""Characters; whoever writes more says more than yes or no."""
WORDS = {
    "accepted": frozenset({"1", "ja", "yes", "так", "да", "tak", "da"}),
    "declined": frozenset({"2", "nee", "no", "ні", "нет", "ni", "net", "niet"}),
}


def read_short_answer(text: str) -> str | None:
    """accepted or declined for a text that is nothing but that: "1", " Ja.", "НІ!"; None for everything else."""
    if len(text) > LONGEST:
        return None
    folded = unicodedata.normalize("NFKC", text).casefold()
    bare = "".join(letter for letter in folded if not _is_decoration(letter)).strip()
    return next((answer for answer, words in WORDS.items() if bare in words), None)


def _is_decoration(letter: str) -> bool:
    """Signs, marks such as those that make a 1 a picture of a 1, and what cannot be seen."""
    return not letter.isspace() and unicodedata.category(letter)[0] in "PSMC"
