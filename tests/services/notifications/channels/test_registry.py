"""Which channel reaches whom, and when a telephone may ring."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from services.notifications.channels.channel import Channel, is_pushed
from services.notifications.channels.quiet import quiet_until
from services.notifications.channels.reader import Reader
from services.notifications.channels.registry import CHANNELS, choose_channel, make_channels
from tests.service_under_test import ServiceUnderTest

BOTH = {"email": "a@example.org", "mobile": "+31612345678"}
EVERY = frozenset({"email", "sms", "paper"})


@pytest.fixture
def every_channel(notifications: ServiceUnderTest) -> dict[str, Channel]:
    """The channels of an installation that has all of them."""
    sms = {"sms_url": f"https://AC{'a' * 32}@sms.invalid?from=%2B3197000000000", "sms_secret": "a token of the tests"}
    return make_channels(replace(notifications.floor.settings, **sms))


@pytest.mark.parametrize(
    ("reader", "channel"),
    [
        (Reader(**BOTH), "email"),
        (Reader(**BOTH, preferred="sms"), "sms"),
        (Reader(**BOTH, preferred="sms", has_short=False), "email"),
        (Reader(**BOTH, preferred="sms", closed=frozenset({"sms"})), "email"),
        (Reader(**BOTH, closed=frozenset({"email"})), "sms"),
        (Reader(**BOTH, preferred="paper"), "email"),
        (Reader(**BOTH, preferred="paper", letter_worthy=True), "paper"),
        (Reader(None, "+31612345678"), "sms"),
        (Reader(None, "+31612345678", has_short=False), None),
        (Reader(None, "+31612345678", has_short=False, letter_worthy=True), "paper"),
        (Reader("", "", letter_worthy=True), "paper"),
        (Reader(None, None), None),
        (Reader(**BOTH, closed=EVERY, letter_worthy=True), None),
    ],
)
def test_channel_is_the_preferred_one_or_the_first_that_reaches(
    every_channel: dict[str, Channel], reader: Reader, channel: str | None
) -> None:
    assert choose_channel(reader, every_channel) == channel


def test_channel_without_a_server_in_the_settings_is_not_there(notifications: ServiceUnderTest) -> None:
    there = make_channels(notifications.floor.settings)
    assert set(there) == {"email", "paper"}
    assert choose_channel(Reader(None, "+31612345678", letter_worthy=True), there) == "paper"


def test_channel_is_opened_without_a_server(notifications: ServiceUnderTest) -> None:
    pushed = [one for one in make_channels(notifications.floor.settings).values() if is_pushed(one)]
    assert pushed
    for channel in pushed:
        with channel.connect() as connection:
            assert callable(connection.send), "it connects with the first letter"


def test_every_channel_of_the_registry_has_a_way_to_reach_somebody(every_channel: dict[str, Channel]) -> None:
    reader = Reader(**BOTH, letter_worthy=True)
    assert list(every_channel) == list(CHANNELS)
    assert all(choose_channel(reader, {name: channel}) == name for name, channel in every_channel.items())


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (datetime(2026, 12, 10, 12, tzinfo=UTC), None),
        (datetime(2026, 12, 10, 7, 0, tzinfo=UTC), None),  # 08:00 sharp
        (datetime(2026, 12, 10, 6, 59, 59, tzinfo=UTC), datetime(2026, 12, 10, 7, tzinfo=UTC)),
        (datetime(2026, 12, 10, 19, 59, 59, tzinfo=UTC), None),
        (datetime(2026, 12, 10, 20, 0, tzinfo=UTC), datetime(2026, 12, 11, 7, tzinfo=UTC)),  # 21:00 sharp
        (datetime(2026, 12, 10, 23, 30, tzinfo=UTC), datetime(2026, 12, 11, 7, tzinfo=UTC)),
        (
            datetime(2026, 3, 28, 22, 0, tzinfo=UTC),
            datetime(2026, 3, 29, 6, tzinfo=UTC),
        ),  # summer time begins that night
        (datetime(2026, 10, 24, 21, 0, tzinfo=UTC), datetime(2026, 10, 25, 7, tzinfo=UTC)),  # and ends
    ],
)
def test_night_ends_at_eight_on_the_clock_of_the_event(now: datetime, until: datetime | None) -> None:
    assert quiet_until(now, "Europe/Amsterdam") == until


def test_night_is_another_one_elsewhere() -> None:
    now = datetime(2026, 12, 10, 12, tzinfo=UTC)
    assert quiet_until(now, "Asia/Tokyo") == datetime(2026, 12, 10, 23, tzinfo=UTC)
