"""Several mails to one person about one event: each subject says which one it is, on the event's clock."""

from datetime import timedelta

import pytest

from shared.events import EventFacts, Person, PutCalendarEntry
from shared.i18n import LANGUAGES
from tests.factories.notifications import (
    at,
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
from tests.services.notifications.conftest import Post, new_sender

LONGEST = 70
NOON = at(2030, 12, 12, 11)
"""In New York the sun is not up yet: the event's clock is six hours behind that of Amsterdam."""
BLOCKS = 3


@pytest.fixture
def event(post: Post) -> EventFacts:
    """An event far from Amsterdam; nothing waits for other news."""
    post.sender = new_sender(post.service, post.mail, merge_seconds=0)
    return tell(post.service, facts(starts_at=NOON, time_zone="America/New_York"))


def _put_blocks(post: Post, event: EventFacts, reader: Person) -> list[PutCalendarEntry]:
    """What scheduling sends: a command for each block."""
    commands = [_block(event, reader, number) for number in range(BLOCKS)]
    for command in commands:
        post.service.deliver(command)
    return commands


def _block(event: EventFacts, reader: Person, number: int, version: int = 1, later: int = 0) -> PutCalendarEntry:
    start = event.starts_at + timedelta(hours=number, minutes=later)
    end = start + timedelta(minutes=45)
    block = {"starts_at": start.isoformat(), "ends_at": end.isoformat(), "stands": ["4 De Linde"], "languages": ["uk"]}
    return put_entry(event, person=reader, key=f"interpreting:{number}", template="interpreter_roster", version=version,
                     values={"blocks": [block]}, starts_at=start, ends_at=end)  # fmt: skip


def _subjects(post: Post, since: int = 0) -> list[str]:
    found = [str(mail.mail["Subject"]) for mail in post.mail.received[since:]]
    assert all(len(subject) <= LONGEST for subject in found), found
    return sorted(found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_block_of_an_interpreter_has_a_subject_of_its_own(post: Post, event: EventFacts, language: str) -> None:
    reader = person("interpreter", language=language)
    _put_blocks(post, event, reader)
    assert post.send() == BLOCKS
    subjects = _subjects(post)
    for subject, clock in zip(subjects, ("06:00–06:45", "07:00–07:45", "08:00–08:45"), strict=True):
        assert clock in subject
        assert "12" in subject
        assert event.name in subject


@pytest.mark.parametrize("language", LANGUAGES)
def test_block_that_is_not_needed_is_named_as_the_calendar_has_it(post: Post, event: EventFacts, language: str) -> None:
    puts = _put_blocks(post, event, person("interpreter", language=language))
    post.send()
    later = _block(event, puts[1].person, 1, version=2, later=15)
    post.service.deliver(later)  # never sent: what the calendar shows is the first
    for put in (puts[0], later):
        post.service.deliver(cancel_entry(put, template="interpreter_free", values={}))
    assert post.send() == 2
    first, second = _subjects(post, since=BLOCKS)
    assert "06:00–06:45" in first
    assert "07:00–07:45" in second
    assert "07:00–07:45" in post.mail.received[-1].text + post.mail.received[-2].text


def test_block_at_another_time_is_named_by_its_new_time(post: Post, event: EventFacts) -> None:
    puts = _put_blocks(post, event, person("interpreter", language="en"))
    post.send()
    post.service.deliver(_block(event, puts[1].person, 1, version=2, later=30))
    assert post.send() == 1
    (subject,) = _subjects(post, since=BLOCKS)
    assert subject == f"Your roster Thu 12 Dec 07:30–08:15: {event.name}"


@pytest.mark.parametrize("template", ["event_cancelled", "interpreter_readdressed"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_blocks_of_a_day_that_goes_away_are_told_apart(
    post: Post, event: EventFacts, language: str, template: str
) -> None:
    puts = _put_blocks(post, event, person("interpreter", language=language))
    post.send()
    if template == "event_cancelled":
        tell_cancelled(post.service, event)
    for put in puts:
        post.service.deliver(cancel_entry(put, template=template, values={}))
    assert post.send() == BLOCKS
    subjects = _subjects(post, since=BLOCKS)
    assert len(set(subjects)) == BLOCKS
    for subject, clock in zip(subjects, ("06:00", "07:00", "08:00"), strict=True):
        assert clock in subject


@pytest.mark.parametrize("language", LANGUAGES)
def test_employer_with_two_stands_is_told_which_timetable_it_is(post: Post, event: EventFacts, language: str) -> None:
    reader = person("contact", language=language)
    for stand in ("4", "17"):
        values = {"stops": [], "stand": stand}
        post.service.deliver(send_message(event, "timetable_employer", person=reader, values=values, version=1))
    post.send()
    assert {"4", "17"} <= {word.strip(":") for mail in post.mail.received for word in mail.text.split()}
    with post.service.session():
        subjects = {message.subject for message in post.messages()}
    assert len(subjects) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_letter_of_several_news_says_the_most_important_first(post: Post, event: EventFacts, language: str) -> None:
    reader = person(language=language)
    moved = tell_moved(post.service, move(event))
    values = {"old_starts_at": event.starts_at.isoformat()}
    for template, said in (("timetable_candidate", {"stops": []}), ("event_moved", values)):
        post.service.deliver(send_message(moved, template, person=reader, values=said, version=1))
    assert post.send() == 1
    (subject,) = _subjects(post)
    day = {"en": "Other day: ", "nl": "Andere dag: ", "uk": "Інший день: ", "ru": "Другой день: "}[language]
    more = {"en": ", and more news", "nl": ", en meer nieuws", "uk": " та інші новини", "ru": " и другие новости"}[
        language
    ]
    assert subject.startswith(day)
    assert subject.endswith(more)


def test_subject_of_several_news_stays_within_its_line(post: Post) -> None:
    post.sender = new_sender(post.service, post.mail, merge_seconds=0)
    long = tell(post.service, facts(name="Meet & Greet voor nieuwe collega's in de zorg"))
    reader = person(language="nl")
    for template in ("candidate_invited", "timetable_candidate"):
        values = {"stops": [], "number": 1, "readable_name": "Oksana"}
        post.service.deliver(send_message(long, template, person=reader, values=values, version=1))
    assert post.send() == 1
    assert _subjects(post) == [f"Uitnodiging voor {long.name}"]
