"""The pages of accounts in a real browser: for everybody, on every width, in every language."""

import re

import pyotp
import pytest
from playwright.sync_api import Page, expect

from services.registration.accounts.models import Staff
from tests.browser import OpenBrowser, follow, judge
from tests.factories.accounts import PASSWORD, make_staff
from tests.service_under_test import ServiceUnderTest

LONG = "Їжакевич-Ґалаґан O'Brien 李 " + "найдовшеслово" * 12


@pytest.fixture
def boss(registration: ServiceUnderTest) -> Staff:
    with registration.session() as session:
        make_staff(session, "long@werkregio.example", LONG, ("organiser", "door", "desk", "case_worker"))
        return make_staff(session, "boss@werkregio.example", "Boss", ("admin", "organiser"))


@pytest.mark.parametrize("language", ["nl", "uk"])
def test_pages_for_everybody(
    registration: ServiceUnderTest, boss: Staff, open_browser: OpenBrowser, language: str
) -> None:
    client = registration.signed_in("admin", "organiser", subject_id=boss.id)
    with open_browser(client, language=language) as context:
        page = context.new_page()
        for path in ("/staff", "/staff/new", f"/staff/{boss.id}", "/account", "/help"):
            page.goto(path)
            assert judge(page, f"accounts{path.replace('/', '-')}-{language}", 320, 1280) == []
        page.goto("/staff/new")
        follow(page.locator("main form button"))
        expect(page.locator("#error-summary")).to_be_focused()
        assert judge(page, "accounts-new-with-errors", 320, 1280) == []


def test_signing_in_by_keyboard(registration: ServiceUnderTest, boss: Staff, open_browser: OpenBrowser) -> None:
    with open_browser() as context:
        page = context.new_page()
        page.goto("/staff")
        assert judge(page, "sign-in", 320, 1280) == []
        page.locator("#field-email").focus()
        with page.expect_navigation():
            _type(page, boss.email, "Tab", PASSWORD, "Enter")
        secret = page.locator("code").inner_text().replace(" ", "")
        assert judge(page, "second-factor", 320, 1280) == []
        page.locator("#field-code").focus()
        with page.expect_navigation():
            _type(page, pyotp.TOTP(secret).now(), "Enter")
        expect(page).to_have_url(re.compile("/staff$"))


def test_signing_in_without_scripts(registration: ServiceUnderTest, boss: Staff, open_browser: OpenBrowser) -> None:
    with open_browser(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/sign-in")
        page.locator("#field-email").fill(boss.email)
        page.locator("#field-password").fill(PASSWORD)
        follow(page.locator("main form button"))
        secret = page.locator("code").inner_text().replace(" ", "")
        page.locator("#field-code").fill(pyotp.TOTP(secret).now())
        follow(page.locator("main form button"))
        page.goto("/account")
        expect(page.get_by_text(boss.email)).to_be_visible()


def _type(page: Page, *keys: str) -> None:
    for key in keys:
        if key in {"Tab", "Enter"}:
            page.keyboard.press(key)
        else:
            page.keyboard.type(key)
