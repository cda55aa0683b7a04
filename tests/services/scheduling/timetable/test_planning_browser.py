"""What counts, a run under way, what a draft changes, and planning anew: in a real browser, on every width."""

import re

import pytest
import time_machine
from playwright.sync_api import expect

from services.scheduling.events.rules import load_event
from services.scheduling.planning.plan import Progress
from services.scheduling.timetable import runs
from services.scheduling.timetable.heartbeat import Heartbeat
from shared import clock
from tests.browser import follow, judge
from tests.factories.scheduling import World, make_answer, tell_world
from tests.service_under_test import ORGANISATION_ID, ServiceUnderTest
from tests.services.scheduling.test_browser import WIDTHS, Open, address, open_window
from tests.services.scheduling.timetable.test_plans import make_plan, publish
from tests.services.scheduling.timetable.test_replanning import arrive, at_round, replan

__all__ = ["address", "open_window"]
LANGUAGES = pytest.mark.parametrize("language", ["nl", "uk"])
LONG = "Yizhakevych-Galagan " + "naidovsheslovo" * 12


@pytest.fixture
def world(scheduling: ServiceUnderTest) -> World:
    """An event with wishes, somebody with a very long name, and somebody for whom there is no interpreter."""
    world = tell_world(scheduling, stands=4, candidates=6, interpreters=2)
    wish = tuple(stand.employer_id for stand in world.stands)
    scheduling.deliver(make_answer(world.event, 120, wished_employers=wish, sectors=("logistics",), hours=8))
    scheduling.deliver(make_answer(world.event, 121, wished_employers=wish, readable_name=LONG))
    scheduling.deliver(make_answer(world.event, 122, languages={"pl": "C2"}, school_hours=True))
    return world


@LANGUAGES
def test_weights(scheduling: ServiceUnderTest, world: World, open_window: Open, language: str) -> None:
    here = f"/events/{world.event.event_id}/plan/weights"
    with open_window(scheduling.signed_in(), language) as page:
        page.goto(here)
        assert judge(page, f"weights-{language}", *WIDTHS) == []
        make_plan(scheduling, world)
        page.goto(here)
        page.locator("#field-wish").fill("0")
        page.locator("#field-sector").fill("100")
        page.locator("#field-hours").fill("80")
        page.locator("#field-hours").press("Tab")
        expect(page.locator("#effect .is-limit")).to_have_count(5)
        page.locator("#effect summary").click()
        assert judge(page, f"weights-effect-{language}", *WIDTHS) == []
        page.locator("#field-wish").fill("-5")
        follow(page.locator("main form .utrecht-button--primary-action"))
        expect(page.locator("#error-summary")).to_be_focused()
        expect(page.locator("#field-sector")).to_have_value("100")
        assert judge(page, f"weights-error-{language}", *WIDTHS) == []
        page.locator("#field-wish").fill("5")
        follow(page.locator("main form .utrecht-button--primary-action"))
        expect(page).to_have_url(re.compile(f"/events/{world.event.event_id}/plan$"))


def test_weights_without_scripts(scheduling: ServiceUnderTest, world: World, open_window: Open) -> None:
    here = f"/events/{world.event.event_id}/plan/weights"
    with open_window(scheduling.signed_in(), "nl") as page:
        page.route("**/*.js", lambda route: route.abort())
        page.goto(here)
        page.locator("#field-wish").fill("0")
        follow(page.locator("button[formaction]"))
        expect(page.locator("#field-wish")).to_have_value("0")
        expect(page.locator("#effect .is-limit")).to_have_count(5)
        page.goto(here)
        expect(page.locator("#effect .hd-alert--info")).to_have_count(0)
        follow(page.locator("button[formaction]"))
        expect(page).to_have_url(re.compile("#effect$"))
        expect(page.locator("#effect .hd-alert--info")).to_be_in_viewport()
        assert judge(page, "weights-nothing-changes-nl", *WIDTHS) == []


@LANGUAGES
def test_wrong_weight_is_named_beside_the_effect(
    scheduling: ServiceUnderTest, world: World, open_window: Open, language: str
) -> None:
    with open_window(scheduling.signed_in(), language) as page:
        page.goto(f"/events/{world.event.event_id}/plan/weights")
        label = page.locator("label[for=field-hours]").inner_text()
        page.locator("#field-hours").fill("101")
        page.locator("#field-hours").press("Tab")
        expect(page.locator("#effect [role=alert]")).to_contain_text(f"{label}: ")
        page.locator("#field-hours").fill("10")
        page.locator("#field-hours").press("Tab")
        expect(page.locator("#effect .hd-alert--info")).to_be_visible()
        expect(page.locator("#effect [role=alert]")).to_have_count(0)


@LANGUAGES
def test_run_under_way_and_broken(scheduling: ServiceUnderTest, world: World, open_window: Open, language: str) -> None:
    here = f"/events/{world.event.event_id}/plan"
    with scheduling.session() as session:
        run = runs.ask_for_plan(session, load_event(session, world.event.event_id))
        run_id = run.id
    with open_window(scheduling.signed_in(), language) as page:
        page.goto(here)
        assert judge(page, f"run-waits-{language}", *WIDTHS) == []
        with scheduling.session() as session:
            run = runs.find_run(session, world.event.event_id) or run
            run.state, run.begun_at = "running", clock.now()
        Heartbeat(scheduling.sessions, run_id, ORGANISATION_ID).report(Progress("improving", 3, 10, 995, 1000))
        page.get_by_text("99,5").wait_for()
        page.locator("form[action$='/plan/stop'] button").focus()
        Heartbeat(scheduling.sessions, run_id, ORGANISATION_ID).report(Progress("walking", 9, 10, 999, 1000))
        page.get_by_text("99,9").wait_for()
        expect(page.locator("form[action$='/plan/stop'] button")).to_be_focused()
        assert page.locator("#planning").count() == 1
        assert judge(page, f"run-{language}", *WIDTHS) == []
        with page.expect_navigation(), scheduling.session() as session:
            (runs.find_run(session, world.event.event_id) or run).state = "failed"
        expect(page.locator("#planning .hd-alert--warn")).to_be_visible()
        assert judge(page, f"run-broken-{language}", *WIDTHS) == []
    runs.make_plan(scheduling.sessions, str(run_id))


@LANGUAGES
def test_replanning(scheduling: ServiceUnderTest, world: World, open_window: Open, language: str) -> None:
    here = f"/events/{world.event.event_id}/plan"
    publish(scheduling, make_plan(scheduling, world))
    arrive(scheduling, world, world.answers[:4])
    late = [make_answer(world.event, 180 + n, languages={"nl": "B2"}) for n in range(2)]
    with at_round(world, 1), open_window(scheduling.signed_in(), language) as page:
        scheduling.deliver_all(late)
        arrive(scheduling, world, late)
        page.goto(here)
        assert judge(page, f"day-{language}", *WIDTHS) == []
        follow(page.locator("a[href$='/plan/replan']"))
        assert judge(page, f"replan-{language}", *WIDTHS) == []
        replan(scheduling, world)
        page.goto(here)
        page.locator("#difference summary").click()
        assert judge(page, f"difference-{language}", *WIDTHS) == []
        follow(page.locator("form[action$='/publish'] button"))
        expect(page.locator(".hd-alert--ok")).to_be_visible()


def test_page_before_anything_can_be_planned_anew(
    scheduling: ServiceUnderTest, world: World, open_window: Open
) -> None:
    with open_window(scheduling.signed_in(), "uk") as page:
        page.goto(f"/events/{world.event.event_id}/plan/replan")
        assert judge(page, "replan-nothing-uk", *WIDTHS) == []


def test_plan_that_is_behind(scheduling: ServiceUnderTest, world: World, open_window: Open) -> None:
    publish(scheduling, make_plan(scheduling, world))
    with time_machine.travel(clock.now(), tick=False):
        scheduling.deliver(make_answer(world.event, 190, languages={"nl": "B2"}))
        make_plan(scheduling, world)
    with at_round(world, 5), open_window(scheduling.signed_in(), "nl") as page:
        page.goto(f"/events/{world.event.event_id}/plan")
        assert judge(page, "plan-late-nl", *WIDTHS) == []
