"""The overview as an organiser sees it in every state of an event."""

import re
from datetime import timedelta

import pytest
import time_machine

from services.registration.events.models import Event
from services.registration.events.rules import cancel_event
from shared import clock
from shared.events import PlanPublished
from tests.factories import invitations, stands
from tests.factories.events import make_event
from tests.queries import count_queries
from tests.service_under_test import ORGANISATION_ID, STRANGER_ORGANISATION_ID, ServiceUnderTest, post_form


def _page(registration: ServiceUnderTest, event: Event) -> str:
    answer = registration.signed_in().get(f"/events/{event.id}")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def _words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_a_draft_asks_to_be_published(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session, published=False)
    page = _page(registration, event)
    assert "The event is not published yet." in page
    assert f'action="/events/{event.id}/publish"' in page
    assert "hx-get" not in page
    answer = post_form(registration.signed_in(), f"/events/{event.id}/publish", {}, page=f"/events/{event.id}")
    assert answer.status_code == 303
    assert "Invite employers" in _page(registration, event)


def test_a_published_event_says_what_needs_somebody(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        silent = stands.make_invitation(session, event, stands.make_employer(session, "Hotel De Waterpoort & Zn"))
        stands.make_booking(session, silent, "7", title="")
        stands.make_booking(session, stands.make_invitation(session, event), "1")
        stands.make_hold(session, stands.make_invitation(session, event), "11")
        invitations.make_invitations(session, 4, event=event, answers=("accepted", "declined", "", "accepted"))
    registration.deliver(PlanPublished(ORGANISATION_ID, event.id, 1, (), 214, 3))
    page = _page(registration, event)
    words = _words(page)
    for sentence in (
        "Hotel De Waterpoort &amp; Zn has no vacancies yet.",
        "9 stands are still free.",
        "3 candidates have no conversation for want of an interpreter.",
        "2 of 12 stands booked",
        "now: 1 without an answer",
        "214 conversations",
        "1 said no",
        "3 answers in seven days",
        "2 taken",
        "1 held",
    ):
        assert sentence in words, sentence
    assert "hd-stat--warn" in page
    assert "every 30s" in page


def test_a_full_event_with_every_answer_has_no_needs_left(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        for number in range(1, 13):
            stands.make_booking(session, stands.make_invitation(session, event), str(number))
        invitations.make_invitations(session, 2, event=event, answers=("accepted",))
    registration.deliver(PlanPublished(ORGANISATION_ID, event.id, 1, (), 24, 0))
    words = _words(_page(registration, event))
    assert "Nothing at the moment." in words
    assert "12 of 12 stands booked" in words
    assert "Invite candidates" in words


def test_a_running_event_looks_again_every_two_seconds(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session, starts_at=clock.now() + timedelta(minutes=5))
        asked = invitations.make_invitations(session, 3, event=event, answers=("accepted",))
        asked[0].state = "attended"
    with time_machine.travel(event.starts_at + timedelta(minutes=20)):
        client, page = registration.signed_in(), _page(registration, event)
        address = re.search(r'hx-get="([^"]+)" hx-trigger="every 2s"', page)
        assert address is not None
        assert "now: 1 of 3 came in" in _words(page)
        assert client.get(address.group(1)).status_code == 204
        with registration.session() as session:
            session.merge(asked[1]).state = "attended"
        fragment = client.get(address.group(1))
    assert fragment.status_code == 200
    html = fragment.get_data(as_text=True)
    assert "<!doctype" not in html
    assert "2 of 3 came in" in _words(html)
    assert address.group(1) not in html


def test_a_closed_event_shows_who_came(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        asked = invitations.make_invitations(session, 3, event=event, answers=("accepted",))
        asked[0].state, asked[1].state, asked[2].state = "attended", "attended", "no_show"
        event.state, event.ends_at = "closed", event.starts_at + timedelta(hours=3)
    words = _words(_page(registration, event))
    assert "2 of 3 came in" in words
    assert "1 did not come" in words
    assert "Put in the archive" in words
    assert "Move the event" not in words


def test_a_cancelled_event_asks_nothing(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        cancel_event(session, event)
    page = _page(registration, event)
    assert "This event was cancelled." in page
    assert "hx-get" not in page
    assert "Publish the event" not in page


def test_names_of_every_kind_are_shown_as_they_are_written(registration: ServiceUnderTest) -> None:
    name = ("Їжакевич-Ґалаґан O'Brien 李 <b> " * 10)[:200]
    with registration.session() as session:
        event = make_event(session, name=name)
        stands.make_booking(session, stands.make_invitation(session, event, stands.make_employer(session, name)), "1")
    page = _page(registration, event)
    assert "<b> O" not in page
    assert "Їжакевич-Ґалаґан O&#39;Brien 李 &lt;b&gt;" in page


def test_the_overview_costs_as_much_for_many_as_for_few(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        stands.make_booking(session, stands.make_invitation(session, event), "1")
        invitations.make_invitations(session, 2, event=event, answers=("accepted",))
    few = count_queries(registration, f"/events/{event.id}")
    with registration.session() as session:
        event = session.merge(event)
        for number in range(2, 13):
            stands.make_booking(session, stands.make_invitation(session, event), str(number))
        for _ in range(5):
            make_event(session)
        invitations.make_invitations(session, 30, event=make_event(session), answers=("accepted",))
    assert count_queries(registration, f"/events/{event.id}") == few
    assert few <= 16


@pytest.mark.parametrize("path", ["", "/live"])
def test_the_overview_of_another_organisation(registration: ServiceUnderTest, path: str) -> None:
    with registration.session(STRANGER_ORGANISATION_ID) as session:
        event = make_event(session)
    assert registration.signed_in().get(f"/events/{event.id}{path}").status_code == 404
    assert registration.signed_in("door").get(f"/events/{event.id}{path}").status_code == 403


def test_the_overview_in_each_language(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        invitations.make_invitations(session, 2, event=event, answers=("accepted",))
    client = registration.signed_in()
    for language in ("nl", "en", "uk", "ru"):
        client.set_cookie("language", language)
        assert client.get(f"/events/{event.id}").status_code == 200


def test_the_overview_as_json(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        stands.make_booking(session, stands.make_invitation(session, event), "4")
        invitations.make_invitations(session, 2, event=event, answers=("accepted", "declined"))
    registration.deliver(PlanPublished(ORGANISATION_ID, event.id, 1, (), 24, 1))
    found = registration.signed_in().get(f"/api/events/{event.id}/overview").json
    assert found["booked"] == {"stands": 12, "booked": 1, "held": 0, "free": 11, "without_vacancies": 0}
    assert (found["invited"]["coming"], found["invited"]["declined"]) == (1, 1)
    assert found["plan"] == {"version": 1, "conversations": 24, "without_interpreter": 1}
    assert [one["label"] for one in found["stands"] if one["state"] == "taken"] == ["4"]
    assert sum(found["answers"].values()) == 2
    assert registration.signed_in("desk").get(f"/api/events/{event.id}/overview").status_code == 403
