"""Verdicts as decisions: values in, a word out."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from services.registration.door.verdicts import (
    Found,
    decide_verdict,
    end_of_day,
    is_on_its_day,
    moment_of_scan,
    stop_to_tell,
)
from services.registration.events.models import Event
from services.registration.invitations.models import Invitation
from services.registration.invitations.passes import PassContent

# Thursday 10 December 2026, 13:00 to 16:30 in Amsterdam.
START = datetime(2026, 12, 10, 12, 0, tzinfo=UTC)
END = START + timedelta(hours=3, minutes=30)
EVENT_ID = uuid.uuid4()
PASS = PassContent(EVENT_ID, 112, 1)


def an_event(
    state: str = "running", capacity: int | None = None, start: datetime = START, end: datetime = END
) -> Event:
    return Event(
        id=EVENT_ID, state=state, capacity=capacity, starts_at=start, ends_at=end, time_zone="Europe/Amsterdam",
        round_minutes=12,
    )  # fmt: skip


def found(event: Event | None = None, state: str = "accepted", pass_version: int = 1, inside: int = 0,
          since: datetime | None = None, stop_at: datetime | None = None) -> Found:  # fmt: skip
    invitation = Invitation(id=uuid.uuid4(), number=112, state=state, pass_version=pass_version)
    stop = "4" if stop_at else None
    return Found(event or an_event(), invitation, since, "North" if since else None, inside, stop, stop_at)


@pytest.mark.parametrize("state", ["drafted", "sent", "accepted", "declined", "no_show"])
def test_who_has_a_pass_of_today_is_admitted(state: str) -> None:
    assert decide_verdict(found(state=state), PASS, START) == "admitted"


def test_second_time() -> None:
    assert decide_verdict(found(state="attended", since=START), PASS, START) == "already_in"


def test_number_that_nobody_has() -> None:
    assert decide_verdict(Found(an_event(), None), PASS, START) == "unknown"


def test_pass_that_was_reissued() -> None:
    assert decide_verdict(found(pass_version=2), PASS, START) == "void"


def test_pass_of_a_version_to_come() -> None:
    assert decide_verdict(found(pass_version=1), PASS._replace(version=2), START) == "void"


def test_cancelled_event() -> None:
    assert decide_verdict(found(an_event("cancelled")), PASS, START) == "void"


def test_waiting_list() -> None:
    assert decide_verdict(found(state="waitlisted"), PASS, START) == "over_capacity"


@pytest.mark.parametrize(
    ("inside", "verdict"), [(0, "admitted"), (39, "admitted"), (40, "over_capacity"), (41, "over_capacity")]
)
def test_full_hall(inside: int, verdict: str) -> None:
    assert decide_verdict(found(an_event(capacity=40), inside=inside), PASS, START) == verdict


def test_who_is_inside_a_full_hall_is_already_in() -> None:
    assert decide_verdict(found(an_event(capacity=40), inside=40, since=START), PASS, START) == "already_in"


def test_reissued_pass_counts_before_the_day() -> None:
    assert decide_verdict(found(pass_version=2), PASS, START - timedelta(days=1)) == "void"


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 12, 9, 22, 59, tzinfo=UTC), False),  # 23:59 the evening before
        (datetime(2026, 12, 9, 23, 0, tzinfo=UTC), True),  # midnight in Amsterdam
        (START, True),
        (datetime(2026, 12, 10, 22, 59, tzinfo=UTC), True),
        (datetime(2026, 12, 10, 23, 0, tzinfo=UTC), False),
    ],
)
def test_its_day_by_the_clock_of_the_place(moment: datetime, expected: bool) -> None:
    assert is_on_its_day(an_event(), moment) is expected
    assert (decide_verdict(found(), PASS, moment) == "admitted") is expected


def test_event_past_midnight_has_two_days() -> None:
    event = an_event(end=START + timedelta(hours=14))
    assert is_on_its_day(event, START + timedelta(hours=13))
    assert end_of_day(event) == datetime(2026, 12, 11, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "midnight"),
    [
        (START, datetime(2026, 12, 10, 23, 0, tzinfo=UTC)),
        (datetime(2026, 10, 25, 11, 0, tzinfo=UTC), datetime(2026, 10, 25, 23, 0, tzinfo=UTC)),  # clock goes back
        (datetime(2026, 3, 29, 11, 0, tzinfo=UTC), datetime(2026, 3, 29, 22, 0, tzinfo=UTC)),  # clock goes forward
    ],
)
def test_end_of_day(start: datetime, midnight: datetime) -> None:
    assert end_of_day(an_event(start=start, end=start + timedelta(hours=3))) == midnight


def test_moment_of_a_scan_does_not_trust_the_clock_of_the_phone() -> None:
    received, hour = START, timedelta(hours=1)
    wrong = datetime(1999, 1, 1, tzinfo=UTC)
    assert moment_of_scan(wrong, wrong, received) == received
    assert moment_of_scan(wrong, wrong + hour, received) == received - hour
    assert moment_of_scan(wrong + hour, wrong, received) == received
    ages = datetime.max.replace(tzinfo=UTC)
    assert moment_of_scan(datetime.min.replace(tzinfo=UTC), ages, received) == received - timedelta(days=7)


def test_first_stop_is_told_until_it_is_over() -> None:
    at = START + timedelta(minutes=15)
    assert stop_to_tell(found(stop_at=at), START) == ("4", at)
    assert stop_to_tell(found(stop_at=at), at + timedelta(minutes=11)) == ("4", at)
    assert stop_to_tell(found(stop_at=at), at + timedelta(minutes=12)) is None
    assert stop_to_tell(found(), START) is None
