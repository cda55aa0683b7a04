"""What wakes people waits until the morning on the event's clock, unless it is about today."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from services.notifications.channels.channel import Kind
from services.notifications.channels.pace import Pace
from services.notifications.events.models import Event, Organisation
from services.notifications.messages.compose import Setting
from services.notifications.messages.models import Message
from services.notifications.messages.parts import judge_night
from services.notifications.messages.truth import Wait
from services.notifications.wording.rules import OwnWords
from tests.factories.notifications import at
from tests.service_under_test import ServiceUnderTest

KYIV = "Europe/Kyiv"


@dataclass(frozen=True)
class Telephone:
    """A channel that rings."""

    quiet: bool = True
    kind: Kind = "pushed"
    pace: Pace | None = None


def _judge(service: ServiceUnderTest, now: datetime, template: str, starts_at: datetime, quiet: bool = True) -> object:
    event = Event(time_zone=KYIV, starts_at=starts_at, ends_at=starts_at + timedelta(hours=4))
    with service.session() as session:
        setting = Setting(service.floor.settings, Organisation(), event, now, OwnWords(session))
        return judge_night(Message(template=template), replace(Telephone(), quiet=quiet), setting)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (at(2027, 1, 10, 18, 59), None),
        (at(2027, 1, 10, 19), at(2027, 1, 11, 6)),
        (at(2027, 1, 11, 5, 59), at(2027, 1, 11, 6)),
        (at(2027, 1, 11, 6), None),
        # The night before the clocks are set forward: 08:00 is an hour sooner.
        (at(2027, 3, 27, 22), at(2027, 3, 28, 5)),
    ],
)
def test_night_is_the_events_own(notifications: ServiceUnderTest, now: datetime, until: datetime | None) -> None:
    verdict = _judge(notifications, now, "event_moved", at(2027, 6, 1, 9))
    assert verdict == (Wait(until) if until else None)


def test_essential_news_of_today_rings_at_any_time(notifications: ServiceUnderTest) -> None:
    early = at(2027, 1, 11, 4)
    assert _judge(notifications, early, "event_cancelled", at(2027, 1, 11, 9)) is None
    assert _judge(notifications, early, "event_cancelled", at(2027, 1, 12, 9)) is not None
    assert _judge(notifications, early, "candidate_reminder", at(2027, 1, 11, 9)) is not None


def test_mail_may_come_at_night(notifications: ServiceUnderTest) -> None:
    assert _judge(notifications, at(2027, 1, 11, 4), "event_moved", at(2027, 6, 1, 9), quiet=False) is None
