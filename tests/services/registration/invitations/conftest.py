"""A browser, and the registration service on a real server for it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext

from tests.browser import browser, look_address
from tests.service_under_test import ServiceUnderTest

OpenBrowser = Callable[..., Any]
__all__ = ["browser", "look_address"]


@pytest.fixture
def open_browser(browser: Browser, look_address: str, registration: ServiceUnderTest) -> OpenBrowser:
    """`with open_browser(client, width=360) as context:` a window that is signed in as `client` is."""

    @contextmanager
    def open_(
        client: FlaskClient | None = None, width: int = 360, language: str = "en", **options: Any
    ) -> Iterator[BrowserContext]:
        context = browser.new_context(viewport={"width": width, "height": 800}, base_url=look_address, **options)
        context.add_cookies([{"name": "language", "value": language, "url": look_address}])
        cookie = client.get_cookie("handdruk") if client is not None else None
        if cookie is not None:
            context.add_cookies([{"name": "handdruk", "value": cookie.value, "url": look_address}])
        yield context
        context.close()

    return open_
