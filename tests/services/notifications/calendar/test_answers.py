"""Answers that come in for entries that were really sent: what is kept, what counts, what the others hear."""

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from services.notifications.calendar.answers import (
    Answer,
    Verdict,
    confirm_answer,
    dismiss_answer,
    load_entries,
    note_answer,
)
from services.notifications.calendar.errors import AnswerSettled, AnswerUnknown
from services.notifications.calendar.models import CalendarAnswer, CalendarEntry
from services.notifications.calendar.rules import forget_entries
from shared import clock
from shared.database import ACROSS_ORGANISATIONS
from shared.events import CalendarEntryAnswered, PutCalendarEntry
from tests.factories.notifications import cancel_entry, facts, move, person, put_entry, tell, tell_moved
from tests.service_under_test import STRANGER_ORGANISATION_ID
from tests.services.notifications.calendar.ical_js import read_files
from tests.services.notifications.conftest import Post

OLENA, ALIAS, STRANGER = "olena@tolk.example", "osavchuk@gmail.com", "mykola@example.net"


@pytest.fixture
def sent(post: Post) -> PutCalendarEntry:
    """An interpreter's entry that was sent."""
    put = put_entry(
        tell(post.service, facts()), key="interpreting:1", template="interpreter_roster",
        person=person("interpreter", email=OLENA), values={"blocks": []},
    )  # fmt: skip
    _say(post, put)
    return put


def _say(post: Post, *commands: object) -> None:
    for command in commands:
        post.service.deliver(command)
        post.send()


def _files(post: Post) -> list[dict[str, Any]]:
    return read_files(*(mail.calendar for mail in post.mail.received if b"text/calendar" in mail.raw))


def _partstat(post: Post) -> str:
    return str(_files(post)[-1]["attendees"][0]["partstat"])


@contextmanager
def _entry(post: Post) -> Iterator[CalendarEntry]:
    with post.service.session() as session:
        yield session.scalars(select(CalendarEntry)).one()


def _answer(post: Post, partstat: str = "ACCEPTED", sequence: int = 0, **changes: Any) -> Answer:
    with _entry(post) as entry:
        said = Answer(str(entry.id), sequence, f"mailto:{OLENA}", OLENA, partstat, dtstamp=clock.now())
    return replace(said, **changes)


def _note(post: Post, answer: Answer, now: datetime | None = None) -> Verdict:
    with post.service.session(None) as session:
        return note_answer(session, answer, now or clock.now())


def _heard(post: Post) -> list[tuple[str, str]]:
    return [(event.answer, event.comment) for event in post.service.outbox(CalendarEntryAnswered)]


def _kept(post: Post) -> list[tuple[str, str]]:
    with post.service.session() as session:
        found = session.scalars(select(CalendarAnswer).order_by(CalendarAnswer.received_at))
        return [(one.outcome, one.reason) for one in found]


def test_answer_counts_is_kept_and_told(post: Post, sent: PutCalendarEntry) -> None:
    verdict = _note(post, _answer(post, comment="Tot dan"))
    assert (verdict.outcome, verdict.answer, verdict.needs_person) == ("counted", "accepted", False)
    [event] = post.service.outbox(CalendarEntryAnswered)
    assert (event.event_id, event.person_kind, event.person_id) == (sent.event_id, "interpreter", sent.person.id)
    assert (event.key, event.version, event.answer, event.comment) == ("interpreting:1", 1, "accepted", "Tot dan")
    with _entry(post) as entry:
        assert entry.answer == "accepted"


def test_answer_twice_tells_once(post: Post, sent: PutCalendarEntry) -> None:
    answer = _answer(post)
    assert [_note(post, one).reason for one in (answer, answer, _answer(post))] == ["accepted", "repeated", "repeated"]
    assert _heard(post) == [("accepted", "")]
    assert len(_kept(post)) == 3


def test_who_changes_their_mind_is_heard_and_late_mail_is_not(post: Post, sent: PutCalendarEntry) -> None:
    early = _answer(post, dtstamp=clock.now() - timedelta(minutes=5))
    assert _note(post, _answer(post, "DECLINED")).outcome == "counted"
    assert _note(post, early).reason == "out_of_order"
    assert _note(post, _answer(post, "TENTATIVE")).outcome == "counted"
    assert _heard(post) == [("declined", ""), ("tentative", "")]


def test_other_words_keep_the_answer_and_another_time_asks_again(post: Post, sent: PutCalendarEntry) -> None:
    _note(post, _answer(post))
    words = replace(sent, message_id=uuid.uuid4(), version=2, values={"blocks": [], "stand": "7"})
    _say(post, words)
    assert (len(_files(post)), _partstat(post)) == (2, "ACCEPTED")
    later = replace(words, message_id=uuid.uuid4(), version=3, starts_at=sent.starts_at + timedelta(minutes=30))
    _say(post, later)
    assert (_files(post)[-1]["sequence"], _partstat(post)) == (1, "NEEDS-ACTION")
    with _entry(post) as entry:
        assert entry.answer == "needs_action"


def test_answer_to_the_old_time_counts_for_nothing(post: Post, sent: PutCalendarEntry) -> None:
    _say(post, replace(sent, message_id=uuid.uuid4(), version=2, starts_at=sent.starts_at + timedelta(minutes=30)))
    assert _note(post, _answer(post, sequence=0)).reason == "old_sequence"
    assert _note(post, _answer(post, "DECLINED", sequence=1)).outcome == "counted"
    assert _heard(post) == [("declined", "")]
    assert [event.version for event in post.service.outbox(CalendarEntryAnswered)] == [2]


def test_answer_while_the_new_time_waits_to_be_sent_is_about_the_old_one(post: Post, sent: PutCalendarEntry) -> None:
    later = replace(sent, message_id=uuid.uuid4(), version=2, starts_at=sent.starts_at + timedelta(minutes=30))
    post.service.deliver(later)
    assert _note(post, _answer(post)).reason == "old_sequence"
    assert _heard(post) == []


def test_answer_while_the_new_place_waits_to_be_sent_is_about_the_old_one(post: Post, sent: PutCalendarEntry) -> None:
    known = facts(event_id=sent.event_id, starts_at=sent.starts_at)
    tell_moved(post.service, move(known, timedelta(0), venue="Buurthuis Noord"))
    assert _note(post, _answer(post)).reason == "old_sequence"


def test_answer_after_a_cancellation_and_after_the_event_is_history(post: Post, sent: PutCalendarEntry) -> None:
    assert _note(post, _answer(post), sent.ends_at + timedelta(hours=1)).reason == "over"
    _say(post, cancel_entry(sent, template="interpreter_free", values={}))
    assert _note(post, _answer(post)).reason == "cancelled"
    assert _heard(post) == []


def test_entry_that_comes_back_asks_again(post: Post, sent: PutCalendarEntry) -> None:
    _note(post, _answer(post))
    _say(post, cancel_entry(sent, template="interpreter_free", values={}))
    _say(post, replace(sent, message_id=uuid.uuid4(), version=3))
    assert (_files(post)[-1]["sequence"], _partstat(post)) == (2, "NEEDS-ACTION")


def test_uid_that_is_not_ours_is_for_a_person_and_kept_nowhere(post: Post, sent: PutCalendarEntry) -> None:
    for uid in (str(uuid.uuid4()), "", "x" * 5000, "not-a-uid\0", str(sent.person.id)):
        verdict = _note(post, _answer(post, uid=uid))
        assert (verdict.reason, verdict.needs_person, verdict.answer_id) == ("unknown_entry", True, None)
    assert _kept(post) == []


def test_stranger_declines_nothing_until_a_person_says_so(post: Post, sent: PutCalendarEntry) -> None:
    stranger = _answer(post, "DECLINED", attendee=STRANGER, sender=STRANGER)
    verdict = _note(post, stranger)
    assert (verdict.outcome, verdict.reason, verdict.needs_person) == ("doubtful", "stranger", True)
    assert _heard(post) == []
    with post.service.session() as session:
        dismissed = dismiss_answer(session, _id(verdict), clock.now())
    assert (dismissed.outcome, _heard(post)) == ("kept", [])
    with post.service.session() as session, pytest.raises(AnswerSettled):
        confirm_answer(session, _id(verdict), clock.now())
    assert _note(post, _answer(post, "DECLINED", attendee=STRANGER, sender=STRANGER)).outcome == "doubtful"


def test_alias_that_a_person_confirmed_counts_from_then_on(post: Post, sent: PutCalendarEntry) -> None:
    verdict = _note(post, _answer(post, "DECLINED", sender=ALIAS))
    assert verdict.reason == "other_sender"
    with post.service.session() as session:
        assert confirm_answer(session, _id(verdict), clock.now()).outcome == "counted"
    assert _heard(post) == [("declined", "")]
    assert _note(post, _answer(post, sender=ALIAS, attendee=ALIAS)).outcome == "counted"
    assert _note(post, _answer(post, "DECLINED", sender=ALIAS, attendee=ALIAS)).outcome == "counted"
    assert [outcome for outcome, _ in _kept(post)] == ["doubtful", "counted", "counted", "counted"]


def test_no_to_the_old_time_that_is_confirmed_too_late_takes_nothing_back(post: Post, sent: PutCalendarEntry) -> None:
    verdict = _note(post, _answer(post, "DECLINED", sender=ALIAS))
    post.service.deliver(
        replace(sent, message_id=uuid.uuid4(), version=2, starts_at=sent.starts_at + timedelta(minutes=30))
    )
    with post.service.session() as session:
        assert confirm_answer(session, _id(verdict), clock.now()).outcome == "kept"
    assert _heard(post) == []
    post.send()
    assert _note(post, _answer(post, "DECLINED", sequence=1, sender=ALIAS)).outcome == "counted", "the alias is known"


def test_two_answers_at_once_are_one_after_the_other(post: Post, sent: PutCalendarEntry) -> None:
    yes = _answer(post)
    with ThreadPoolExecutor(6) as pool:
        outcomes = sorted(verdict.outcome for verdict in pool.map(lambda _: _note(post, yes), range(6)))
    assert outcomes == ["counted"] + ["kept"] * 5
    assert _heard(post) == [("accepted", "")]


def test_delegate_and_what_says_nothing_can_be_dismissed_only(post: Post, sent: PutCalendarEntry) -> None:
    verdict = _note(post, _answer(post, "DELEGATED", delegated_to=f"mailto:{STRANGER}"))
    assert (verdict.reason, verdict.needs_person) == ("delegated", True)
    with post.service.session() as session, pytest.raises(AnswerSettled):
        confirm_answer(session, _id(verdict), clock.now())
    with post.service.session() as session:
        assert dismiss_answer(session, _id(verdict), clock.now()).reason == "dismissed"


def test_answer_that_counted_waits_for_nobody(post: Post, sent: PutCalendarEntry) -> None:
    verdict = _note(post, _answer(post))
    for settle in (confirm_answer, dismiss_answer):
        with post.service.session() as session, pytest.raises(AnswerUnknown):
            settle(session, _id(verdict), clock.now())


def test_people_of_another_region_decide_nothing_here(post: Post, sent: PutCalendarEntry) -> None:
    verdict = _note(post, _answer(post, sender=STRANGER, attendee=STRANGER))
    with post.service.session(STRANGER_ORGANISATION_ID) as session:
        for settle in (confirm_answer, dismiss_answer):
            with pytest.raises(AnswerUnknown):
                settle(session, _id(verdict), clock.now())
        assert load_entries(session, sent.event_id) == []


def test_other_time_is_shown_and_told_as_perhaps(post: Post, sent: PutCalendarEntry) -> None:
    earlier = sent.starts_at - timedelta(hours=1)
    verdict = _note(
        post, _answer(post, "TENTATIVE", method="COUNTER", proposed_starts_at=earlier, proposed_ends_at=sent.starts_at)
    )
    assert (verdict.reason, verdict.answer, verdict.needs_person) == ("countered", "tentative", True)
    assert (verdict.proposed_starts_at, verdict.proposed_ends_at) == (earlier, sent.starts_at)
    assert _heard(post) == [("tentative", "")]
    with post.service.session() as session:
        [one] = load_entries(session, sent.event_id)
        assert ([kept.proposed_starts_at for kept in one.answers], one.entry.answer) == ([earlier], "tentative")


def test_hostile_values_are_kept_as_far_as_they_fit(post: Post, sent: PutCalendarEntry) -> None:
    words = "Ї\0\ud800" * 9000
    answer = _answer(
        post, sequence=10**30, comment=words, attendee=words, sender=words, delegated_to=words, mail_id=words,
        partstat=words, method=words, recurrence_id=words, dtstamp=datetime.max.replace(tzinfo=UTC),
    )  # fmt: skip
    assert _note(post, answer).outcome == "doubtful"
    assert _note(post, replace(answer, sequence=-(10**30), method="REPLY", partstat="ACCEPTED")).outcome == "doubtful"
    assert _heard(post) == []


def test_what_people_wrote_is_forgotten_in_time(post: Post, sent: PutCalendarEntry) -> None:
    _note(post, _answer(post, comment="Mijn dochter is ziek"))
    with post.service.session() as session:
        forget_entries(session, sent.ends_at + timedelta(days=1))
    with post.service.session() as session:
        kept = session.scalars(select(CalendarAnswer).execution_options(**ACROSS_ORGANISATIONS)).one()
        assert (kept.comment, kept.sender, kept.attendee, kept.answer) == ("", "", "", "accepted")


def _id(verdict: Verdict) -> uuid.UUID:
    assert verdict.answer_id is not None
    return verdict.answer_id
