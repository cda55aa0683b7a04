"""What is still worth saying: decisions from values alone."""

import uuid
from datetime import timedelta

import pytest

from services.notifications.calendar.models import CalendarEntry
from services.notifications.calendar.rules import Content
from services.notifications.events.models import Event
from services.notifications.messages.catalogue import TEMPLATES
from services.notifications.messages.models import Message
from services.notifications.messages.truth import CARRIED, Drop, Wait, is_overtaken, judge_entry, judge_event
from tests.factories.notifications import at

NOW = at(2026, 12, 1, 9)


def _event(**changes: object) -> Event:
    values = {
        "state": "published",
        "time_zone": "Europe/Amsterdam",
        "starts_at": at(2026, 12, 10, 12),
        "ends_at": at(2026, 12, 10, 15),
        "venue": "Stadsloket Zuid",
        "address": "Beatrixlaan 12, Utrecht",
    }
    return Event(**{**values, **changes})


def _message(template: str = "candidate_invited", **changes: object) -> Message:
    return Message(**{"template": template, "values": {}, "asked_at": NOW, "queued_at": NOW, **changes})


def _judge(message: Message, event: Event, now=NOW):  # type: ignore[no-untyped-def]
    return judge_event(message, TEMPLATES[message.template], event, now)


def test_event_that_stands_lets_a_message_go() -> None:
    assert _judge(_message(), _event()) is None


@pytest.mark.parametrize(
    ("template", "verdict"),
    [("candidate_invited", Drop("event_cancelled")), ("event_cancelled", None), ("stand_cancelled", None)],
)
def test_cancelled_event_leaves_only_what_says_so(template: str, verdict: Drop | None) -> None:
    assert _judge(_message(template), _event(state="cancelled")) == verdict


def test_event_is_over_after_its_day_on_its_own_clock() -> None:
    event = _event(starts_at=at(2026, 12, 10, 18), ends_at=at(2026, 12, 10, 21))
    assert _judge(_message(), event, at(2026, 12, 10, 22, 59)) is None  # 23:59 in Amsterdam
    assert _judge(_message(), event, at(2026, 12, 10, 23, 0)) == Drop("event_over")


def test_news_of_a_move_waits_for_the_facts() -> None:
    event = _event()
    message = _message("event_moved", values={"old_starts_at": event.starts_at.isoformat()})
    assert isinstance(_judge(message, event), Wait)


def test_news_of_a_move_goes_once_the_time_differs() -> None:
    message = _message("event_moved", values={"old_starts_at": at(2026, 12, 9, 12).isoformat()})
    assert _judge(message, _event()) is None


@pytest.mark.parametrize("place", ["Buurthuis Noord", "Buurthuis Noord, Kerkplein 1"])
def test_news_of_a_move_goes_once_the_place_differs(place: str) -> None:
    event = _event()
    message = _message("event_moved", values={"old_starts_at": event.starts_at.isoformat(), "old_place": place})
    assert _judge(message, event) is None


@pytest.mark.parametrize("place", ["Stadsloket Zuid", "Stadsloket Zuid, Beatrixlaan 12, Utrecht"])
def test_place_is_the_same_with_and_without_its_address(place: str) -> None:
    event = _event()
    message = _message("event_moved", values={"old_starts_at": event.starts_at.isoformat(), "old_place": place})
    assert isinstance(_judge(message, event), Wait)


def test_event_that_moved_back_before_anybody_was_told_is_no_news() -> None:
    event = _event()
    values = {"old_starts_at": event.starts_at.isoformat(), CARRIED: True}
    assert _judge(_message("event_moved", values=values), event) == Drop("nothing_new")


@pytest.mark.parametrize("minutes", [-9, 0, 5])
def test_move_that_shows_in_neither_start_nor_venue_goes_once_we_heard_of_it(minutes: int) -> None:
    event = _event(moved_at=NOW + timedelta(minutes=minutes))
    values = {"old_starts_at": event.starts_at.isoformat(), "old_place": event.venue}
    assert _judge(_message("event_moved", values=values), event) is None


def test_news_of_a_move_is_never_kept_back_for_good() -> None:
    event = _event(moved_at=NOW - timedelta(days=1))
    message = _message("event_moved", values={"old_starts_at": event.starts_at.isoformat()})
    assert isinstance(_judge(message, event), Wait)
    assert _judge(message, event, NOW + timedelta(minutes=10)) is None


CONTENT = Content("2026-12-10T12:00:00+00:00", "2026-12-10T15:00:00+00:00", "Zuid", "j@example.org", False, {})
CANCELLED = Content(CONTENT.starts_at, CONTENT.ends_at, "Zuid", "j@example.org", True, {})


def _entry(cancelled: bool = False, told: Content | None = None) -> CalendarEntry:
    return CalendarEntry(id=uuid.uuid4(), cancelled=cancelled, told=told.__dict__ if told else None)


def _judge_entry(template: str, method: str, entry: CalendarEntry, content: Content | None):  # type: ignore[no-untyped-def]
    return judge_entry(_message(template, method=method), TEMPLATES[template], entry, content)


def test_entry_that_is_new_is_told() -> None:
    assert _judge_entry("stand_confirmed", "REQUEST", _entry(), CONTENT) is None


def test_entry_that_was_told_is_not_told_again() -> None:
    assert _judge_entry("stand_confirmed", "REQUEST", _entry(told=CONTENT), CONTENT) == Drop("nothing_new")


def test_request_for_an_entry_that_was_cancelled_since_is_overtaken() -> None:
    assert _judge_entry("stand_confirmed", "REQUEST", _entry(cancelled=True), CANCELLED) == Drop("overtaken")


def test_cancellation_of_an_entry_that_was_put_again_is_overtaken() -> None:
    assert _judge_entry("stand_cancelled", "CANCEL", _entry(told=CONTENT), CONTENT) == Drop("overtaken")


def test_cancellation_goes_to_who_was_told() -> None:
    assert _judge_entry("stand_cancelled", "CANCEL", _entry(True, CONTENT), CANCELLED) is None


def test_cancellation_twice_is_no_news() -> None:
    assert _judge_entry("stand_cancelled", "CANCEL", _entry(True, CANCELLED), CANCELLED) == Drop("nothing_new")


def test_free_time_is_told_only_to_who_thought_it_taken() -> None:
    assert _judge_entry("interpreter_free", "CANCEL", _entry(True), CANCELLED) == Drop("never_told")
    assert _judge_entry("interpreter_free", "CANCEL", _entry(True, CONTENT), CANCELLED) is None


def test_cancelled_event_is_told_also_to_who_had_no_entry_yet() -> None:
    assert _judge_entry("event_cancelled", "CANCEL", _entry(True), None) is None


def test_version_decides_what_is_overtaken() -> None:
    assert is_overtaken(1, [2])
    assert not is_overtaken(2, [1, 2])
    assert not is_overtaken(0, [])
