"""What an SMS costs: its alphabet, its segments (3GPP TS 23.038 §6.2.1, TS 23.040 §9.2.3.24.1), and saying less.

A text in the default alphabet fits 160 letters in one segment, or 153 in each of several; one letter outside it, such
as a Cyrillic one, and the whole text is UCS-2 with 70, or 67.
"""

import re

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")
"""Letters behind an escape: they take two places."""
MOST_SEGMENTS = 4
"""In the longest SMS that we send: 612 letters, or 268 in Cyrillic."""
PLAINER = {
    "‘": "'", "’": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "–": "-", "—": "-", "−": "-", "‑": "-",
    "…": "...", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "·": "-", "•": "-", "\t": " ",
}  # fmt: skip
"""Typographic signs that a telephone shows as well in their plain form. Letters of names stay as they are."""
_LINK = re.compile(r"https?://\S+")


def count_segments(text: str) -> int:
    """How many segments the text takes; 0 for none."""
    length, one, several = _measure(text)
    return 0 if not length else 1 if length <= one else -(-length // several)


def fit_text(text: str, most: int = MOST_SEGMENTS) -> str:
    """The text in plain signs, shortened to `most` segments where it is longer. Its last link stays whole."""
    plain = plain_text(text)
    if count_segments(plain) <= most:
        return plain
    links = _LINK.findall(plain)
    link = links[-1] if links else ""
    said = plain[: plain.rindex(link)].rstrip(" :") if link else plain
    return _longest(said, f" {link}" if link else "", most)


def plain_text(text: str) -> str:
    """The text on one line, with plain signs in the place of typographic ones."""
    return " ".join("".join(PLAINER.get(letter, letter) for letter in text).split())


def _longest(said: str, end: str, most: int) -> str:
    """As many whole words as fit before the end. Words only grow the text, so that halving finds their number."""
    words = said.split(" ")
    few, many = 0, len(words)
    while few < many:
        middle = (few + many + 1) // 2
        if count_segments(_cut(words, middle) + end) <= most:
            few = middle
        else:
            many = middle - 1
    return (_cut(words, few) + end).strip()


def _cut(words: list[str], count: int) -> str:
    return " ".join(words[:count]) + "..." if count else ""


def _measure(text: str) -> tuple[int, int, int]:
    """The text's length in its alphabet, and how much fits one segment and each of several."""
    if all(letter in BASIC or letter in EXTENDED for letter in text):
        return len(text) + sum(letter in EXTENDED for letter in text), 160, 153
    return len(text.encode("utf-16-be")) // 2, 70, 67
