"""Remembers every verdict that a scanner shows: green is gone after a second, before a busy test may have looked."""

import time
from typing import Any

from playwright.sync_api import BrowserContext, Page

SECONDS = 30
WATCH = """
window.verdictsShown = [];
new MutationObserver((changes) => {
  for (const change of changes) for (const node of change.addedNodes)
    if (node.dataset?.verdict) window.verdictsShown.push([node.dataset.verdict, node.innerText]);
}).observe(document, { childList: true, subtree: true });
"""


def watch_verdicts(context: BrowserContext) -> None:
    """Remember verdicts on every page that the browser opens from now on."""
    context.add_init_script(WATCH)


def next_verdict(page: Page) -> tuple[str, str]:
    """The verdict that was shown after the last one asked for, and its words. Waits for it."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        shown: list[Any] | None = page.evaluate("window.verdictsShown.shift()")
        if shown:
            return str(shown[0]), str(shown[1])
        page.wait_for_timeout(50)
    raise AssertionError(f"no verdict in {SECONDS} s: {page.locator('#door').inner_text()!r}")
