"""The pages of texts as people see them: no barrier, nothing cut off, and a preview that follows what is typed."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect

from services.notifications.texts.rules import default_source
from tests.browser import follow, judge, serve
from tests.service_under_test import ServiceUnderTest
from tests.services.notifications.texts.test_pages import DEFAULT, ONE, OWN, save

WIDTHS = (320, 360, 1280)


@contextmanager
def _open(browser: Browser, service: ServiceUnderTest, client: FlaskClient, language: str) -> Iterator[Page]:
    with serve(service) as address:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=address)
        cookie = client.get_cookie("handdruk")
        assert cookie is not None
        context.add_cookies(
            [
                {"name": "handdruk", "value": cookie.value, "url": address},
                {"name": "language", "value": language, "url": address},
            ]
        )
        yield context.new_page()
        context.close()


@pytest.mark.parametrize("language", ["nl", "uk"])
def test_pages_have_no_barriers(browser: Browser, notifications: ServiceUnderTest, language: str) -> None:
    client = notifications.signed_in()
    save(notifications)
    save(notifications, f"{default_source('event_moved', 'uk')}\n\nДо зустрічі.", one="/templates/event_moved/uk")
    with _open(browser, notifications, client, language) as page:
        found: list[str] = []
        for name, address in {
            "list": "/templates",
            "own": ONE,
            "default": "/templates/stand_confirmed/ru",
            "edit-own": f"{ONE}/own",
            "edit-default": "/templates/event_moved/uk/own",
            "no-sms": "/templates/employer_invited/en",
            "below": "/templates/frame/nl",
            "edit-below": "/templates/frame/uk/own",
        }.items():
            page.goto(address)
            found += judge(page, f"texts-{name}-{language}", *WIDTHS)
        assert found == []


def test_mistake_is_shown_in_the_page(browser: Browser, notifications: ServiceUnderTest) -> None:
    with _open(browser, notifications, notifications.signed_in(), "en") as page:
        page.goto(f"{ONE}/own")
        page.get_by_label("The text").fill(DEFAULT.replace("{{ number }}", "{{ numbr }}"))
        follow(page.get_by_role("button", name="Save this text"))
        expect(page.locator("#error-summary")).to_contain_text("there is no value “numbr”")
        expect(page.get_by_label("The text")).to_have_value(DEFAULT.replace("{{ number }}", "{{ numbr }}"))
        assert judge(page, "texts-mistake", *WIDTHS) == []


def test_preview_follows_what_is_typed(browser: Browser, notifications: ServiceUnderTest) -> None:
    with _open(browser, notifications, notifications.signed_in(), "en") as page:
        page.goto(f"{ONE}/own")
        page.get_by_label("The text").fill(OWN)
        expect(page.locator("#sample")).to_contain_text("Graag nodigen wij u uit")
        page.get_by_label("The text").fill("subject: {{ wrong }}")
        expect(page.locator("#sample")).to_contain_text("there is no value “wrong”")
        page.get_by_label("The text").fill(OWN)
        page.get_by_role("button", name="Show as a mail").click()
        expect(page.frame_locator("iframe[name=mail]").locator("body")).to_contain_text("Graag nodigen wij u uit")
