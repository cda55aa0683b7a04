"""Yes and no by text message: understood in four languages, counted once, and never guessed."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from services.notifications.inbox.models import IncomingMail
from services.notifications.inbox.reading.short_answers import read_short_answer
from services.notifications.inbox.rules import take_short_answer
from shared import clock
from shared.events import EventFacts, MessageAnswered
from tests.factories import incoming
from tests.factories.notifications import facts, person, send_message, tell, tell_cancelled
from tests.service_under_test import ServiceUnderTest

MOBILE = "+31612345678"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        *(
            (text, "accepted")
            for text in ("1", " 1. ", "Ja", "JA!", "yes", "Так", "да", "1\ufe0f\u20e3", "(1)", "ja 👍")
        ),
        *((text, "declined") for text in ("2", "nee", "No.", "ні", "НЕТ", "2)")),
        *((text, None) for text in ("", "12", "ja maar", "1 2", "3", "nee hoor, toch wel", "1" * 100, "👍")),
    ],
)
def test_a_word_is_yes_or_no_or_for_a_person(text: str, answer: str | None) -> None:
    assert read_short_answer(text) == answer


def _asked(service: ServiceUnderTest, event: EventFacts | None = None) -> uuid.UUID:
    """A candidate with this number was invited; who it is."""
    command = send_message(event or tell(service, facts()), person=person(mobile=MOBILE))
    service.deliver(command)
    incoming.mark_sent(service, command.message_id)
    return command.person.id


def _text(service: ServiceUnderTest, text: str, provider_id: str = "SM1") -> str:
    with service.app.app_context(), service.sessions.begin() as session:
        return take_short_answer(session, MOBILE, text, provider_id, clock.now())


def _told(service: ServiceUnderTest) -> list[tuple[uuid.UUID, str]]:
    return [(one.person_id, one.answer) for one in service.outbox(MessageAnswered)]


def test_a_word_to_the_one_open_question_answers_it_once(notifications: ServiceUnderTest) -> None:
    person_id = _asked(notifications)
    assert [_text(notifications, "Так!"), _text(notifications, "Так!")] == ["answered", "known"]
    assert _told(notifications) == [(person_id, "accepted")]
    assert [item.state for item in incoming.items(notifications)] == ["noted"]


def test_two_people_on_one_number_are_for_a_person(notifications: ServiceUnderTest) -> None:
    event = tell(notifications, facts())
    _asked(notifications, event)
    _asked(notifications, event)
    assert _text(notifications, "1") == "shown"
    assert _told(notifications) == []
    assert [(item.reason, item.suggestion) for item in incoming.items(notifications)] == [
        ("several_questions", "accepted")
    ]


def test_words_without_a_yes_or_no_and_without_a_question_are_shown(notifications: ServiceUnderTest) -> None:
    event = tell(notifications, facts())
    _asked(notifications, event)
    _text(notifications, "Waar is het?")
    tell_cancelled(notifications, event)
    _text(notifications, "1", "SM2")
    assert {item.reason for item in incoming.items(notifications)} == {"not_understood", "no_question"}
    assert _told(notifications) == []


def test_an_event_that_began_asks_nothing_any_more(notifications: ServiceUnderTest) -> None:
    _asked(notifications)
    with clock.at(clock.now() + timedelta(days=60)):
        assert _text(notifications, "1") == "shown"


def test_a_number_that_nobody_knows_is_counted(notifications: ServiceUnderTest) -> None:
    assert _text(notifications, "1") == "nobody"
    with notifications.sessions() as session:
        assert session.scalar(select(func.count(IncomingMail.digest))) == 1
