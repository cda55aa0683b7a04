"""Chromium as it is installed on this machine, driven by Playwright."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Playwright, expect, sync_playwright
from werkzeug.serving import make_server

from shared.settings import STATIC_FOLDER
from tests.service_under_test import ServiceUnderTest

FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--no-first-run",
    "--no-sandbox",
]
OpenBrowser = Callable[..., Any]
PATIENCE = 30_000
"""Milliseconds that a page may take on a busy machine before the test fails: as long as Playwright gives a click."""
expect.set_options(timeout=PATIENCE)
AXE = Path(__file__).parents[1] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE = 480
"""Pixels: at 30 rem our style sheets change for the first time, and narrower windows have one layout."""
PICTURES = os.environ.get("PICTURES")
"""A folder for a picture of every page that is judged, to be looked at; none are kept when it is not set."""


def find_chromium() -> str:
    """Its path. Raises AssertionError when there is none."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    assert path, "Chromium is needed for these tests: apt-get install chromium"
    assert (STATIC_FOLDER / "manifest.json").exists(), "The front end is needed for these tests: make build"
    return path


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The driver; there can be one a process."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One browser a test process; each test opens its own windows."""
    chromium = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
    yield chromium
    chromium.close()


@pytest.fixture(scope="session")
def look_address(_registration: ServiceUnderTest) -> Iterator[str]:
    """Where the registration service listens for the browser."""
    with serve(_registration) as address:
        yield address


@contextmanager
def serve(service: ServiceUnderTest) -> Iterator[str]:
    """A service on a real server; its address."""
    server = make_server("127.0.0.1", 0, service.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(timeout=10)


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


def follow(link: Locator) -> None:
    """Click a link or a button that leads to another page, and wait until that one stands with styles and scripts.

    Without it, what a test does next may still meet the old page. A key or a choice that leads on does its own
    `with page.expect_navigation():`.
    """
    with link.page.expect_navigation():
        link.click()


def wait_until_drawn(page: Page) -> None:
    """Until its styles and fonts are there: before that everything has another size."""
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready.then(() => null)")


def scrolls_sideways(page: Page, width: int) -> bool:
    """Whether a page would have to be moved sideways in a window of this width."""
    page.set_viewport_size({"width": width, "height": 800})
    wait_until_drawn(page)
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def find_barriers(page: Page) -> list[str]:
    """What axe-core finds wrong for people who see, hear or move otherwise, a line a rule with the places."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(f"{AXE.read_text()}; undefined")
    # A foot that stays in sight covers what is under it, but at the end of the page.
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    # Nothing is preloaded: that serves rules about turned screens (an experiment) and about sound, which we have not.
    options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"], "preload": False}
    violations: list[dict[str, Any]] = page.evaluate(
        "async options => (await axe.run(document, options)).violations", options
    )
    return [f"{one['id']} {[node['target'] for node in one['nodes']]}" for one in violations]


def judge(page: Page, name: str, *widths: int) -> list[str]:
    """What is wrong with a page at each width, or at the width it has; also keeps the pictures.

    Phones differ in what fits, so that each width is looked at, and not in layout: axe sees the narrowest of them.
    """
    found: list[str] = []
    widths = widths or ((page.viewport_size or {"width": 360})["width"],)
    same_layout = {width for width in widths if min(widths) < width < PHONE}
    for width in widths:
        if scrolls_sideways(page, width):
            found.append(f"{name} at {width}: scrolls sideways")
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)
        if width not in same_layout:
            found += [f"{name} at {width}: {barrier}" for barrier in find_barriers(page)]
    return found
