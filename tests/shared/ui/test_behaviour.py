"""What the pages' scripts add, and that everything can be done without them."""

from datetime import timedelta

from playwright.sync_api import expect

from shared import clock
from tests.browser import follow
from tests.shared.ui.conftest import OpenLook

FOCUSED = "document.activeElement"


def test_errors_get_the_focus_and_lead_to_their_field(open_look: OpenLook) -> None:
    with open_look("form") as page:
        expect(page.locator("#error-summary")).to_be_focused()
        assert page.title().startswith("Error: ")
        page.get_by_role("link", name="Fill in a number from 4 to 40").click()
        expect(page.locator("#field-hours")).to_be_focused()
        expect(page.locator("#field-hours")).to_have_value("eighty")
        page.get_by_role("link", name="Choose when the work can start").click()
        expect(page.get_by_role("radio", name="At once")).to_be_focused()


def test_arrows_move_in_the_grid_and_skip_what_says_nothing(open_look: OpenLook) -> None:
    with open_look("grid") as page:
        cell = page.locator("tr", has_text="Harmsen Techniek").locator("td").nth(3).locator("a")
        cell.focus()
        page.keyboard.press("ArrowRight")
        # A free seat says why nobody sits there; the break in round 6 says nothing.
        assert page.evaluate(f"{FOCUSED}.closest('td').cellIndex") == 5
        page.keyboard.press("ArrowRight")
        assert page.evaluate(f"{FOCUSED}.closest('td').cellIndex") == 7
        page.keyboard.press("ArrowDown")
        assert page.evaluate(f"{FOCUSED}.closest('tr').rowIndex") == 4
        page.keyboard.press("Home")
        assert page.evaluate(f"{FOCUSED}.closest('td').cellIndex") == 1


def test_grid_is_one_stop_for_tab(open_look: OpenLook) -> None:
    with open_look("grid") as page:
        assert page.locator("a.hd-cell[tabindex='0']").count() == 1


def test_reason_opens_with_enter_and_escape_goes_back(open_look: OpenLook) -> None:
    with open_look("grid") as page:
        page.locator("a.hd-cell[tabindex='0']").focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")
        panel = page.locator("[data-why-panel]")
        expect(panel).to_be_focused()
        expect(panel).to_be_in_viewport()
        page.keyboard.press("Escape")
        expect(panel).to_have_count(0)
        expect(page.locator("a.hd-cell[tabindex='0']")).to_be_focused()


def test_reason_does_not_cover_its_cell(open_look: OpenLook) -> None:
    for key in ("1-1", "4-6", "11-12", "12-1"):
        with open_look(f"grid?why={key}") as page:
            panel = page.locator("[data-why-panel]").bounding_box()
            cell = page.locator("a.hd-cell[aria-current]").bounding_box()
            assert panel is not None
            assert cell is not None
            assert panel["y"] >= cell["y"] + cell["height"] or panel["y"] + panel["height"] <= cell["y"]


def test_narrow_grid_shows_one_stand_and_changes_at_once(open_look: OpenLook) -> None:
    with open_look("grid", width=360) as page:
        expect(page.locator("tbody tr:visible")).to_have_count(1)
        with page.expect_navigation():
            page.get_by_label("Stand", exact=True).select_option("7")
        expect(page.locator("tbody tr:visible")).to_have_count(1)
        expect(page.locator("tbody tr:visible th")).to_contain_text("Hotel De Waterpoort")


def test_time_left_counts_down_in_words_and_is_read_out_at_five_minutes(open_look: OpenLook) -> None:
    with open_look("plan") as page:
        page.clock.install(time=clock.now())
        page.reload()
        strip = page.locator(".hd-strip [role=timer]")
        expect(strip).to_have_text("Stand 9 is yours for 7 more minutes.")
        expect(page.locator(".hd-strip [data-said]")).to_have_text("")
        page.clock.fast_forward(int(timedelta(minutes=2).total_seconds() * 1000))
        expect(strip).to_have_text("5 minutes left")
        expect(page.locator(".hd-strip [data-said]")).to_have_text("5 minutes left")
        page.clock.fast_forward(int(timedelta(minutes=10).total_seconds() * 1000))
        expect(strip).to_have_text("less than a minute left")


def test_clock_ticks_to_zero_and_stays_there(open_look: OpenLook) -> None:
    with open_look("phone") as page:
        page.clock.install(time=clock.now())
        page.reload()
        page.clock.pause_at(clock.now() + timedelta(minutes=1))
        shown = page.locator("[data-clock]")
        before = _seconds(shown.inner_text())
        page.clock.run_for(60_000)
        assert _seconds(shown.inner_text()) == before - 60
        page.clock.fast_forward(600_000)
        expect(shown).to_have_text("0:00")


def _seconds(shown: str) -> int:
    minutes, seconds = shown.split(":")
    return int(minutes) * 60 + int(seconds)


def test_question_before_something_that_cannot_be_undone(open_look: OpenLook) -> None:
    with open_look("parts") as page:
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.method))
        page.get_by_role("button", name="Withdraw the booking").click()
        expect(page.get_by_role("dialog")).to_contain_text("Withdraw the booking of stand 7?")
        page.get_by_role("button", name="Cancel", exact=True).click()
        expect(page.get_by_role("dialog")).to_have_count(0)
        assert "POST" not in sent
        page.get_by_role("button", name="Withdraw the booking").click()
        with page.expect_request(lambda request: request.method == "POST"):
            page.get_by_role("button", name="Continue").click()


def test_dialog_opens_and_closes_by_keyboard(open_look: OpenLook) -> None:
    with open_look("parts") as page:
        opener = page.get_by_role("link", name="Cancel the event")
        opener.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog", name="Cancel this event?")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(opener).to_be_focused()


def test_language_rows_appear_when_asked_for(open_look: OpenLook) -> None:
    with open_look("form") as page:
        rows = page.locator(".hd-levels > li:visible")
        expect(rows).to_have_count(2)
        for _ in range(4):
            page.get_by_role("button", name="Add a language").click()
        expect(rows).to_have_count(6)


def test_copy_says_that_it_copied(open_look: OpenLook) -> None:
    with open_look("parts", permissions=["clipboard-read", "clipboard-write"]) as page:
        page.get_by_role("button", name="Copy").click()
        expect(page.get_by_role("button", name="Copied")).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()").startswith("https://example.org/")


def test_menu_of_a_small_screen_closes_with_escape(open_look: OpenLook) -> None:
    with open_look("parts", width=360) as page:
        page.locator("summary", has_text="Menu").click()
        expect(page.get_by_role("link", name="Candidates").first).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("link", name="Українська").first).to_be_hidden()


def test_lines_of_the_hall_take_turns(open_look: OpenLook) -> None:
    with open_look("hall", width=1920, height=1080) as page:
        page.clock.install()
        page.reload()
        page.clock.fast_forward(8_000)
        expect(page.locator(".hd-hall__lines .is-live")).to_have_attribute("lang", "ru")


def test_staff_frame_without_scripts_reaches_everything(open_look: OpenLook) -> None:
    with open_look("parts", width=360, java_script_enabled=False) as page:
        page.locator("summary", has_text="Menu").click()
        for words in ("Overview", "Employers", "Candidates", "Interpreters", "Planning", "Русский", "Help"):
            expect(page.get_by_role("link", name=words).first).to_be_visible()
        follow(page.get_by_role("link", name="Українська").first)
        assert page.locator("html").get_attribute("lang") == "uk"


def test_filter_and_grid_without_scripts_have_a_button(open_look: OpenLook) -> None:
    with open_look("grid", width=360, java_script_enabled=False) as page:
        page.get_by_label("Stand", exact=True).select_option("2")
        follow(page.get_by_role("button", name="Show"))
        expect(page.locator("tbody tr:visible th")).to_contain_text("Kwekerij Zonneveld")
        follow(page.locator("tbody tr:visible a.hd-cell").first)
        expect(page.locator("[data-why-panel]")).to_be_visible()


def test_language_rows_without_scripts_leave_two_empty(open_look: OpenLook) -> None:
    with open_look("form", java_script_enabled=False) as page:
        expect(page.locator(".hd-levels > li:visible")).to_have_count(4)


def test_skip_link_goes_to_the_content(open_look: OpenLook) -> None:
    with open_look("parts") as page:
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Go to the content")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#content")).to_be_focused()
