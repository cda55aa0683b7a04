"""The pages of scheduling in a real browser: for everybody, on every width, in the languages with the longest words."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, Page, expect

from services.scheduling.interpreters.rules import add_interpreter
from tests.browser import follow, judge, serve
from tests.factories.scheduling import World, make_answer, tell_world
from tests.service_under_test import ServiceUnderTest
from tests.services.scheduling.timetable.test_plans import make_plan, publish

LONG = "Їжакевич-Ґалаґан O'Brien 李 " + "найдовшеслово" * 12
WIDTHS = (320, 360, 1280)
Open = Callable[..., Any]


@pytest.fixture(scope="module")
def address(_scheduling: ServiceUnderTest) -> Iterator[str]:
    """Where the scheduling service listens for the browser."""
    with serve(_scheduling) as listening:
        yield listening


@pytest.fixture
def open_window(browser: Browser, address: str) -> Open:
    """`with open_window(client, "nl") as page:` a window that is signed in as `client` is."""

    @contextmanager
    def open_(client: FlaskClient, language: str) -> Iterator[Page]:
        context: BrowserContext = browser.new_context(viewport={"width": 1280, "height": 800}, base_url=address)
        cookie = client.get_cookie("handdruk")
        assert cookie is not None
        context.add_cookies(
            [{"name": name, "value": value, "url": address} for name, value in
             (("language", language), ("handdruk", cookie.value))]
        )  # fmt: skip
        yield context.new_page()
        context.close()

    return open_


@pytest.fixture
def world(scheduling: ServiceUnderTest) -> World:
    """An event with a plan, wishes that are met and some that are not, and an interpreter with a long name."""
    world = tell_world(scheduling, stands=4, candidates=6, interpreters=2)
    wish = tuple(stand.employer_id for stand in world.stands)
    scheduling.deliver_all(make_answer(world.event, 120 + number, wished_employers=wish) for number in range(3))
    with scheduling.session() as session:
        pairs = (("uk", "nl", "C1"), ("pl", "nl", "C2"))
        world.interpreters.append(add_interpreter(session, LONG, "lang@tolk.example", "uk", pairs).id)
    return world


@pytest.mark.parametrize("language", ["nl", "uk"])
def test_correcting_an_interpreter(
    scheduling: ServiceUnderTest, world: World, open_window: Open, language: str
) -> None:
    event, short, long = world.event.event_id, world.interpreters[0], world.interpreters[-1]
    with open_window(scheduling.signed_in(), language) as page:
        for name, interpreter in (("short", short), ("long", long)):
            page.goto(f"/interpreters/{interpreter}/edit?event={event}")
            assert judge(page, f"edit-{name}-{language}", *WIDTHS) == []
        page.locator("#field-name").fill("")
        page.locator("#field-email").fill("niemand")
        page.locator("#field-mobile").fill("12")
        follow(page.locator("main form .utrecht-button--primary-action"))
        expect(page.locator("#error-summary")).to_be_focused()
        expect(page.locator("#field-email")).to_have_value("niemand")
        assert judge(page, f"edit-errors-{language}", *WIDTHS) == []
        page.locator("#field-name").fill("Олена")
        page.locator("#field-email").fill("olena@tolk.example")
        page.locator("#field-mobile").fill("0612345678")
        follow(page.locator("main form .utrecht-button--primary-action"))
        expect(page).to_have_url(re.compile(f"/events/{event}/interpreters/{long}$"))
        assert judge(page, f"rounds-{language}", *WIDTHS) == []


@pytest.mark.parametrize("language", ["nl", "uk"])
def test_erasing_an_interpreter(scheduling: ServiceUnderTest, world: World, open_window: Open, language: str) -> None:
    event, short, long = world.event.event_id, world.interpreters[0], world.interpreters[-1]
    publish(scheduling, make_plan(scheduling, world))
    with open_window(scheduling.signed_in(), language) as page:
        page.goto(f"/interpreters/{long}/erase?event={event}")
        assert judge(page, f"erase-long-{language}", *WIDTHS) == []
        page.goto(f"/events/{event}/interpreters/{short}")
        page.locator(f"a[href*='/interpreters/{short}/erase']").click()
        expect(page.locator("main a[href$='/plan']")).to_be_visible()
        assert judge(page, f"erase-{language}", *WIDTHS) == []
        page.locator("main form button").click()
        page.wait_for_url(f"**/events/{event}/interpreters")
        assert judge(page, f"erased-{language}", *WIDTHS) == []
        page.goto(f"/events/{event}/plan")
        assert judge(page, f"plan-after-erasing-{language}", *WIDTHS) == []


@pytest.mark.parametrize("language", ["nl", "uk"])
def test_plan_with_its_reasons(scheduling: ServiceUnderTest, world: World, open_window: Open, language: str) -> None:
    address = f"/events/{world.event.event_id}/plan"
    with open_window(scheduling.signed_in(), language) as page:
        page.goto(address)
        assert judge(page, f"plan-empty-{language}", *WIDTHS) == []
        make_plan(scheduling, world)
        page.goto(address)
        assert judge(page, f"plan-{language}", *WIDTHS) == []
        page.locator("#unmet summary").click()
        expect(page.locator("#unmet li").first).to_be_visible()
        page.locator("#idle summary").click()
        expect(page.locator("#idle li").first).to_be_visible()
        assert judge(page, f"plan-wishes-{language}", *WIDTHS) == []
        page.set_viewport_size({"width": 1280, "height": 800})
        page.locator("a.hd-cell--open").first.click()
        expect(page.locator("[data-why-panel]")).to_be_focused()
        expect(page.locator("[data-why-panel] li").first).to_be_visible()
        assert judge(page, f"plan-why-free-{language}", 1280) == []
        page.keyboard.press("Escape")
        expect(page.locator("[data-why-panel]")).to_have_count(0)


@pytest.mark.parametrize("language", ["nl", "uk"])
def test_own_days(scheduling: ServiceUnderTest, world: World, open_window: Open, language: str) -> None:
    event = world.event.event_id
    publish(scheduling, make_plan(scheduling, world))
    people = {
        "day": ("interpreter", world.interpreters[0]),
        "timetable": ("candidate", world.answers[0].candidate.id),
        "stand": ("employer", world.stands[0].contact.id),
    }
    for path, (kind, person) in people.items():
        client = scheduling.signed_in(kind, kind=kind, subject_id=person, event_id=event)
        with open_window(client, language) as page:
            page.goto(f"/my/{path}/{event}")
            assert judge(page, f"my-{path}-{language}", *WIDTHS) == []
