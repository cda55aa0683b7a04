"""Every page of the look in a real browser: accessibility, narrow screens, longer words, the strict content policy."""

import re
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from shared.ui.gallery import FRAMES
from tests.browser import judge, scrolls_sideways
from tests.shared.ui.conftest import OpenLook

PAGES = [*FRAMES, "form?empty=1", "grid?why=4-6", "door?verdict=in", "door?verdict=already", "door?verdict=no"]


@pytest.mark.parametrize("frame", ["parts", "plan", "form"])
def test_page_in_ukrainian_has_no_accessibility_findings(open_look: OpenLook, frame: str) -> None:
    with open_look(frame, language="uk") as page:
        assert page.locator("html").get_attribute("lang") == "uk"
        assert judge(page, f"look-{frame}-uk", 360) == []


def too_wide(page: Page) -> list[int]:
    """The widths at which a page would have to be moved sideways; 640 and 320 are 1280 at 200 % and 400 %."""
    return [width for width in (1920, 1280, 768, 640, 360, 320) if scrolls_sideways(page, width)]


@pytest.mark.parametrize("frame", PAGES)
def test_page_is_for_everybody_also_with_words_that_are_a_third_longer(open_look: OpenLook, frame: str) -> None:
    with open_look(frame) as page:
        assert judge(page, f"look-{frame}", 1280, 768, 320) == []
        assert too_wide(page) == []
        page.evaluate(
            """() => {
                const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
                while (walker.nextNode()) {
                    const text = walker.currentNode;
                    if (/\\p{L}{3}/u.test(text.data) && !text.parentElement.closest('svg'))
                        text.data = text.data.replace(/\\p{L}{3}/gu, '$&щ');
                }
            }"""
        )
        assert too_wide(page) == []


@pytest.mark.parametrize("frame", FRAMES)
def test_page_keeps_to_the_content_policy(open_look: OpenLook, frame: str) -> None:
    with open_look(frame) as page:
        said: list[str] = []
        page.on("console", lambda said_: said.append(said_.text) if said_.type in {"error", "warning"} else None)
        page.on("response", lambda answer: said.append(answer.url) if answer.status >= 400 else None)
        response = page.reload()
        assert response is not None
        assert "style-src 'self';" in response.headers["content-security-policy"]
        page.evaluate("document.fonts.ready")
        assert said == []


@pytest.mark.parametrize("width", [320, 1280])
def test_stand_says_its_state_without_colour(open_look: OpenLook, width: int) -> None:
    with open_look("plan", width=width, forced_colors="active") as page:
        expect(page.get_by_role("link", name="Stand 3, free")).to_be_visible()
        expect(page.get_by_role("img", name=re.compile("^Stand 11, (held, 6 min|6 min, held)$"))).to_be_visible()
        expect(
            page.get_by_role(
                "img", name=re.compile("^Stand 1, (Bakkerij Van Loenen, taken|taken, Bakkerij Van Loenen)$")
            )
        ).to_be_visible()
        expect(
            page.get_by_role("link", name=re.compile("^Stand 9, (your stand, 9 min|9 min, your stand)$"))
        ).to_be_visible()
        free = page.locator(".hd-stand--free:visible rect").first
        taken = page.locator(".hd-stand--taken:visible rect").first
        dashes = "box => getComputedStyle(box).strokeDasharray"
        assert free.evaluate(dashes) != taken.evaluate(dashes)


def test_badges_and_alerts_keep_an_edge_in_forced_colours(open_look: OpenLook) -> None:
    with open_look("parts", forced_colors="active") as page:
        for part in (".hd-badge", ".hd-alert", ".hd-tag", ".hd-card"):
            assert page.locator(part).first.evaluate("part => getComputedStyle(part).borderTopWidth") != "0px"


def test_code_on_the_pass_can_be_read(open_look: OpenLook, tmp_path: Path) -> None:
    with open_look("pass", width=360) as page:
        page.locator(".hd-pass svg").screenshot(path=tmp_path / "code.png")
    read = zxingcpp.read_barcodes(Image.open(tmp_path / "code.png"), formats=zxingcpp.BarcodeFormat.QRCode)
    assert [code.text for code in read] == ["https://example.org/look"]


def test_code_fills_the_width_of_a_phone(open_look: OpenLook) -> None:
    with open_look("pass", width=360) as page:
        box = page.locator(".hd-pass svg").bounding_box()
        assert box is not None
        assert box["width"] >= 320
