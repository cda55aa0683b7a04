"""Calendar addresses: what a calendar fetches there, who gets one, and what is left of one that ended."""

import logging
import re
import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from services.notifications.calendar.feeds import CANCELLED_FOR, KEPT_AFTER, feed_address, find_feed, renew_feed
from services.notifications.calendar.models import CalendarFeed
from services.notifications.calendar.rules import erase_person
from shared import clock
from shared.database import ACROSS_ORGANISATIONS
from shared.events import EventFacts, OrganisationChanged, Person, PutCalendarEntry
from shared.identity.own_calendar import LASTS, Owner, own_calendar_path
from shared.identity.sessions import Identity
from tests.factories.notifications import (
    MAILBOX,
    cancel_entry,
    facts,
    move,
    organisation,
    person,
    put_entry,
    tell,
    tell_cancelled,
    tell_moved,
)
from tests.queries import queries_of
from tests.service_under_test import ORGANISATION_ID, STRANGER_ORGANISATION_ID, ServiceUnderTest, post_form
from tests.services.notifications.calendar.ical_js import read_feed
from tests.services.notifications.conftest import Post

OLENA = person("interpreter", email="olena@tolk.example")


def owner_of(who: Person, organisation_id: uuid.UUID = ORGANISATION_ID) -> Owner:
    return Owner(organisation_id, who.kind, who.id)


def own_page(service: ServiceUnderTest, who: Person = OLENA) -> str:
    """Where the person's own page leads, below the service's own address."""
    kind = {"contact": "employer"}.get(who.kind, who.kind)
    someone = Identity(kind, "s", who.id, ORGANISATION_ID, "", who.name, frozenset(), clock.now())
    return own_calendar_path(service.floor.settings.secret_keys, someone).removeprefix("/notifications")


def make_address(service: ServiceUnderTest, who: Person = OLENA) -> str:
    """The person makes an address on their page; its path below the service's own address."""
    page, client = own_page(service, who), service.client()
    assert post_form(client, page, {"do": "renew"}).status_code == 303
    return shown(client, page)


def shown(client: FlaskClient, page: str) -> str:
    found = re.search(r"<code[^>]*>http://[^/]+/notifications(/calendar/[\w-]+\.ics)<", client.get(page).text)
    assert found is not None
    return found.group(1)


def put(event: EventFacts, **changes: Any) -> PutCalendarEntry:
    values = {"blocks": [], **changes.pop("values", {})}
    return put_entry(event, **{"person": OLENA, "key": "interpreting", "template": "interpreter_roster",
                               "values": values, **changes})  # fmt: skip


def fetch(service: ServiceUnderTest, address: str) -> dict[str, Any]:
    answer = service.client().get(address)
    assert answer.status_code == 200, answer.text
    return read_feed(answer.data)


@pytest.fixture
def event(notifications: ServiceUnderTest) -> EventFacts:
    return tell(notifications, facts())


def test_feed_says_every_entry_of_the_person_and_nobody_elses(
    notifications: ServiceUnderTest, event: EventFacts
) -> None:
    second = put(event, key="interpreting:1", starts_at=event.starts_at + timedelta(hours=2))
    for command in (put(event, ends_at=event.starts_at + timedelta(hours=1)), second, put_entry(event)):
        notifications.deliver(command)
    said = fetch(notifications, make_address(notifications))
    assert (said["method"], said["name"]) == ("PUBLISH", "Werkregio Rijn en Vecht")
    assert said["refresh"] == "PT2H"
    assert [one["start"]["instant"] for one in said["events"]] == [
        moment.strftime("%Y-%m-%dT%H:%M:%S.000Z") for moment in (event.starts_at, second.starts_at)
    ]
    for one in said["events"]:
        assert (one["organizer"], one["attendees"]) == (f"mailto:{MAILBOX}", []), "RFC 5546 §3.2.1"
        assert (one["status"], one["sequence"], one["alarms"]) == ("CONFIRMED", 0, ["-P1D", "-PT1H"])
        assert "Переклад" in one["summary"] or "переклад" in one["summary"]


def test_feed_and_invitation_speak_of_the_same_entry(post: Post) -> None:
    event = tell(post.service, facts())
    command = put(event)
    post.service.deliver(command)
    post.send()
    later = replace(command, message_id=uuid.uuid4(), version=2, starts_at=command.starts_at + timedelta(minutes=30))
    post.service.deliver(later)
    address = make_address(post.service)
    [before] = fetch(post.service, address)["events"]
    post.send()
    [after] = fetch(post.service, address)["events"]
    invited = [read_feed(mail.calendar)["events"][0] for mail in post.mail.received]
    assert {one["uid"] for one in (*invited, before, after)} == {invited[0]["uid"]}
    assert [one["sequence"] for one in (*invited, before, after)] == [0, 1, 1, 1]
    assert before["start"] == after["start"] == invited[1]["start"]


def test_cancelled_entries_say_so_for_a_while(notifications: ServiceUnderTest, event: EventFacts) -> None:
    command = put(event)
    notifications.deliver(command)
    notifications.deliver(cancel_entry(command, template="interpreter_free", values={}))
    address = make_address(notifications)
    assert [one["status"] for one in fetch(notifications, address)["events"]] == ["CANCELLED"]
    with time_machine.travel(clock.now() + CANCELLED_FOR + timedelta(hours=1)):
        assert fetch(notifications, address)["events"] == []


def test_entry_of_a_cancelled_event_is_cancelled_whichever_news_came_first(
    notifications: ServiceUnderTest, event: EventFacts
) -> None:
    notifications.deliver(put(event))
    tell_cancelled(notifications, event)
    assert [one["status"] for one in fetch(notifications, make_address(notifications))["events"]] == ["CANCELLED"]


def test_what_is_over_stays_for_a_while(notifications: ServiceUnderTest, event: EventFacts) -> None:
    notifications.deliver(put(event))
    address = make_address(notifications)
    with time_machine.travel(event.ends_at + KEPT_AFTER - timedelta(hours=1)):
        assert len(fetch(notifications, address)["events"]) == 1
    with time_machine.travel(event.ends_at + KEPT_AFTER + timedelta(hours=1)):
        assert fetch(notifications, address)["events"] == []


def test_nothing_new_is_answered_without_a_body(notifications: ServiceUnderTest, event: EventFacts) -> None:
    notifications.deliver(put(event))
    address, client = make_address(notifications), notifications.client()
    first = client.get(address)
    assert first.content_type == "text/calendar; charset=utf-8"
    assert (first.headers["Cache-Control"], first.headers["X-Robots-Tag"]) == ("private, no-cache", "noindex")
    seen = {"If-None-Match": first.headers["ETag"]}
    since = {"If-Modified-Since": first.headers["Last-Modified"]}
    for known in (seen, since, {**seen, **since}):
        again = client.get(address, headers=known)
        assert (again.status_code, again.data) == (304, b"")
    assert client.head(address).status_code == 200
    with time_machine.travel(clock.now() + timedelta(minutes=5)):
        tell_moved(notifications, move(event, timedelta(0), venue="Buurthuis Noord"))
        for known in (seen, since):
            changed = client.get(address, headers=known)
            assert (changed.status_code, b"Buurthuis Noord" in changed.data) == (200, True)


def test_new_address_ends_the_old_one_and_can_be_switched_off(notifications: ServiceUnderTest) -> None:
    page, client = own_page(notifications), notifications.client()
    first = make_address(notifications)
    assert shown(client, page) == first, "it can be shown again"
    second = make_address(notifications)
    assert first != second
    gone = client.get(first)
    assert (gone.status_code, "Werkregio" in gone.text) == (410, False)
    assert client.get(second).status_code == 200
    assert post_form(client, page, {"do": "stop"}).status_code == 303
    assert client.get(second).status_code == 410
    assert "/calendar/" not in client.get(page).text.partition("<main")[2].replace("my/calendar/", "")


@pytest.mark.parametrize("token", ["x", "AAAA", "A" * 48, "ґ", "%00", "../../etc/passwd", "x" * 5000])
def test_address_that_was_never_one_says_nothing(notifications: ServiceUnderTest, token: str) -> None:
    answer = notifications.client().get(f"/calendar/{token}.ics")
    assert answer.status_code in (400, 404)


def test_token_changed_in_any_letter_opens_nothing(notifications: ServiceUnderTest) -> None:
    address = make_address(notifications)
    token = address.removeprefix("/calendar/").removesuffix(".ics")
    for place in range(len(token) - 1):
        other = "A" if token[place] != "A" else "B"
        changed = f"/calendar/{token[:place]}{other}{token[place + 1 :]}.ics"
        assert notifications.client().get(changed).status_code == 404


def test_other_mailbox_ends_the_address(notifications: ServiceUnderTest, event: EventFacts) -> None:
    notifications.deliver(put(event))
    address, client = make_address(notifications), notifications.client()
    same = replace(OLENA, email="Olena@Tolk.Example", name="Olena")
    notifications.deliver(put(event, version=2, person=same))
    assert client.get(address).status_code == 200
    notifications.deliver(put(event, version=3, key="interpreting:1", person=replace(OLENA, email="new@tolk.example")))
    assert client.get(address).status_code == 410


def test_own_page_is_for_who_comes_from_their_own_page_within_a_day(notifications: ServiceUnderTest) -> None:
    page, client = own_page(notifications), notifications.client()
    assert client.get(page).status_code == 200
    with time_machine.travel(clock.now() + LASTS + timedelta(minutes=1)):
        assert client.get(page).status_code == 410
    # The last letter but one: of the last, two bits say nothing, so that another letter may be the same signature.
    assert client.get(page[:-2] + ("A" if page[-2] != "A" else "B") + page[-1]).status_code == 410
    assert client.get("/my/calendar/x").status_code == 410
    assert client.post(page, data={"do": "renew"}).status_code == 400, "without the token of a form"


def test_address_of_one_region_shows_nothing_of_another(notifications: ServiceUnderTest, event: EventFacts) -> None:
    notifications.deliver(put(event))
    notifications.deliver(OrganisationChanged(STRANGER_ORGANISATION_ID, 1, "Strangers", "post@strangers.example"))
    with notifications.session(None) as session:
        renew_feed(session, owner_of(OLENA, STRANGER_ORGANISATION_ID))
        theirs = find_feed(session, owner_of(OLENA, STRANGER_ORGANISATION_ID))
    assert theirs is not None
    with notifications.session(None) as session:
        assert find_feed(session, owner_of(OLENA)) is None
    address = feed_address(notifications.floor.settings, theirs).partition("/notifications")[2]
    assert fetch(notifications, address)["events"] == []


def test_two_clicks_at_once_make_one_address(notifications: ServiceUnderTest) -> None:
    for _ in range(3):
        make_address(notifications)
    with notifications.session() as session:
        feeds = list(session.scalars(select(CalendarFeed).execution_options(**ACROSS_ORGANISATIONS)))
    assert [feed.revoked_at is None for feed in feeds].count(True) == 1


def test_erased_person_leaves_no_address(notifications: ServiceUnderTest, event: EventFacts) -> None:
    address = make_address(notifications)
    with notifications.session() as session:
        erase_person(session, OLENA.id)
    assert notifications.client().get(address).status_code == 404


def test_feed_of_nobody_we_know_of_is_a_calendar_all_the_same(notifications: ServiceUnderTest) -> None:
    assert fetch(notifications, make_address(notifications))["events"] == []
    notifications.deliver(organisation())
    assert fetch(notifications, make_address(notifications))["name"] == "Werkregio Rijn en Vecht"


def test_feed_costs_the_same_however_long_it_is(notifications: ServiceUnderTest, event: EventFacts) -> None:
    address, counts = make_address(notifications), []
    for number in (1, 12):
        for key in range(number):
            notifications.deliver(put(event, key=f"interpreting:{number}{key}"))
        notifications.client().get(address)
        with queries_of(notifications) as statements:
            assert notifications.client().get(address).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_whoever_asks_too_often_waits(notifications: ServiceUnderTest) -> None:
    address, client = make_address(notifications), notifications.client()
    statuses = {client.get(address).status_code for _ in range(61)}
    assert statuses == {200, 429}


def test_no_log_holds_the_token_or_a_name(
    notifications: ServiceUnderTest, event: EventFacts, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    notifications.deliver(put(event))
    page, address = own_page(notifications), make_address(notifications)
    client = notifications.client()
    for path in (address, address.replace(".ics", "x.ics"), page, f"{page}x", *[address] * 61):
        client.get(path)
    own = [one for one in caplog.records if not one.name.startswith(("asyncio", "sqlalchemy"))]
    logged = " ".join(f"{record.getMessage()} {record.__dict__}" for record in own)
    assert "/calendar/<token>.ics" in logged
    for secret in (address.removeprefix("/calendar/")[:40], page.rpartition("/")[2][:40], OLENA.name, "olena@"):
        assert secret not in logged


def test_spelling_an_address_in_another_way_gives_no_more_fetches(notifications: ServiceUnderTest) -> None:
    """What stands between the letters of a token is passed over when it is read."""
    address, client = make_address(notifications), notifications.client()
    spelt = [address.replace(".ics", f"{'!' * number}.ics") for number in range(61)]
    assert [client.get(one).status_code for one in spelt] == [200] * 60 + [429]
