"""An employer books in a real browser: on a phone, without scripts, by keyboard; every page for everybody."""

import re

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from services.registration.events.models import Event
from services.registration.stands.inviting import decline
from services.registration.stands.models import EmployerInvitation
from shared.events import StandBooked
from tests.browser import OpenBrowser, follow, judge
from tests.factories.events import make_event
from tests.factories.stands import FIRMS, make_booking, make_employer, make_employers, make_hold, make_invitation
from tests.service_under_test import ServiceUnderTest


class Hall:
    """An event that is half full, an employer on the way in, and an organiser."""

    def __init__(self, service: ServiceUnderTest) -> None:
        self.service = service
        with service.session() as session:
            self.event: Event = make_event(session)
            firms = make_employers(session, len(FIRMS))
            for number in (1, 2, 4, 5, 7, 8, 10):
                invitation = make_invitation(session, self.event, firms[number - 1])
                make_booking(session, invitation, str(number), title="" if number == 7 else FIRMS[number - 1][3])
            make_hold(session, make_invitation(session, self.event, firms[10]), "11")
            decline(session, self.event.id, make_invitation(session, self.event, firms[11]).contact_id)
            make_invitation(session, self.event, firms[2]).undelivered = "address_refused"
            long = make_employer(session, "Їжакевич-Ґалаґан & O'Brien 李 " + "найдовшеслово" * 13, "Дуже-Довге Ім'я")
            self.long = make_invitation(session, self.event, long)
            make_booking(session, self.long, "12", title="Найдовшоукраїнськогослованевистачаєбільшніжкомірки" * 4)
            self.mine: EmployerInvitation = make_invitation(session, self.event, firms[8])
        self.address = f"/my/stands/{self.event.id}"
        self.client = self.employer(self.mine)

    def employer(self, invitation: EmployerInvitation) -> FlaskClient:
        return self.service.signed_in(
            "employer", kind="employer", subject_id=invitation.contact_id, event_id=self.event.id
        )


@pytest.fixture
def hall(registration: ServiceUnderTest) -> Hall:
    return Hall(registration)


def look_at(page: Page, name: str) -> None:
    """The page at every width: no barriers, nothing to the side."""
    found = judge(page, name, 320, 360, 768, 1280)
    page.set_viewport_size({"width": 360, "height": 800})
    assert found == []


def test_employer_books_on_a_phone(hall: Hall, open_browser: OpenBrowser) -> None:
    with open_browser(hall.client) as context:
        page, faults = context.new_page(), []
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.on("console", lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None)
        page.goto(hall.address)
        look_at(page, "1-plan")
        follow(page.get_by_role("link", name="Stand 3, free").filter(visible=True))
        look_at(page, "2-chosen")
        follow(page.get_by_role("button", name="Choose stand 3"))
        expect(page.get_by_role("timer")).to_contain_text("Stand 3 is yours for 9 more minutes.")
        look_at(page, "3-work")
        page.get_by_label("Work", exact=True).fill("Fietsmonteur, leerplek")
        follow(page.get_by_role("button", name="Continue"))
        expect(page.get_by_role("alert")).to_be_focused()
        look_at(page, "4-work-with-errors")
        expect(page.get_by_label("Work", exact=True)).to_have_value("Fietsmonteur, leerplek")
        page.get_by_label("Sector").select_option("engineering")
        page.get_by_label("Hours a week").fill("32")
        page.get_by_label("Language 1", exact=True).select_option("nl")
        page.get_by_label("Level of language 1").select_option("A2")
        page.get_by_label("It fits school hours").check()
        wanted = page.get_by_role("group", name="Experience wanted")
        for sector in ("Care", "Construction", "Engineering", "Production"):
            wanted.get_by_label(sector, exact=True).check()
        follow(page.get_by_role("button", name="Continue"))
        page.get_by_role("link", name="Choose at most three sectors.").click()
        look_at(page, "4-work-with-too-much-experience")
        wanted.get_by_label("Care", exact=True).uncheck()
        follow(page.get_by_role("button", name="Continue"))
        page.get_by_role("button", name="Add a language").click()
        page.get_by_label("Language 2", exact=True).select_option("uk")
        page.get_by_label("Level of language 2").select_option("B1")
        look_at(page, "5-team")
        follow(page.get_by_role("button", name="Book stand 3"))
        expect(page.get_by_role("heading", level=1)).to_have_text("Stand 3 is booked")
        look_at(page, "6-done")
        follow(page.get_by_role("link", name="Choose another stand"))
        look_at(page, "7-move")
        page.go_back()
        follow(page.get_by_role("link", name="Give up this stand"))
        look_at(page, "8-give-up")
        assert faults == []
    (told,) = [one for one in hall.service.outbox(StandBooked) if one.employer == hall.mine.employer.name]
    assert (told.label, told.languages) == ("3", {"nl": "C2", "uk": "B1"})
    assert (told.vacancies[0].title, told.vacancies[0].languages) == ("Fietsmonteur, leerplek", {"nl": "A2"})
    assert told.vacancies[0].wanted_experience == ("construction", "engineering", "production")


@pytest.mark.parametrize("language", ["nl", "uk"])
def test_form_of_work_in_the_longest_languages(hall: Hall, open_browser: OpenBrowser, language: str) -> None:
    with hall.service.session() as session:
        make_hold(session, session.merge(hall.mine), "3")
    with open_browser(hall.client, language=language) as context:
        page = context.new_page()
        page.goto(f"{hall.address}/work")
        look_at(page, f"work-{language}")
        wanted = page.locator("[name=wanted_experience]")
        for number in range(4):
            wanted.nth(number).check()
        follow(page.locator("button[form=work]"))
        expect(page.get_by_role("alert")).to_be_focused()
        expect(page.locator("[name=wanted_experience]:checked")).to_have_count(4)
        look_at(page, f"work-errors-{language}")


def test_employer_books_without_scripts_from_the_list(hall: Hall, open_browser: OpenBrowser) -> None:
    with open_browser(hall.client, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(hall.address)
        follow(page.get_by_role("link", name="List"))
        follow(page.get_by_role("link", name="Choose stand 6"))
        follow(page.get_by_role("button", name="Choose stand 6"))
        follow(page.get_by_role("link", name="Fill this in later"))
        follow(page.get_by_role("button", name="Book stand 6"))
        expect(page.get_by_role("heading", level=1)).to_have_text("Stand 6 is booked")


def test_employer_books_by_keyboard(hall: Hall, open_browser: OpenBrowser) -> None:
    with open_browser(hall.client, width=1280) as context:
        page = context.new_page()
        page.goto(hall.address)
        page.get_by_role("link", name="Stand 9, free").filter(visible=True).focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")
        page.get_by_role("button", name="Choose stand 9").focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")
        page.get_by_label("Work", exact=True).focus()
        page.keyboard.type("Monteur")
        page.keyboard.press("Tab")
        page.keyboard.type("Eng")
        page.keyboard.press("Tab")
        page.keyboard.type("24")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("/team$"))
        page.get_by_role("button", name="Book stand 9").focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Stand 9 is booked")


def test_slower_of_two_is_told_and_keeps_what_was_typed(hall: Hall, open_browser: OpenBrowser) -> None:
    with open_browser(hall.client) as slow_window:
        slow = slow_window.new_page()
        slow.goto(hall.address)
        follow(slow.get_by_role("link", name="Stand 3, free").filter(visible=True))
        with hall.service.session() as session:
            make_hold(session, make_invitation(session, session.merge(hall.event)), "3")
        follow(slow.get_by_role("button", name="Choose stand 3"))
        expect(slow.get_by_text("Somebody else has just chosen stand 3. Choose another stand.")).to_be_visible()
        look_at(slow, "9-too-late")


@pytest.mark.parametrize("language", ["nl", "uk"])
def test_language_is_switched_on_every_page(hall: Hall, open_browser: OpenBrowser, language: str) -> None:
    with open_browser(hall.employer(hall.long)) as context:
        page = context.new_page()
        for path in ("", "/work", "/team"):
            page.goto(f"{hall.address}{path}?lang={language}")
            assert page.locator("html").get_attribute("lang") == language
        look_at(page, f"10-{language}")


def test_organisers_pages_for_everybody(hall: Hall, open_browser: OpenBrowser) -> None:
    event = f"/events/{hall.event.id}/employers"
    pages = {
        "event": event, "event-new": f"{event}/new", "event-one": f"{event}/{hall.long.id}", "employers": "/employers",
        "employer": f"/employers/{hall.long.employer_id}",
        "contact": f"/employers/{hall.long.employer_id}/contacts/{hall.long.contact_id}",
    }  # fmt: skip
    with open_browser(hall.service.signed_in("organiser")) as context:
        page = context.new_page()
        for name, address in pages.items():
            page.goto(address)
            look_at(page, f"organiser-{name}")
        page.goto(f"{event}/new")
        page.get_by_label("Company name").fill("Bakerij van Loenen")
        page.get_by_role("textbox", name="Contact: name").fill("Hans")
        page.get_by_label("E-mail address").fill("hans@loenen.example")
        follow(page.get_by_role("button", name="Add and invite"))
        look_at(page, "organiser-looks-known")
        page.get_by_label("No, it is another company").check()
        follow(page.get_by_role("button", name="Add and invite"))
        expect(page.get_by_text("1 invitation is on its way.")).to_be_visible()
