"""The frame of staff's pages offers everybody the pages that are theirs, and none that would refuse them."""

import re
import uuid

import pytest

from tests.factories.events import make_event
from tests.service_under_test import ServiceUnderTest


def nav_links(page: str) -> list[str]:
    """The addresses in the main menu, without the switcher between events."""
    [nav] = re.findall(r'<nav class="hd-nav".*?</nav>', page, re.DOTALL)
    return re.findall(r'href="([^"]+)"', re.sub(r"<details.*?</details>", "", nav, flags=re.DOTALL))


@pytest.mark.parametrize(
    ("role", "first", "offered"),
    [
        ("organiser", "", ["", "/employers", "/candidates", "/interpreters", "/plan"]),
        ("desk", "/candidates", ["/candidates"]),
        ("case_worker", "/candidates", ["/candidates"]),
        ("door", "/arrivals", []),
    ],
)
def test_menu_of_an_event_has_the_pages_of_the_role(
    registration: ServiceUnderTest, role: str, first: str, offered: list[str]
) -> None:
    with registration.session() as session:
        address = f"/events/{make_event(session).id}"
    browser = registration.signed_in(role)
    links = nav_links(browser.get(address + first).text)
    assert [link.removeprefix("/scheduling").removeprefix(address) for link in links] == offered
    here = [link for link in links if not link.startswith("/scheduling")]
    assert {browser.get(link).status_code for link in here} <= {200}


@pytest.mark.parametrize("role", ["organiser", "desk", "case_worker", "door"])
def test_main_menu_leads_nobody_to_a_refusal(registration: ServiceUnderTest, role: str) -> None:
    browser = registration.signed_in(role)
    links = nav_links(browser.get("/events").text)
    assert "/events" in links
    assert {browser.get(link).status_code for link in links} == {200}


def test_an_administrator_is_offered_accounts_and_nothing_of_events(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        address = f"/events/{make_event(session).id}"
    browser = registration.signed_in("admin")
    assert browser.get("/").location == "/staff"
    assert nav_links(browser.get("/staff").text) == ["/staff"]
    for refused in ("/events", address, f"{address}/employers", f"{address}/arrivals", "/venues", "/employers"):
        assert browser.get(refused).status_code == 403, refused


def test_help_offers_a_candidate_no_pages_of_staff(registration: ServiceUnderTest) -> None:
    browser = registration.signed_in("candidate", kind="candidate", event_id=uuid.uuid4())
    assert 'class="hd-nav"' not in browser.get("/help").text
