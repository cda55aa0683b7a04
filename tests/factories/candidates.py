"""Builds candidates through the use cases of the room; invented people."""

from typing import Any

from sqlalchemy.orm import Session

from services.registration.candidates.models import Candidate
from services.registration.candidates.rules import Profile, add_candidate
from tests.factories.events import make_organisation

PEOPLE = (
    ("Оксана Гриценко", "uk", ("care", "cleaning"), 28),
    ("Микола Бондаренко", "uk", ("engineering",), 36),
    ("Андрій Поліщук", "uk", ("engineering", "logistics"), 40),
    ("Галина Мороз", "uk", ("green",), 32),
    ("Вікторія Ткаченко", "ru", ("hospitality",), 20),
    ("Наталья Чернышёва", "ru", ("care", "childcare"), 24),
    ("Юлія Їжакевич-Ґалаґан", "uk", ("office", "it"), 32),
    ("Siobhán O'Brien", "en", ("retail",), 16),
    ("李 文", "en", ("food", "hospitality"), 40),
)


def make_candidate(session: Session, name: str = "Оксана Гриценко", language: str = "uk", **facts: Any) -> Candidate:
    """A candidate; without an e-mail address unless one is given."""
    make_organisation(session)
    return add_candidate(session, Profile(name, language, **facts))


def make_candidates(session: Session, count: int, **facts: Any) -> list[Candidate]:
    """That many different people, each with an address of their own unless told otherwise."""
    made = []
    for index in range(count):
        name, language, sectors, hours = PEOPLE[index % len(PEOPLE)]
        turn = index // len(PEOPLE)
        of_this_one = {
            "email": f"candidate{index}@example.org",
            "languages": {language: "C2", "nl": "A2"},
            "sectors": sectors,
            "hours": hours,
            **facts,
        }
        made.append(make_candidate(session, f"{name} {turn}" if turn else name, language, **of_this_one))
    return made
