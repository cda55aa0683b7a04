"""A browser and the page of looks on a real server, with the real headers."""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from tests.service_under_test import ServiceUnderTest

FLAGS = ["--disable-background-networking", "--disable-component-update", "--no-first-run", "--no-sandbox"]
OpenLook = Callable[..., Any]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium as it is installed on this machine."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    assert path, "Chromium is needed for these tests: apt-get install chromium"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def look_address(_registration: ServiceUnderTest) -> Iterator[str]:
    """Where the application listens for the browser."""
    server = make_server("127.0.0.1", 0, _registration.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(timeout=10)


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
