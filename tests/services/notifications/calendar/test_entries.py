"""Calendar entries over their life, through the service and a real mail server, read by ical.js."""

import random
import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

from services.notifications.calendar.models import CalendarEntry
from services.notifications.calendar.rules import Content, next_sequence
from shared.events import CancelCalendarEntry, PutCalendarEntry
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
from tests.mail import drop
from tests.services.notifications.calendar.ical_js import read_files
from tests.services.notifications.conftest import Post


def _again(put: PutCalendarEntry, **changes: Any) -> PutCalendarEntry:
    return replace(put, **{"message_id": uuid.uuid4(), "version": put.version + 1, **changes})


def _files(post: Post) -> list[dict[str, Any]]:
    return read_files(*(mail.calendar for mail in post.mail.received if b"text/calendar" in mail.raw))


def _say(post: Post, *commands: object) -> None:
    for command in commands:
        post.service.deliver(command)
        post.send()


def _told(post: Post) -> list[tuple[str, int, str]]:
    return [(file["method"], file["sequence"], file["start"]["instant"]) for file in _files(post)]


def _instant(moment: Any) -> str:
    return str(moment.strftime("%Y-%m-%dT%H:%M:%S.000Z"))


def test_uid_stays_and_sequence_rises_with_each_change_of_time(post: Post) -> None:
    event = tell(post.service, facts())
    put = put_entry(event)
    day = timedelta(days=1)
    later = _again(put, starts_at=put.starts_at + day, ends_at=put.ends_at + day)
    _say(post, put, later, cancel_entry(later))
    files = _files(post)
    assert len({file["uid"] for file in files}) == 1
    assert _told(post) == [
        ("REQUEST", 0, _instant(put.starts_at)),
        ("REQUEST", 1, _instant(later.starts_at)),
        ("CANCEL", 2, _instant(later.starts_at)),
    ]


def test_same_content_twice_sends_nothing(post: Post) -> None:
    put = put_entry(tell(post.service, facts()))
    _say(post, put, _again(put), _again(put))
    assert _told(post) == [("REQUEST", 0, _instant(put.starts_at))]
    assert post.reasons() == [None, "nothing_new", "nothing_new"]


def test_other_words_are_told_without_a_new_sequence(post: Post) -> None:
    put = put_entry(tell(post.service, facts()))
    _say(post, put, _again(put, values={**put.values, "vacancies": ["Kok"]}))
    assert [(file["sequence"], "Kok" in file["description"]) for file in _files(post)] == [(0, False), (0, True)]


def test_other_place_is_a_new_sequence(post: Post) -> None:
    event = tell(post.service, facts())
    put = put_entry(event)
    _say(post, put)
    tell_moved(post.service, replace(event, version=2, venue="Buurthuis Noord"))
    _say(post, _again(put, template="event_moved", values={"old_place": "Stadsloket Zuid"}))
    assert [(file["sequence"], file["location"]) for file in _files(post)] == [
        (0, "Stadsloket Zuid, Beatrixlaan 12, Utrecht"),
        (1, "Buurthuis Noord, Beatrixlaan 12, Utrecht"),
    ]


def test_other_address_of_the_person_is_a_new_sequence(post: Post) -> None:
    put = put_entry(tell(post.service, facts()))
    _say(post, put, _again(put, person=replace(put.person, email="new@example.org")))
    assert [file["sequence"] for file in _files(post)] == [0, 1]
    assert post.mail.received[1].address == "new@example.org"


def test_moved_event_keeps_what_the_entry_says_of_the_stand(post: Post) -> None:
    event = tell(post.service, facts())
    put = put_entry(event)
    _say(post, put)
    moved = tell_moved(post.service, move(event))
    values = {"old_starts_at": event.starts_at.isoformat(), "old_place": event.venue}
    _say(post, _again(put, template="event_moved", values=values, starts_at=moved.starts_at, ends_at=moved.ends_at))
    first, second = _files(post)
    assert first["summary"] == second["summary"] == "Stand 4 op Meet & Greet Stadsloket Zuid"
    assert "in plaats van" in post.mail.received[1].text
    assert (second["sequence"], second["start"]["instant"]) == (1, _instant(moved.starts_at))


def test_news_of_the_move_waits_when_it_overtakes_the_event(post: Post) -> None:
    event = tell(post.service, facts())
    put = put_entry(event)
    _say(post, put)
    moved = replace(event, version=2, venue="Buurthuis Noord")
    values = {"old_starts_at": event.starts_at.isoformat(), "old_place": event.venue}
    _say(post, _again(put, template="event_moved", values=values))
    assert post.states() == ["sent", "queued"]
    tell_moved(post.service, moved)
    post.let_time_pass()
    post.send()
    assert [file["location"][:9] for file in _files(post)] == ["Stadsloke", "Buurthuis"]


def test_two_changes_before_the_first_is_sent_are_one_message(post: Post) -> None:
    event = tell(post.service, facts())
    put = put_entry(event)
    moved = _again(put, starts_at=put.starts_at + timedelta(hours=1), template="event_moved", values={})
    for command in (put, moved):
        post.service.deliver(command)
    post.send()
    assert _told(post) == [("REQUEST", 0, _instant(moved.starts_at))]
    assert [(one.template, one.state) for one in post.messages()] == [
        ("stand_confirmed", "sent"),
        ("event_moved", "sent"),
    ]
    assert len(post.mail.received) == 1


def test_put_and_cancelled_before_it_is_sent_needs_no_file(post: Post) -> None:
    put = put_entry(tell(post.service, facts()))
    for command in (put, cancel_entry(put)):
        post.service.deliver(command)
    post.send()
    assert _files(post) == []
    assert [(one.template, one.state) for one in post.messages()] == [
        ("stand_confirmed", "dropped"),
        ("stand_cancelled", "sent"),
    ]


def test_cancelled_entry_that_is_put_again_keeps_its_uid(post: Post) -> None:
    put = put_entry(tell(post.service, facts()))
    _say(post, put, cancel_entry(put), _again(put, version=3))
    files = _files(post)
    assert [(file["method"], file["sequence"]) for file in files] == [("REQUEST", 0), ("CANCEL", 1), ("REQUEST", 2)]
    assert len({file["uid"] for file in files}) == 1


def test_cancelled_event_takes_the_entry_out_of_the_calendar(post: Post) -> None:
    event = tell(post.service, facts())
    put = put_entry(event)
    _say(post, put)
    tell_cancelled(post.service, event)
    _say(post, cancel_entry(put, template="event_cancelled", values={}))
    assert [file["method"] for file in _files(post)] == ["REQUEST", "CANCEL"]
    assert "Gaat niet door" in post.mail.received[1].mail["Subject"]


def test_free_interpreter_who_was_never_told_hears_nothing(post: Post) -> None:
    event = tell(post.service, facts())
    put = put_entry(event, key="interpreting:0", template="interpreter_roster", person=person("interpreter"),
                    values={"blocks": []})  # fmt: skip
    post.service.deliver(put)
    post.service.deliver(cancel_entry(put, template="interpreter_free", values={}))
    assert post.send() == 0
    assert post.reasons() == ["overtaken", "never_told"]


def test_each_person_and_purpose_has_an_entry_of_its_own(post: Post) -> None:
    event = tell(post.service, facts())
    first = put_entry(event)
    other_person, other_purpose = put_entry(event), put_entry(event, person=first.person, key="interpreting:0")
    _say(post, first, other_person, other_purpose)
    assert len({file["uid"] for file in _files(post)}) == 3


def test_commands_five_times_and_in_any_order_end_in_the_same_state(post: Post) -> None:
    shuffle = random.Random(7)
    event = tell(post.service, facts())
    put = put_entry(event)
    second = _again(put, starts_at=put.starts_at + timedelta(hours=1))
    third = _again(second, starts_at=put.starts_at + timedelta(hours=2))
    commands: list[PutCalendarEntry | CancelCalendarEntry] = [put, second, third] * 5
    shuffle.shuffle(commands)
    _say(post, *commands)
    told = _told(post)
    assert told[-1][2] == _instant(third.starts_at)
    assert [sequence for _, sequence, _ in told] == list(range(len(told)))
    assert len(post.messages()) == 3
    assert len({instant for _, _, instant in told}) == len(told)


def test_retry_after_a_broken_connection_says_the_same_number(post: Post) -> None:
    put = put_entry(tell(post.service, facts()))
    post.mail.fault(put.person.email or "", drop("data", keeps=True))
    _say(post, put)
    post.let_time_pass()
    post.send()
    assert [file["sequence"] for file in _files(post)] == [0, 0]


def test_message_about_something_else_leaves_the_entry_alone(post: Post) -> None:
    event = tell(post.service, facts())
    put = put_entry(event)
    _say(post, put, send_message(event, "timetable_employer", person=put.person))
    assert [len(_files(post)), len(post.mail.received)] == [1, 2]


def test_sequence_rises_only_with_time_place_and_attendance() -> None:
    content = Content("a", "b", "place", "who", False, {})
    entry = CalendarEntry(sequence=3, written=content.__dict__)
    changes: list[tuple[dict[str, Any], int]] = [
        ({}, 3), ({"details": {"stand": "5"}}, 3), ({"starts_at": "c"}, 4), ({"ends_at": "c"}, 4), ({"place": "x"}, 4),
        ({"address": "x"}, 4), ({"cancelled": True}, 4),
    ]  # fmt: skip
    assert [next_sequence(entry, replace(content, **change)) for change, _ in changes] == [n for _, n in changes]
    assert next_sequence(CalendarEntry(), content) == 0
