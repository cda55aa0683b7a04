"""Texts of messages: the default, what an organisation says in its place, and what to know about both."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from flask_babel import LazyString, lazy_gettext
from jinja2 import meta
from sqlalchemy.orm import Session

from services.notifications.messages.catalogue import TEXTS, WORDS, Template
from services.notifications.texts.check import check_text, tidy
from services.notifications.texts.errors import TextUnknown
from services.notifications.wording.diff import Row, compare
from services.notifications.wording.models import OwnText
from services.notifications.wording.rules import (
    Writer,
    find_own_text,
    find_own_texts,
    restore_default,
    save_own_text,
)
from services.notifications.wording.source import make_environment
from shared.i18n import LANGUAGES


@dataclass(frozen=True)
class Text:
    """One text of a message in one language, as it is for an organisation."""

    template: Template
    language: str
    default: str
    """the source of the file"""
    own: OwnText | None = None
    """the organisation's row, also when it went back to the default"""

    @property
    def is_own(self) -> bool:
        """Does the organisation say something else than the default?"""
        return self.own is not None and self.own.source is not None

    @property
    def source(self) -> str:
        """What is sent."""
        return (self.own.source if self.own else None) or self.default

    @property
    def version(self) -> int:
        """What an editor must name to save; 0 when nobody ever changed it."""
        return self.own.version if self.own else 0

    @property
    def is_broken(self) -> bool:
        """Could the own wording not be sent, so that the default went in its place?"""
        return self.is_own and self.own is not None and self.own.broken_at is not None

    @property
    def changes(self) -> list[Row]:
        """From the default to what is sent."""
        return compare(self.default, self.source)

    @property
    def default_changes(self) -> list[Row]:
        """What changed in the default since the own wording was written; empty when nothing did."""
        before = self.own.default_source if self.own else None
        return compare(before, self.default) if before is not None and before != self.default else []


def list_texts(session: Session) -> list[tuple[Template, dict[str, Text]]]:
    """Every message with its texts by language. One query."""
    own = find_own_texts(session)
    return [
        (one, {code: Text(one, code, default_source(name, code), own.get((name, code))) for code in LANGUAGES})
        for name, one in TEXTS.items()
    ]


def load_text(session: Session, name: str, language: str) -> Text:
    """One text. Raises TextUnknown."""
    if name not in TEXTS or language not in LANGUAGES:
        raise TextUnknown
    return Text(TEXTS[name], language, default_source(name, language), find_own_text(session, name, language))


def save_text(session: Session, text: Text, source: str, version: int, writer: Writer) -> OwnText:
    """Say this from now on. Raises TextRefused, TextIsDefault or TextChangedMeanwhile."""
    name, tidied = text.template.name, tidy(source)
    if tidied == text.default:
        return restore_default(session, name, text.language, version, writer)
    check_text(name, text.language, tidied)
    return save_own_text(session, name, text.language, tidied, text.default, version, writer)


def take_back(session: Session, text: Text, version: int, writer: Writer) -> OwnText:
    """Say the default again. Raises TextIsDefault or TextChangedMeanwhile."""
    return restore_default(session, text.template.name, text.language, version, writer)


def find_hints(text: Text, source: str, languages: Mapping[str, Text]) -> list[str | LazyString]:
    """What a writer may want to know though nothing is wrong. `source` is in order."""
    environment = make_environment()
    asked = {which: meta.find_undeclared_variables(environment.parse(one))
             for which, one in (("default", text.default), ("own", source))}  # fmt: skip
    hints: list[str | LazyString] = []
    if unused := sorted(asked["default"] - asked["own"] - {"moved", "in_calendar", "has_pass"}):
        hints.append(lazy_gettext("The default also says: %(names)s. Your text does not.", names=", ".join(unused)))
    others = [LANGUAGES[code] for code, other in languages.items() if code != text.language and not other.is_own]
    if others and tidy(source) != text.default:
        names = ", ".join(others)
        hints.append(lazy_gettext("In these languages the default is still sent: %(names)s.", names=names))
    return hints


def languages_of(session: Session, name: str) -> dict[str, Text]:
    """The texts of one message by language. One query."""
    own = find_own_texts(session)
    return {code: Text(TEXTS[name], code, default_source(name, code), own.get((name, code))) for code in LANGUAGES}


@cache
def default_source(name: str, language: str) -> str:
    """What the file of a text says."""
    return (WORDS / name / f"{language}.txt").read_text(encoding="utf-8").strip()
