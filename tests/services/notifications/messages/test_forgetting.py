"""After the retention time the words are gone; what happened stays."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from services.notifications.calendar.models import CalendarEntry
from services.notifications.messages.errors import WordsForgotten
from services.notifications.messages.forgetting import KEEP_WORDS
from services.notifications.messages.jobs import forget_old_words
from services.notifications.messages.models import Message
from services.notifications.messages.rules import load_message, resend
from shared import clock
from tests.factories.notifications import facts, person, put_entry, send_message, tell
from tests.mail import answer
from tests.services.notifications.conftest import Post

NAME = "Oksana Unforgettable"


def _age(post: Post, by: timedelta) -> None:
    with post.service.session() as session:
        long_ago = clock.now() - by
        session.execute(update(Message).values(queued_at=long_ago, asked_at=long_ago))


def test_names_addresses_and_words_go_and_counts_stay(post: Post) -> None:
    event = tell(post.service, facts())
    reader = person(name=NAME, email="oksana.unforgettable@example.org")
    values = {"number": 7, "readable_name": NAME}
    post.service.deliver(send_message(event, person=reader, pass_code="HD1:secret", values=values))
    post.mail.fault(reader.email or "", answer(451, "oksana.unforgettable is busy"))
    post.send()
    post.let_time_pass()
    post.send()
    _age(post, KEEP_WORDS + timedelta(minutes=1))
    forget_old_words(post.service.sessions)
    with post.service.session() as session:
        everything = text("SELECT message::text || attempt::text FROM message JOIN attempt ON true")
        for row in session.execute(everything).scalars():
            assert "nforgettable" not in row
            assert "secret" not in row
    (message,) = post.messages()
    assert (message.state, message.template, message.person_kind) == ("sent", "candidate_invited", "candidate")
    assert message.forgotten_at is not None
    assert len(post.attempts()) == 2


def test_young_messages_and_those_that_wait_keep_their_words(post: Post) -> None:
    event = tell(post.service, facts())
    post.service.deliver(send_message(event))
    _age(post, KEEP_WORDS * 2)
    forget_old_words(post.service.sessions)
    assert post.messages()[0].person_name
    post.send()
    _age(post, KEEP_WORDS - timedelta(minutes=1))
    forget_old_words(post.service.sessions)
    assert post.messages()[0].text


def test_reminder_that_was_asked_for_long_ago_keeps_its_words_from_when_it_was_sent(post: Post) -> None:
    event = tell(post.service, facts(starts_at=clock.now() + timedelta(hours=23)))
    come = put_entry(event, person=person(), template="invitation_answered", values={"answer": "accepted"})
    remind = send_message(event, "candidate_reminder", person=come.person, values={"number": 1}, before_start=24 * 60)
    post.service.deliver_all([come, remind])
    _age(post, KEEP_WORDS * 2)
    assert post.send() == 1
    forget_old_words(post.service.sessions)
    assert {one.template: bool(one.text) for one in post.messages()} == {
        "invitation_answered": False, "candidate_reminder": True,
    }  # fmt: skip


def test_calendar_entries_of_long_ago_forget_who_was_invited(post: Post) -> None:
    event = tell(post.service, facts())
    post.service.deliver(put_entry(event))
    post.send()
    past = clock.now() - KEEP_WORDS
    with post.service.session() as session:
        times = {"starts_at": past - timedelta(hours=2), "ends_at": past - timedelta(hours=1)}
        session.execute(update(CalendarEntry).values(times))
    forget_old_words(post.service.sessions)
    with post.service.session() as session:
        entry = session.scalars(select(CalendarEntry)).one()
    assert (entry.written, entry.told, entry.values, entry.sequence) == (None, None, {}, 0)


def test_forgotten_message_cannot_be_sent_again(post: Post) -> None:
    event = tell(post.service, facts())
    command = send_message(event)
    post.mail.fault(command.person.email or "", answer(550))
    post.service.deliver(command)
    post.send()
    _age(post, KEEP_WORDS + timedelta(days=1))
    forget_old_words(post.service.sessions)
    with pytest.raises(WordsForgotten), post.service.session() as session:
        resend(session, load_message(session, command.message_id))
