"""The organiser's pages of the door in a real browser."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient
from playwright.sync_api import expect

from tests.browser import OpenBrowser, follow, judge
from tests.factories.door import Door, make_door, scan
from tests.factories.events import make_event
from tests.service_under_test import ServiceUnderTest


@pytest.fixture
def door(registration: ServiceUnderTest) -> Door:
    with registration.session() as session:
        door = make_door(session, guests=5)
        scan(session, door.device, door.text(0))
        return door


@pytest.mark.parametrize("language", ["nl", "uk"])
def test_pages_for_everybody(
    registration: ServiceUnderTest, door: Door, open_browser: OpenBrowser, language: str
) -> None:
    with registration.session() as session:
        empty = make_event(session).id
    client = registration.signed_in("organiser")
    with open_browser(client, language=language) as context:
        page = context.new_page()
        for event_id in (door.event.id, empty):
            for path in ("devices", "arrivals"):
                page.goto(f"/events/{event_id}/{path}")
                assert judge(page, f"door{path.replace('/', '-')}", 320, 1280) == [], (event_id, path)
        page.goto(f"/events/{door.event.id}/devices")
        follow(page.locator("main form.hd-form button"))
        expect(page.locator("#error-summary")).to_be_focused()
        assert judge(page, "door-phone-code", 320, 1280) == []
        page.locator("#field-gate").fill("Вхід " + "найдовшеслово" * 7)
        follow(page.locator("main form.hd-form button"))
        expect(page.locator("#code svg").first).to_be_visible()
        assert judge(page, "door-after", 320, 1280) == []


def test_arrivals_move_by_themselves(registration: ServiceUnderTest, door: Door, open_browser: OpenBrowser) -> None:
    client = registration.signed_in("organiser")
    with open_browser(client, width=1280) as context:
        page = context.new_page()
        page.goto(f"/events/{door.event.id}/arrivals")
        inside = page.locator("#arrivals .hd-stat dd").first
        expect(inside).to_contain_text("1")
        with registration.session() as session:
            scan(session, door.device, door.text(1))
        expect(inside).to_contain_text("2")
        expect(page.locator("#arrivals")).to_contain_text(str(door.invitations[1].number))


def test_code_page_notices_the_phone(registration: ServiceUnderTest, door: Door, open_browser: OpenBrowser) -> None:
    client = registration.signed_in("organiser")
    with open_browser(client, width=1280) as context:
        page = context.new_page()
        page.goto(f"/events/{door.event.id}/devices")
        page.locator("#field-gate").fill("Entrance south")
        follow(page.locator("main form.hd-form button"))
        expect(page.locator("#code svg").first).to_be_visible()
        code = _code_of(client, context.cookies())
        registration.client().post("/api/devices/enrol", json={"code": code, "name": "Phone of Olha"})
        expect(page.locator("#code")).to_contain_text("This phone can scan now: Phone of Olha")


def _code_of(client: FlaskClient, cookies: Sequence[Mapping[str, Any]]) -> str:
    """The code as the organiser's own cookie holds it."""
    value = next(one["value"] for one in cookies if one["name"] == "handdruk")
    serializer = SecureCookieSessionInterface().get_signing_serializer(client.application)
    assert serializer is not None
    codes: dict[str, str] = serializer.loads(value)["door_codes"]
    return next(iter(codes.values()))
