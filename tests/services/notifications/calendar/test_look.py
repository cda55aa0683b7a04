"""The page of somebody's calendar address, as browsers draw it and as axe judges it."""

import pytest
from playwright.sync_api import Browser

from tests.browser import judge, serve
from tests.service_under_test import ServiceUnderTest
from tests.services.notifications.calendar.test_feeds import make_address, own_page


@pytest.mark.parametrize("language", ["nl", "uk"])
@pytest.mark.parametrize("has_address", [False, True])
def test_page_of_the_calendar_address_is_without_barriers(
    notifications: ServiceUnderTest, browser: Browser, language: str, has_address: bool
) -> None:
    if has_address:
        make_address(notifications)
    with serve(notifications) as address:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=address)
        context.add_cookies([{"name": "language", "value": language, "url": address}])
        page = context.new_page()
        page.goto(own_page(notifications))
        name = f"calendar-{language}-{'address' if has_address else 'none'}"
        assert judge(page, name, 320, 360, 1280) == []
        context.close()
