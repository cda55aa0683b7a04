"""Pages of events, venues and the overview in a real browser: for everybody, on every screen, also without scripts."""

from datetime import timedelta

import pytest
from playwright.sync_api import ConsoleMessage, expect

from services.registration.events.models import Event
from shared import clock
from shared.events import PlanPublished
from tests.browser import OpenBrowser, follow, judge
from tests.factories import door, invitations, stands
from tests.factories.events import make_event, make_venue
from tests.service_under_test import ORGANISATION_ID, ServiceUnderTest

WIDTHS = (320, 768, 1280)
LONG_NAME = ("Meet & Greet Їжакевич-Ґалаґан O'Brien 李 " * 6)[:200].strip()


def _fill(service: ServiceUnderTest) -> tuple[Event, Event]:
    """A draft with a long name, and a published event with stands in every state and answers of every kind."""
    with service.session() as session:
        draft = make_event(session, name=LONG_NAME, published=False)
        event = make_event(session, venue=make_venue(session, name="Stadsloket Zuid"))
        for number, employer in enumerate(stands.make_employers(session, 9), start=1):
            invitation = stands.make_invitation(session, event, employer)
            stands.make_booking(session, invitation, str(number), title="" if number == 7 else "Werk")
        stands.make_hold(session, stands.make_invitation(session, event), "11")
        invitations.make_invitations(session, 9, event=event, answers=("accepted", "declined", ""))
    service.deliver(PlanPublished(ORGANISATION_ID, event.id, 1, (), 214, 3))
    return draft, event


def _pages(draft: Event, event: Event) -> dict[str, str]:
    plan = f"/venues/{draft.venue_id}/plans/{draft.floor_plan_id}"
    return {
        "list": "/",
        "new": "/events/new",
        "draft": f"/events/{draft.id}",
        "edit": f"/events/{draft.id}/edit",
        "edit-published": f"/events/{event.id}/edit",
        "overview": f"/events/{event.id}",
        "move": f"/events/{event.id}/move",
        "cancel": f"/events/{event.id}/cancel",
        "venues": "/venues",
        "venue": f"/venues/{event.venue_id}",
        "venue-new": "/venues/new",
        "venue-edit": f"/venues/{event.venue_id}/edit",
        "plan": plan,
    }


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_are_for_everybody(registration: ServiceUnderTest, open_browser: OpenBrowser, width: int) -> None:
    draft, event = _fill(registration)
    found: list[str] = []
    with open_browser(registration.signed_in(), width=width) as context:
        page = context.new_page()
        said: list[ConsoleMessage] = []
        page.on("console", lambda message: said.append(message))
        for name, address in _pages(draft, event).items():
            page.goto(address)
            found += judge(page, name)
        page.goto("/events/new")
        follow(page.get_by_role("button", name="Save as a draft"))
        expect(page.get_by_role("alert").first).to_contain_text("answers need your attention")
        found += judge(page, "new-faults")
    faults = [one.text for one in said if one.type == "error" and "422" not in one.text]
    assert (found, faults) == ([], [])


def test_empty_pages_invite(registration: ServiceUnderTest, open_browser: OpenBrowser) -> None:
    found: list[str] = []
    with open_browser(registration.signed_in(), width=320) as context:
        page = context.new_page()
        for name, address in {"list-empty": "/", "venues-empty": "/venues", "new-empty": "/events/new"}.items():
            page.goto(address)
            found += judge(page, name)
    assert found == []


def test_an_organiser_makes_and_publishes_an_event(registration: ServiceUnderTest, open_browser: OpenBrowser) -> None:
    with registration.session() as session:
        make_venue(session, name="Stadsloket Zuid")
    day = (clock.now() + timedelta(days=30)).date().isoformat()
    with open_browser(registration.signed_in(), width=1280) as context:
        page = context.new_page()
        page.goto("/")
        follow(page.get_by_role("link", name="Make the first event"))
        page.get_by_label("Name").fill("Meet & Greet Stadsloket Zuid")
        page.get_by_label("Venue").select_option(index=1)
        page.get_by_label("Date").fill(day)
        page.get_by_label("Number of rounds").fill("11")
        page.get_by_label("Number of rounds").press("Tab")
        expect(page.get_by_role("heading", name="11 rounds")).to_be_visible()
        follow(page.get_by_role("button", name="Save as a draft"))
        follow(page.get_by_role("button", name="Publish").first)
        expect(page.get_by_text("The event is published.")).to_be_visible()
        expect(page.get_by_text("12 stands are still free.")).to_be_visible()


def test_stands_are_drawn_while_they_are_placed(registration: ServiceUnderTest, open_browser: OpenBrowser) -> None:
    with registration.session() as session:
        plan = make_venue(session).floor_plans[0]
    with open_browser(registration.signed_in(), width=1280) as context:
        page = context.new_page()
        page.goto(f"/venues/{plan.venue_id}/plans/{plan.id}")
        page.get_by_label("From the left, stand 3").fill("190")
        page.get_by_label("From the top, stand 3").fill("150")
        page.get_by_label("From the top, stand 3").press("Tab")
        expect(page.locator("#drawing .hd-plan__wide rect.hd-stand__box[x='190']")).to_have_count(1)
        with page.expect_navigation():
            page.get_by_label("From the left, stand 3").press("Enter")
        expect(page.get_by_text("The floor plan is saved.")).to_be_visible()


def test_arrivals_show_by_themselves(registration: ServiceUnderTest, open_browser: OpenBrowser) -> None:
    with registration.session() as session:
        opened = door.make_door(session, guests=3)
    with open_browser(registration.signed_in(), width=1280) as context:
        page = context.new_page()
        page.goto(f"/events/{opened.event.id}")
        expect(page.get_by_text("now: 0 of 3 came in")).to_be_visible()
        with registration.session() as session:
            door.scan(session, opened.device, opened.text(0))
            door.scan(session, opened.device, opened.text(1))
        expect(page.get_by_text("now: 2 of 3 came in")).to_be_visible()
        found = judge(page, "running")
    assert found == []


def test_the_overview_works_without_scripts(registration: ServiceUnderTest, open_browser: OpenBrowser) -> None:
    draft, _ = _fill(registration)
    with open_browser(registration.signed_in(), width=360, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"/events/{draft.id}")
        follow(page.get_by_role("button", name="Publish").first)
        expect(page.get_by_text("The event is published.")).to_be_visible()
