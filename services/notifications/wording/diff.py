"""What differs between two sources: lines with a sign in front, and inside a changed line the words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

SAME, GONE, NEW = " ", "−", "+"
MOST_WORDS = 300
"""in a line, for its words to be compared: comparing takes the square of their number"""
_WORD = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True)
class Piece:
    """Part of a line; `changed` when the other line does not have it."""

    text: str
    changed: bool = False


@dataclass(frozen=True)
class Row:
    """One line of the difference. `number` is the line's own in its source, from 1."""

    sign: str
    number: int
    pieces: tuple[Piece, ...]


def compare(before: str, after: str) -> list[Row]:
    """All lines of both, in order; those only in `before` with a minus, those only in `after` with a plus."""
    old, new = before.strip().split("\n"), after.strip().split("\n")
    rows: list[Row] = []
    for kind, i, i_end, j, j_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            rows.extend(Row(SAME, j + k + 1, (Piece(line),)) for k, line in enumerate(new[j:j_end]))
        else:
            rows.extend(_changed(old[i:i_end], new[j:j_end], i + 1, j + 1))
    return rows


def _changed(old: list[str], new: list[str], old_first: int, new_first: int) -> Iterator[Row]:
    """Lines that gave way to others: the nth old one is compared with the nth new one, word by word."""
    pairs = [_compare_words(one, other) for one, other in zip(old, new, strict=False)]
    whole_old = [(Piece(line, True),) for line in old[len(pairs) :]]
    whole_new = [(Piece(line, True),) for line in new[len(pairs) :]]
    for number, pieces in enumerate([*(pair[0] for pair in pairs), *whole_old], old_first):
        yield Row(GONE, number, pieces)
    for number, pieces in enumerate([*(pair[1] for pair in pairs), *whole_new], new_first):
        yield Row(NEW, number, pieces)


def _compare_words(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    one, other = _WORD.findall(old), _WORD.findall(new)
    if max(len(one), len(other)) > MOST_WORDS:
        return (Piece(old, True),), (Piece(new, True),)
    gone: list[Piece] = []
    come: list[Piece] = []
    for kind, i, i_end, j, j_end in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        changed = kind != "equal"
        if i < i_end:
            gone.append(Piece("".join(one[i:i_end]), changed))
        if j < j_end:
            come.append(Piece("".join(other[j:j_end]), changed))
    return tuple(gone), tuple(come)
