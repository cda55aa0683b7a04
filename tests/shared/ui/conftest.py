"""Windows on the page that shows the look, served by the registration service with its real headers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

OpenLook = Callable[..., Any]


@pytest.fixture
def open_look(browser: Browser, look_address: str) -> OpenLook:
    """`with open_look("form", width=320) as page:` a fresh window on one page of the look."""

    @contextmanager
    def open_(frame: str, width: int = 1280, height: int = 800, language: str = "en", **options: Any) -> Iterator[Page]:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        context.add_cookies([{"name": "language", "value": language, "url": look_address}])
        page = context.new_page()
        page.goto(f"{look_address}/look/{frame}")
        yield page
        context.close()

    return open_
