"""Time zones in calendar files, held against the zone database hour by hour."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar, Event

from services.notifications.calendar.zones import describe_zone, find_changes
from tests.factories.notifications import at
from tests.services.notifications.calendar.ical_js import read_files

ZONES = ["Europe/Amsterdam", "Europe/Kyiv", "Asia/Tokyo", "America/New_York", "Australia/Lord_Howe",
         "Africa/Casablanca", "Asia/Kathmandu", "UTC", "Africa/Cairo"]  # fmt: skip


def _file(zone: str, moment: datetime) -> bytes:
    calendar = Calendar()
    for name, value in {"prodid": "-//test//", "version": "2.0", "method": "REQUEST"}.items():
        calendar.add(name, value)
    local = moment.astimezone(ZoneInfo(zone))
    event = Event.new(uid="x", start=local, end=local)
    event.add("organizer", "mailto:a@example.org")
    calendar.add_component(describe_zone(zone, moment))
    calendar.add_component(event)
    return calendar.to_ical()


@pytest.mark.parametrize("zone", ZONES)
def test_another_program_finds_the_right_instant_all_year(zone: str) -> None:
    around = {change.local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) for change in find_changes(zone, 2027, 2027)}
    moments = [at(2027, 1, 1, 0, 30) + timedelta(days=5 * n, hours=n % 24) for n in range(73)]
    moments += [change + timedelta(hours=hours) for change in around for hours in (-25, -3, 3, 25)]
    read = read_files(*(_file(zone, moment) for moment in moments))
    wrong = [
        (moment, said["start"]["instant"])
        for moment, said in zip(moments, read, strict=True)
        if said["start"]["instant"] != moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    ]
    assert wrong == []


@pytest.mark.parametrize(("zone", "rules"), [("Europe/Amsterdam", 2), ("Europe/Kyiv", 2), ("Asia/Tokyo", 0)])
def test_yearly_rules_where_the_zone_has_them(zone: str, rules: int) -> None:
    text = describe_zone(zone, at(2027, 6, 1, 12)).to_ical().decode()
    assert text.count("RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=") == rules
    assert f"TZID:{zone}" in text


def test_changes_are_the_real_ones() -> None:
    changes = find_changes("Europe/Amsterdam", 2027, 2027)
    assert [(change.local.isoformat(), change.summer) for change in changes] == [
        ("2027-03-28T02:00:00", True),
        ("2027-10-31T03:00:00", False),
    ]
