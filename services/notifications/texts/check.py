"""Can this be sent to somebody? A source is tried with sample data: with all of it, and with as little as can be."""

import re
from typing import Any

from flask_babel import LazyString, lazy_gettext
from jinja2 import UndefinedError, meta

from services.notifications.channels.sms.segments import MOST_SEGMENTS, count_segments, plain_text
from services.notifications.messages.catalogue import TEXTS, Template
from services.notifications.messages.samples import MAILBOX, SAMPLE_LINK, SENDER, sample_values
from services.notifications.texts.errors import TextRefused
from services.notifications.wording.grammar import UNSEEN, check_values, read_tree
from services.notifications.wording.mistakes import WordsRefused
from services.notifications.wording.own import put_own_into_words
from services.notifications.wording.source import Button, PassPicture, Wording, make_environment

LONGEST_SUBJECT = 100
"""characters with sample data; a phone shows some 40"""
REQUIRED_LISTS = ("stops", "blocks")
"""Values that are what the message is for."""


def tidy(source: str) -> str:
    """The source without what cannot be seen: control characters, marks that turn the writing direction, odd ends."""
    lines = UNSEEN.sub("", source.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def check_text(name: str, language: str, source: str) -> Wording:
    """What the source says with sample data. Raises TextRefused with the first thing that is wrong."""
    template = TEXTS[name]
    full, sparse = (sample_values(name, SENDER, MAILBOX, sparse=sparse) for sparse in (False, True))
    try:
        tree = read_tree(make_environment(), source, template.headed)
        check_values(tree, full)
        words = put_own_into_words(source, language, full, template.headed)
        for values in (sparse, *_between(full)):
            put_own_into_words(source, language, values, template.headed)
    except WordsRefused as fault:
        raise TextRefused(said=fault.mistake.sentence) from fault
    except UndefinedError as fault:
        raise TextRefused(said=_say_undefined(fault)) from fault
    except Exception as fault:
        # Filters raise whatever dates and names make of a wrong value; which one says nothing to the writer.
        raise TextRefused(said=_UNFITTING) from fault
    _check_required(template, words, meta.find_undeclared_variables(tree))
    return words


_UNFITTING = lazy_gettext(
    "One of the values is used in a way that does not fit, such as a name where a date belongs. Compare with the list."
)


def _between(full: dict[str, Any]) -> list[dict[str, Any]]:
    """Samples that lie between everything and nothing: somebody who declines, a move of the time alone."""
    return [
        {**full, **change}
        for change in (
            {"answer": "declined", "has_pass": False} if "answer" in full else {},
            {"moved": {"day": False, "time": True, "when": True, "place": False}},
            {"moved": {"day": False, "time": False, "when": False, "place": True}},
        )
        if change
    ]


def _say_undefined(fault: UndefinedError) -> str | LazyString:
    found = re.search(r"'([\w.]+)' is undefined|no (?:attribute|element) '?([\w.]+)", str(fault))
    name = next(filter(None, found.groups()), "…") if found else "…"
    sentence: str | LazyString = lazy_gettext(
        "The value “%(name)s” is not always there. Put what needs it between {%% if %(name)s is defined %%} "
        "and {%% endif %%}, and items of a list between {%% if … %%} and {%% endif %%}.",
        name=name,
    )
    return sentence


def _check_required(template: Template, words: Wording, named: set[str]) -> None:
    """The parts without which the message would not do what it is for."""
    if not template.headed and any(isinstance(block, PassPicture) for block in words.blocks):
        raise TextRefused(said=lazy_gettext("The QR code has no place below a message."))
    if "link" in template.carries and not any(_leads_to_link(block) for block in words.blocks):
        raise TextRefused(said=lazy_gettext("The button with the link is missing: [Words on the button]({{ link }})"))
    if "pass" in template.carries and not any(isinstance(block, PassPicture) for block in words.blocks):
        raise TextRefused(said=lazy_gettext("The QR code is missing: ![QR code for the entrance](pass)"))
    if words.short and "link" in template.carries and SAMPLE_LINK not in words.short:
        raise TextRefused(said=lazy_gettext("Line 2: the text message needs {{ link }}."))
    if count_segments(plain_text(words.short)) > MOST_SEGMENTS:
        sentence = lazy_gettext(
            "Line 2: the text message is too long: filled in, it takes more than %(most)s messages.", most=MOST_SEGMENTS
        )
        raise TextRefused(said=sentence)
    for wanted in {value.rstrip("?") for value in template.values}.intersection(REQUIRED_LISTS) - named:
        raise TextRefused(said=lazy_gettext("The list “%(name)s” is missing: it is what this message is for.",
                                            name=wanted))  # fmt: skip
    if len(words.subject) > LONGEST_SUBJECT:
        raise TextRefused(said=lazy_gettext("The subject is longer than %(most)s characters when it is filled in.",
                                            most=LONGEST_SUBJECT))  # fmt: skip


def _leads_to_link(block: object) -> bool:
    return isinstance(block, Button) and block.address == SAMPLE_LINK
