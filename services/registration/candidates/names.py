"""How a name is read here: in Latin letters, and how lists sort and search names."""

import re
import unicodedata

from iuliia import ICAO_DOC_9303
from iuliia.schema import TranslitSchema

UKRAINIAN_LETTERS = frozenset("іїєґІЇЄҐ")
RUSSIAN_LETTERS = frozenset("ыэёъЫЭЁЪ")
CYRILLIC = re.compile(r"[А-яЁёІіЇїЄєҐґ]")
INNER_APOSTROPHE = re.compile(r"(?<=[А-яІіЇїЄєҐґ])['’ʼ`](?=[А-яІіЇїЄєҐґ])")

WORD = re.compile(r"\w+")

UKRAINIAN_LATIN = {
    "а": "a", "б": "b", "в": "v", "г": "h", "ґ": "g", "д": "d", "е": "e", "є": "ie", "ж": "zh", "з": "z", "и": "y",
    "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s",
    "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "iu", "я": "ia",
    "ь": "",
}  # fmt: skip
UKRAINIAN_PASSPORT = TranslitSchema(
    name="uk_passport",
    description="Resolution no. 55 of the Cabinet of Ministers of Ukraine, 27 January 2010",
    mapping=UKRAINIAN_LATIN,
    # At the start of a word; and зг is zgh, so that it is not read as ж (zh).
    prev_mapping={"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya", "зг": "gh"},
)
RUSSIAN_PASSPORT = ICAO_DOC_9303
"""As in Russian passports since 2013 (ICAO Doc 9303)."""


def readable_name(name: str, language: str = "uk") -> str:
    """The name in Latin letters as a passport has it; what is not Cyrillic stays as it is.

    Letters that only one language has decide on the scheme; where there are none, the person's `language` does.
    """
    if not CYRILLIC.search(name):
        return name
    without = INNER_APOSTROPHE.sub("", unicodedata.normalize("NFC", name))
    scheme = RUSSIAN_PASSPORT if _is_russian(name, language) else UKRAINIAN_PASSPORT
    return WORD.sub(lambda word: _in_its_case(word[0], str(scheme.translate(word[0]))), without)


def sort_name(name: str, readable: str) -> str:
    """Both names as lists sort and search them: small letters, no accents, the readable name first."""
    # The tab comes before every letter and space, so that the shorter of two readable names sorts first.
    return f"{plain(readable)}\t{plain(name)}"


def plain(text: str) -> str:
    """Small letters without accents, spaces single; й and ї keep their marks, being letters of their own."""
    pieces = unicodedata.normalize("NFD", " ".join(text.split()).casefold())
    kept = (c for i, c in enumerate(pieces) if not unicodedata.combining(c) or CYRILLIC.match(pieces[i - 1]))
    return unicodedata.normalize("NFC", "".join(kept))


def _in_its_case(word: str, translated: str) -> str:
    """A word in capitals stays one: ЩЕРБАК is SHCHERBAK, not ShchERBAK."""
    return translated.upper() if len(word) > 1 and word.isupper() else translated


def _is_russian(name: str, language: str) -> bool:
    letters = frozenset(name)
    if letters & UKRAINIAN_LETTERS:
        return False
    return bool(letters & RUSSIAN_LETTERS) or language == "ru"
