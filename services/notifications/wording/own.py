"""An organisation's own source in words: checked, bounded, and never more than words."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from flask_babel import lazy_gettext
from jinja2 import Template

from services.notifications.wording.grammar import read_tree
from services.notifications.wording.mistakes import TOO_DEEP, Mistake, WordsRefused
from services.notifications.wording.source import Button, PassPicture, Wording, clean, make_environment, read_source

MOST_WRITTEN = 50_000
"""characters that a text may grow to when its values are filled in"""
SAFE = ("https://", "http://")


def put_own_into_words(source: str, language: str, values: Mapping[str, Any], headed: bool = True) -> Wording:
    """What `source` says with these values (see `source.put_into_words`). `headed`: it has a subject.

    Raises WordsRefused, or what jinja2 and a filter raise when a value is missing or of another kind.
    """
    written, length = [], 0
    for piece in _compile(source, headed).generate(**clean(dict(values)), language=language):
        length += len(piece)
        if length > MOST_WRITTEN:
            raise WordsRefused(Mistake(0, lazy_gettext("The message becomes too long when it is filled in.")))
        written.append(piece)
    words = read_source("".join(written))
    _check_words(words, headed)
    return words


def _check_words(words: Wording, headed: bool) -> None:
    """A mail has a subject, its buttons lead to pages and not to programs (`javascript:`), its picture has words."""
    if headed and not words.subject:
        raise WordsRefused(Mistake(1, lazy_gettext("The subject is empty when the message is filled in.")))
    for block in words.blocks:
        if isinstance(block, Button) and not block.address.startswith(SAFE):
            sentence = lazy_gettext("A button must lead to {{ link }} or to an address that begins with https://.")
            raise WordsRefused(Mistake(0, sentence))
        if isinstance(block, PassPicture) and not block.words.strip():
            # Who cannot see it hears these words; without them no PDF of the letter is made (PDF/UA-1 §7.3).
            sentence = lazy_gettext("The QR code needs words: ![QR code for the entrance](pass)")
            raise WordsRefused(Mistake(0, sentence))


@lru_cache(maxsize=512)
def _compile(source: str, headed: bool) -> Template:
    environment = make_environment()
    read_tree(environment, source, headed)
    try:
        return environment.from_string(source)
    except (SyntaxError, RecursionError, MemoryError) as fault:
        # Python's own compiler has limits of its own for what is nested.
        raise WordsRefused(TOO_DEEP) from fault
