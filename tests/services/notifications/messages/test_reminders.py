"""What is said some time before the event: at its time, also when that moves, and only while it is true."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from services.notifications.messages.models import Message
from services.notifications.people.models import Preference
from shared import clock
from shared.events import EventFacts, Person, SendMessage
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
from tests.mail import answer
from tests.service_under_test import ORGANISATION_ID
from tests.services.notifications.conftest import Post

A_DAY = 24 * 60
PASS = "HD1:" + "A" * 115


def _come(post: Post, event: EventFacts, reader: Person | None = None) -> Person:
    """Somebody whose visit stands in the calendar, and was told so."""
    put = put_entry(event, person=reader or person(language="en"), key="visit", template="invitation_answered",
                    values={"answer": "accepted", "number": 112})  # fmt: skip
    post.service.deliver(put)
    assert post.send() == 1
    return put.person


def _remind(post: Post, event: EventFacts, reader: Person, **changes: object) -> SendMessage:
    given = {"values": {"number": 112}, "pass_code": PASS, "before_start": A_DAY, "version": 2, **changes}
    reminder = send_message(event, "candidate_reminder", person=reader, **given)
    post.service.deliver(reminder)
    return reminder


def _reminders(post: Post) -> list[Message]:
    return [message for message in post.messages() if message.template.endswith("_reminder")]


def _wait_until(post: Post, event: EventFacts, before: timedelta) -> None:
    """The event starts in so long; what was queued was queued long ago."""
    tell_moved(post.service, move(event, clock.now() + before - event.starts_at))
    with post.service.session() as session:
        session.execute(update(Message).values(queued_at=Message.queued_at - timedelta(days=60)))


def test_reminder_comes_a_day_before_and_says_what_is_true_then(post: Post) -> None:
    event = tell(post.service, facts())
    _remind(post, event, _come(post, event))
    assert post.send() == 0
    (waiting,) = _reminders(post)
    assert waiting.due_at == event.starts_at - timedelta(days=1)
    _wait_until(post, event, timedelta(hours=23))
    assert post.send() == 1
    mail = post.mail.received[-1]
    assert "112" in mail.text
    assert mail.part("image/png")
    assert _reminders(post)[0].state == "sent"


def test_reminder_moves_with_the_event(post: Post) -> None:
    event = tell(post.service, facts())
    _remind(post, event, _come(post, event))
    post.send()
    later = move(event, timedelta(days=7))
    tell_moved(post.service, later)
    (waiting,) = _reminders(post)
    assert waiting.due_at == later.starts_at - timedelta(days=1)
    sooner = move(later, timedelta(days=-10))
    tell_moved(post.service, sooner)
    assert _reminders(post)[0].due_at == sooner.starts_at - timedelta(days=1)


def test_reminder_that_arrives_before_its_event_waits_for_it(post: Post) -> None:
    event = facts()
    reader = person()
    _remind(post, event, reader)
    assert post.send() == 0
    tell(post.service, event)
    _come(post, event, reader)
    assert _reminders(post)[0].due_at == event.starts_at - timedelta(days=1)


def test_who_does_not_come_any_more_is_not_reminded(post: Post) -> None:
    event = tell(post.service, facts())
    reader = _come(post, event)
    _remind(post, event, reader)
    put = put_entry(event, person=reader, key="visit", version=1)
    post.service.deliver(cancel_entry(put, template="invitation_answered", values={"answer": "declined"}))
    assert post.send() == 1
    _wait_until(post, event, timedelta(hours=23))
    assert post.send() == 0
    assert [(one.state, one.reason) for one in _reminders(post)] == [("dropped", "not_coming")]


def test_who_comes_again_after_all_is_reminded(post: Post) -> None:
    event = tell(post.service, facts())
    reader = _come(post, event)
    _remind(post, event, reader)
    put = put_entry(event, person=reader, key="visit", template="invitation_answered", values={"answer": "accepted"})
    post.service.deliver(cancel_entry(put, template="invitation_answered", values={"answer": "declined"}))
    post.send()
    again = put_entry(event, person=reader, key="visit", version=3, template="invitation_answered",
                      values={"answer": "accepted"})  # fmt: skip
    post.service.deliver(again)
    post.send()
    _wait_until(post, event, timedelta(hours=23))
    assert post.send() == 1
    assert _reminders(post)[0].state == "sent"


def test_cancelled_event_drops_its_reminders_at_once(post: Post) -> None:
    event = tell(post.service, facts())
    _remind(post, event, _come(post, event))
    post.send()
    tell_cancelled(post.service, event)
    assert post.send() == 0
    assert [one.reason for one in _reminders(post)] == ["event_cancelled"]


@pytest.mark.parametrize("before", [timedelta(minutes=-5), timedelta(hours=-1)])
def test_reminder_is_not_sent_once_the_event_began(post: Post, before: timedelta) -> None:
    event = tell(post.service, facts())
    _remind(post, event, _come(post, event))
    _wait_until(post, event, before)
    assert post.send() == 0
    assert [one.reason for one in _reminders(post)] == ["too_late"]


def test_who_said_yes_an_hour_before_is_not_reminded_of_it(post: Post) -> None:
    event = tell(post.service, facts(starts_at=clock.now() + timedelta(hours=1)))
    _remind(post, event, _come(post, event))
    assert post.send() == 0
    assert [one.reason for one in _reminders(post)] == ["too_late"]


@pytest.mark.parametrize("before", [timedelta(hours=-1), timedelta(days=-3)])
def test_date_that_was_wrong_for_a_while_costs_nobody_the_reminder(post: Post, before: timedelta) -> None:
    event = tell(post.service, facts())
    _remind(post, event, _come(post, event))
    post.send()
    wrong = move(event, clock.now() + before - event.starts_at)
    tell_moved(post.service, wrong)
    post.send()
    assert [one.state for one in _reminders(post)] == ["dropped"]
    tell_moved(post.service, replace(event, version=wrong.version + 1))
    (again,) = _reminders(post)
    assert (again.state, again.reason, again.due_at) == ("queued", None, event.starts_at - timedelta(days=1))


def test_reminder_that_a_newer_one_replaced_does_not_come_back(post: Post) -> None:
    event = tell(post.service, facts(starts_at=clock.now() + timedelta(hours=1)))
    reader = _come(post, event)
    _remind(post, event, reader)
    post.send()
    newer = _remind(post, event, reader, version=3)
    tell_moved(post.service, move(event, timedelta(days=7)))
    assert {one.id: one.state for one in _reminders(post)}[newer.message_id] == "queued"
    assert sorted(one.state for one in _reminders(post)) == ["dropped", "queued"]


def test_newer_reminder_takes_the_place_of_the_older_in_any_order(post: Post) -> None:
    event = tell(post.service, facts())
    reader = _come(post, event)
    newer = _remind(post, event, reader, version=3, pass_code=PASS + "B")
    _remind(post, event, reader, version=2)
    assert sorted((one.state, one.id == newer.message_id) for one in _reminders(post)) == [
        ("dropped", False), ("queued", True),
    ]  # fmt: skip


def test_reminder_says_the_stand_that_the_employer_has_by_then(post: Post) -> None:
    event = tell(post.service, facts())
    put = put_entry(event)
    post.service.deliver(put)
    post.service.deliver(send_message(event, "employer_reminder", person=put.person, values={}, before_start=2 * A_DAY))
    values = {**put.values, "stand": "17"}
    post.service.deliver(put_entry(event, person=put.person, version=2, values=values))
    post.send()
    _wait_until(post, event, timedelta(hours=47))
    assert post.send() == 1
    assert "Stand: 17" in post.mail.received[-1].text


def test_interpreter_is_reminded_of_every_block_that_stands(post: Post) -> None:
    event, reader = tell(post.service, facts()), person("interpreter", language="en")
    for number, key in enumerate(("interpreting", "interpreting:1", "interpreting:2")):
        start, end = event.starts_at + timedelta(hours=number), event.starts_at + timedelta(hours=number, minutes=30)
        block = {"starts_at": start.isoformat(), "ends_at": end.isoformat(), "stands": [f"Stand {number}"],
                 "languages": ["uk"]}  # fmt: skip
        put = put_entry(event, person=reader, key=key, template="interpreter_roster", values={"blocks": [block]},
                        starts_at=start, ends_at=end)  # fmt: skip
        post.service.deliver(put)
        if number == 2:
            post.service.deliver(cancel_entry(put, template="interpreter_free", values={}))
    reminder = send_message(event, "interpreter_reminder", person=reader, values={}, before_start=A_DAY)
    post.service.deliver(reminder)
    post.send()
    with post.service.session() as session:
        aged = {"due_at": clock.now(), "before_start": None}
        session.execute(update(Message).where(Message.id == reminder.message_id).values(aged))
    assert post.send() == 1
    text = post.mail.received[-1].text
    assert "Stand 0" in text
    assert "Stand 1" in text
    assert "Stand 2" not in text


def test_reminder_that_waited_months_has_its_full_patience_with_a_bad_server(post: Post) -> None:
    event = tell(post.service, facts())
    reader = _come(post, event)
    _remind(post, event, reader)
    _wait_until(post, event, timedelta(hours=23))
    with post.service.session() as session:
        session.execute(update(Message).values(asked_at=Message.asked_at - timedelta(days=60)))
    post.mail.fault(reader.email or "", answer(451))
    post.send()
    assert [(one.state, one.reason) for one in _reminders(post)] == [("queued", "later")]


def test_who_wants_no_reminders_gets_none_and_nobody_is_troubled(post: Post) -> None:
    event = tell(post.service, facts())
    reader = _come(post, event)
    _remind(post, event, reader)
    with post.service.session() as session:
        session.add(Preference(organisation_id=ORGANISATION_ID, person_id=reader.id, person_kind="candidate",
                               only_essential=True, asked_by="page", changed_at=clock.now()))  # fmt: skip
    _wait_until(post, event, timedelta(hours=23))
    assert post.send() == 0
    assert [(one.state, one.reason) for one in _reminders(post)] == [("dropped", "not_wanted")]
