"""Several things about one event for one person: one letter, whatever happens to it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import select, update

from services.notifications.messages.delivery import note_bounced, note_delivered
from services.notifications.messages.models import Message
from services.notifications.messages.outcome import begin_attempt
from services.notifications.messages.rules import load_message, resend
from services.notifications.people.models import Suppression
from shared import clock
from shared.events import EventFacts, MessageFailed, Person
from tests.factories.notifications import (
    cancel_entry,
    facts,
    move,
    person,
    put_entry,
    send_message,
    tell,
    tell_cancelled,
    tell_moved,
)
from tests.mail import answer, drop
from tests.service_under_test import ServiceUnderTest
from tests.services.notifications.conftest import Post, claim_some, new_sender

PASS = "HD1:" + "A" * 115


@pytest.fixture
def event(post: Post) -> Iterator[EventFacts]:
    """A published event; news about it waits two minutes for other news."""
    post.sender = new_sender(post.service, post.mail, merge_seconds=120)
    return tell(post.service, facts())


def _news(post: Post, event: EventFacts, reader: Person, *templates: str) -> list[Any]:
    values = {"event_moved": {"old_place": "Buurthuis Noord"}, "timetable_candidate": {"stops": []}}
    sent = [send_message(event, one, person=reader, values=values.get(one, {}), version=1) for one in templates]
    for command in sent:
        post.service.deliver(command)
    return sent


def _settle(post: Post) -> None:
    """The two minutes are over."""
    with post.service.session() as session:
        past = {"queued_at": Message.queued_at - timedelta(minutes=5), "due_at": clock.now() - timedelta(seconds=1)}
        session.execute(update(Message).where(Message.state == "queued").values(past))


def _by_template(post: Post) -> dict[str, Message]:
    return {message.template: message for message in post.messages()}


def test_news_waits_for_other_news_and_goes_as_one_letter(post: Post, event: EventFacts) -> None:
    reader = person(language="nl", name="Ганна Їжакевич-Ґалаґан")
    _news(post, event, reader, "event_moved")
    assert post.send() == 0
    _news(post, event, reader, "timetable_candidate")
    assert post.send() == 0
    _settle(post)
    assert post.send() == 1
    (mail,) = post.mail.received
    assert str(mail.mail["Subject"]) == f"Andere plaats: {event.name}, en meer nieuws"
    found = _by_template(post)
    assert found["timetable_candidate"].subject in mail.text.replace("\r\n", " ")
    assert found["timetable_candidate"].subject in mail.html.replace("&amp;", "&")
    assert "Andere plaats" in mail.text
    assert found["event_moved"].subject == mail.mail["Subject"], "the one that carries the letter"
    assert mail.text.count("Ганна Їжакевич-Ґалаґан") == 1, "greeted once"
    assert mail.text.count("\r\n-- \r\n") == 1, "one footer"
    assert mail.text.count(f"Plaats: {event.venue}") == 1, "nothing is said twice"
    assert (found["timetable_candidate"].merged_into, len(post.attempts())) == (found["event_moved"].id, 1)


def test_answer_to_a_click_waits_for_nothing_and_takes_news_along(post: Post, event: EventFacts) -> None:
    reader = person()
    _news(post, event, reader, "event_moved")
    assert post.send() == 0
    post.service.deliver(send_message(event, "invitation_answered", person=reader, values={"answer": "accepted"}))
    assert post.send() == 1
    assert post.states() == ["sent", "sent"]


def test_news_on_the_day_while_the_event_runs_goes_at_once(post: Post) -> None:
    post.sender = new_sender(post.service, post.mail, merge_seconds=120)
    now = clock.now()
    running = tell(post.service, facts(starts_at=now - timedelta(minutes=30)))
    _news(post, running, person(), "timetable_candidate")
    assert post.send() == 1


def test_news_to_two_people_or_about_two_events_stays_apart(post: Post, event: EventFacts) -> None:
    reader, other = person(), tell(post.service, facts())
    _news(post, event, reader, "event_moved")
    _news(post, event, person(), "timetable_candidate")
    _news(post, other, reader, "timetable_candidate")
    _settle(post)
    assert post.send() == 3


def test_news_to_an_old_address_stays_out_of_the_letter_to_the_new_one(post: Post, event: EventFacts) -> None:
    reader = person()
    _news(post, event, reader, "event_moved")
    _news(post, event, replace(reader, email="new@example.org"), "timetable_candidate")
    _settle(post)
    assert post.send() == 2


def test_letter_speaks_the_language_that_the_person_has_now(post: Post, event: EventFacts) -> None:
    reader = person(language="uk")
    _news(post, event, reader, "event_moved")
    _news(post, event, replace(reader, language="nl"), "timetable_candidate")
    _settle(post)
    post.send()
    assert post.mail.received[0].mail["Content-Language"] == "nl"


def test_one_pass_one_calendar_file(post: Post, event: EventFacts) -> None:
    reader = person(language="en")
    put = put_entry(event, person=reader, key="visit", template="invitation_answered", values={"answer": "accepted"},
                    pass_code=PASS)  # fmt: skip
    post.service.deliver(put)
    post.service.deliver(send_message(event, "candidate_invited", person=reader, pass_code=PASS))
    _news(post, event, reader, "timetable_candidate")
    assert post.send() == 1
    (mail,) = post.mail.received
    kinds = [part.get_content_type() for part in mail.mail.walk()]
    assert kinds.count("text/calendar") == 1
    assert kinds.count("image/png") == 2, "shown once, and once to keep"
    assert mail.html.count("cid:") == 1
    assert mail.text.count("qr.png") == 1
    entries = [one for one in Calendar.from_ical(mail.calendar).walk() if one.name == "VEVENT"]
    assert len(entries) == 1


def test_two_entries_are_two_letters(post: Post, event: EventFacts) -> None:
    reader = person("interpreter")
    for key in ("interpreting", "interpreting:1"):
        values = {"blocks": []}
        post.service.deliver(put_entry(event, person=reader, key=key, template="interpreter_roster", values=values))
    _settle(post)
    assert post.send() == 2
    uids = {str(next(iter(Calendar.from_ical(mail.calendar).walk("VEVENT")))["UID"]) for mail in post.mail.received}
    assert len(uids) == 2


def test_part_that_is_no_longer_true_is_left_out(post: Post, event: EventFacts) -> None:
    put = put_entry(event)
    post.service.deliver(put)
    _news(post, event, put.person, "event_moved")
    post.service.deliver(cancel_entry(put))
    _settle(post)
    assert post.send() == 1
    assert {one.template: one.state for one in post.messages()} == {
        "stand_confirmed": "dropped", "event_moved": "sent", "stand_cancelled": "sent",
    }  # fmt: skip


@pytest.mark.parametrize("again", [False, True])
def test_timetable_of_who_says_no_meanwhile_is_not_sent(post: Post, event: EventFacts, again: bool) -> None:
    visit = {"key": "visit", "template": "invitation_answered", "values": {"answer": "accepted"}}
    put = put_entry(event, person=person(), **visit)
    post.service.deliver(put)
    post.send()
    _news(post, event, put.person, "timetable_candidate")
    post.service.deliver(cancel_entry(put, template="invitation_answered", values={"answer": "declined"}))
    if again:
        post.service.deliver(put_entry(event, person=put.person, version=3, **visit))
    _settle(post)
    post.send()
    found = _by_template(post)["timetable_candidate"]
    assert (found.state, found.reason) == (("sent", None) if again else ("dropped", "not_coming"))


def test_letter_whose_event_is_cancelled_in_between_says_nothing(post: Post, event: EventFacts) -> None:
    _news(post, event, person(), "event_moved", "timetable_candidate")
    _settle(post)
    tell_cancelled(post.service, event)
    assert post.send() == 0
    assert post.reasons() == ["event_cancelled"] * 2


def test_all_parts_wait_and_arrive_with_their_letter(post: Post, event: EventFacts) -> None:
    reader = person()
    _news(post, event, reader, "event_moved", "timetable_candidate")
    _settle(post)
    post.mail.fault(reader.email or "", answer(451))
    assert post.send() == 0
    assert set(zip(post.states(), post.reasons(), strict=True)) == {("queued", "later")}
    post.let_time_pass()
    assert post.send() == 1
    assert set(post.states()) == {"sent"}
    assert [one.outcome for one in post.attempts()] == ["later", "accepted"]


def test_every_sender_is_told_when_the_letter_fails_and_one_click_sends_all_again(
    post: Post, event: EventFacts
) -> None:
    reader = person()
    sent = _news(post, event, reader, "event_moved", "timetable_candidate")
    _settle(post)
    post.mail.fault(reader.email or "", answer(550))
    assert post.send() == 0
    assert set(post.states()) == {"failed"}
    assert {one.message_id for one in post.service.outbox(MessageFailed)} == {one.message_id for one in sent}
    with post.service.session() as session:
        resend(session, load_message(session, sent[1].message_id))
    assert post.send() == 1
    assert set(post.states()) == {"sent"}


def test_letter_that_may_have_arrived_says_the_same_again_and_nothing_else(post: Post, event: EventFacts) -> None:
    reader = person()
    _news(post, event, reader, "event_moved", "timetable_candidate")
    _settle(post)
    post.mail.fault(reader.email or "", drop("data", keeps=True))
    assert post.send() == 0
    post.service.deliver(send_message(event, "invitation_answered", person=reader, values={"answer": "accepted"}))
    post.let_time_pass()
    assert post.send() == 2
    first, *others = post.mail.received
    again = [mail for mail in others if mail.mail["Message-ID"] == first.mail["Message-ID"]]
    assert [str(mail.mail["Subject"]) for mail in again] == [str(first.mail["Subject"])]
    assert again[0].text == first.text
    assert len(others) == 2


def test_newer_news_takes_its_place_in_a_letter_that_is_ready(post: Post, event: EventFacts) -> None:
    reader = person()
    _news(post, event, reader, "event_moved", "timetable_candidate")
    _settle(post)
    (claim,) = claim_some(post)
    _news(post, event, reader, "timetable_candidate")
    with post.service.sessions.begin() as session:
        assert begin_attempt(session, claim) is None, "what it says is overtaken"
    _settle(post)
    assert post.send() == 1
    assert sorted(post.states()) == ["dropped", "sent", "sent"]


def test_event_that_moves_takes_back_letters_that_are_ready(post: Post, event: EventFacts) -> None:
    _news(post, event, person(language="en"), "timetable_candidate")
    _settle(post)
    (claim,) = claim_some(post)
    tell_moved(post.service, move(event, name="Another name"))
    with post.service.sessions.begin() as session:
        assert begin_attempt(session, claim) is None
    assert post.send() == 1
    assert "Another name" in post.mail.received[0].mail["Subject"]


def test_change_that_comes_while_the_letter_is_on_its_way_is_said_next(post: Post, event: EventFacts) -> None:
    reader = person()
    _news(post, event, reader, "event_moved", "timetable_candidate")
    _settle(post)
    (claim,) = claim_some(post)
    with post.service.sessions.begin() as session:
        assert begin_attempt(session, claim) is not None
    _news(post, event, reader, "timetable_candidate")
    _settle(post)
    assert post.send() == 1
    assert sorted(post.states()) == ["sending", "sending", "sent"]


def test_commands_that_come_twice_change_nothing(post: Post, event: EventFacts) -> None:
    reader = person()
    commands = _news(post, event, reader, "event_moved", "timetable_candidate")
    for command in reversed(commands):
        post.service.deliver(command)
    _settle(post)
    assert post.send() == 1
    for command in commands:
        post.service.deliver(command)
    assert post.send() == 0
    assert post.states() == ["sent", "sent"]


def test_bad_part_does_not_hold_up_the_others(post: Post, event: EventFacts) -> None:
    reader = person()
    _news(post, event, reader, "event_moved")
    post.service.deliver(send_message(event, "timetable_candidate", person=reader, values={"stops": 3}))
    _settle(post)
    assert post.send() == 1
    assert {one.template: (one.state, one.reason) for one in post.messages()} == {
        "event_moved": ("sent", None), "timetable_candidate": ("queued", "unreadable"),
    }  # fmt: skip


# ── what becomes of it afterwards ─────────────────────────────────────────────────────────────────────────────


def _merged(post: Post, event: EventFacts) -> list[Any]:
    sent = _news(post, event, person(), "event_moved", "timetable_candidate")
    _settle(post)
    assert post.send() == 1
    return sent


def test_receipt_counts_for_all_that_the_letter_said(post: Post, event: EventFacts) -> None:
    sent = _merged(post, event)
    for _ in range(2):
        with post.service.session() as session:
            note_delivered(session, load_message(session, sent[1].message_id), clock.now())
    assert post.states() == ["delivered"] * 2


def test_return_counts_for_all_and_once_and_closes_the_address(post: Post, event: EventFacts) -> None:
    sent = _merged(post, event)
    for _ in range(2):
        with post.service.session() as session:
            note_bounced(session, load_message(session, sent[0].message_id), "address_unknown", True, clock.now())
    with post.service.session() as session:
        note_delivered(session, load_message(session, sent[0].message_id), clock.now())
        assert [one.reason for one in session.scalars(select(Suppression))] == ["bounced"]
    assert post.states() == ["bounced"] * 2
    assert len(post.service.outbox(MessageFailed)) == 2


def test_receipt_for_a_letter_whose_answer_was_lost_ends_its_attempts(post: Post, event: EventFacts) -> None:
    reader = person()
    (sent,) = _news(post, event, reader, "timetable_candidate")
    _settle(post)
    post.mail.fault(reader.email or "", drop("data", keeps=True))
    post.send()
    with post.service.session() as session:
        note_delivered(session, load_message(session, sent.message_id), clock.now())
    post.let_time_pass()
    assert post.send() == 0
    assert (post.states(), len(post.mail.received)) == (["delivered"], 1)


def test_short_words_go_together_with_one_link(notifications: ServiceUnderTest, post: Post, event: EventFacts) -> None:
    reader = person(language="nl")
    _news(post, event, reader, "event_moved", "timetable_candidate")
    _settle(post)
    (claim,) = claim_some(post)
    short = claim.letter.short
    assert short.count("/l/") == 1
    assert short.endswith(short.split()[-1])
    assert "/l/" in short.split()[-1]
    assert claim.carried
