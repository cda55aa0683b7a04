"""Fragments by htmx under the strict content policy: they come, they poll, and a failure never spoils the page."""

from playwright.sync_api import Page, Route, expect

from tests.shared.ui.conftest import OpenLook


def put(page: Page, html: str) -> None:
    """Put markup with htmx attributes in the page, as a page of a room would have it."""
    page.evaluate(
        """html => {
            const place = document.createElement('div');
            place.innerHTML = html;
            document.querySelector('main').prepend(place);
            window.htmx.process(place);
        }""",
        html,
    )


def answer(status: int, body: str) -> object:
    def fulfil(route: Route) -> None:
        route.fulfill(status=status, content_type="text/html", body=body)

    return fulfil


def test_progress_asks_again_until_it_is_done(open_look: OpenLook) -> None:
    with open_look("parts") as page:
        steps = iter(
            [
                '<div id="p" hx-get="/tick" hx-trigger="every 1s" hx-swap="outerHTML">Step 2</div>',
                '<div id="p">The plan is ready</div>',
            ]
        )
        page.route("**/tick", lambda route: route.fulfill(content_type="text/html", body=next(steps)))
        put(page, '<div id="p" hx-get="/tick" hx-trigger="every 1s" hx-swap="outerHTML">Step 1</div>')
        expect(page.locator("#p")).to_have_text("Step 2")
        expect(page.locator("#p")).to_have_text("The plan is ready")


def test_refusal_comes_in_as_a_fragment(open_look: OpenLook) -> None:
    with open_look("parts") as page:
        page.route("**/book", answer(409, "<p>Stand 3 was just taken.</p>"))
        put(page, '<button hx-post="/book" hx-target="#says">Book</button><div id="says"></div>')
        page.get_by_role("button", name="Book", exact=True).click()
        expect(page.locator("#says")).to_have_text("Stand 3 was just taken.")
        expect(page.locator("#hd-notice")).to_be_hidden()


def test_fault_leaves_the_page_and_says_so(open_look: OpenLook) -> None:
    with open_look("parts") as page:
        page.route("**/book", answer(500, "<!doctype html><title>Fault</title><p>Fault</p>"))
        put(page, '<button hx-post="/book" hx-target="#says">Book</button><div id="says">as it was</div>')
        page.get_by_role("button", name="Book", exact=True).click()
        expect(page.locator("#hd-notice")).to_be_visible()
        expect(page.locator("#says")).to_have_text("as it was")


def test_whole_page_never_lands_in_a_fragment(open_look: OpenLook) -> None:
    with open_look("parts") as page:
        page.route("**/book", answer(200, "<!doctype html><title>Sign in</title><form>Sign in</form>"))
        put(page, '<button hx-get="/book" hx-target="#says">Book</button><div id="says">as it was</div>')
        page.get_by_role("button", name="Book", exact=True).click()
        expect(page.locator("#hd-notice")).to_be_visible()
        expect(page.locator("#says")).to_have_text("as it was")


def test_lost_connection_while_polling_stays_silent_and_goes_on(open_look: OpenLook) -> None:
    with open_look("parts") as page:
        lost = iter([True, True, False])

        def tick(route: Route) -> None:
            if next(lost, False):
                route.abort()
            else:
                route.fulfill(content_type="text/html", body='<div id="p">back</div>')

        page.route("**/tick", tick)
        put(page, '<div id="p" hx-get="/tick" hx-trigger="every 1s" hx-swap="outerHTML">before</div>')
        expect(page.locator("#p")).to_have_text("back")
        expect(page.locator("#hd-notice")).to_be_hidden()


def test_request_carries_the_token(open_look: OpenLook) -> None:
    with open_look("parts") as page:
        page.route("**/book", answer(200, "<p>done</p>"))
        put(page, '<button hx-post="/book" hx-target="#says">Book</button><div id="says"></div>')
        with page.expect_request("**/book") as sent:
            page.get_by_role("button", name="Book", exact=True).click()
        token = page.locator("meta[name=csrf-token]").get_attribute("content")
        assert token
        assert sent.value.headers["x-csrftoken"] == token
