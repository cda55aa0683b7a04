"""Chromium as it is installed on this machine, driven by Playwright."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from shared.settings import STATIC_FOLDER

FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--no-first-run",
    "--no-sandbox",
]
AXE = Path(__file__).parents[1] / "node_modules" / "axe-core" / "axe.min.js"
"""Checks of WCAG, to be put into a page with `add_script_tag`."""


def find_chromium() -> str:
    """Its path. Raises AssertionError when there is none."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    assert path, "Chromium is needed for these tests: apt-get install chromium"
    assert (STATIC_FOLDER / "manifest.json").exists(), "The front end is needed for these tests: make build"
    return path


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser a test process; each test opens its own windows."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        yield chromium
        chromium.close()
