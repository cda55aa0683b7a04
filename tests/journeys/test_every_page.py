"""Every kind of page of the demo, seen by everybody who may see it: no barrier, no dead end, nothing cut off."""

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pyotp
import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from deploy.demo.sign_ins import demo_password, second_factor_secret
from services.notifications.app import create_app as create_notifications
from services.registration.app import create_app as create_registration
from services.scheduling.app import create_app as create_scheduling
from shared import clock
from shared.settings import Service, Settings, load_settings
from tests.browser import follow, judge
from tests.journeys.crawl import Findings, Reader, Routes
from tests.journeys.people import PASSWORD
from tests.stack import Mail, Stack

STAFF, PHONE = (320, 1280), (320,)
"""Widths in pixels at which staff and everybody else read."""
EVENT = re.compile(r"/events/[0-9a-f-]{36}$")
REGION = "Werkregio Rijn en Vecht"
NO_PAGES = {
    "static": "files",
    "floor.healthz": "for machines",
    "floor.readyz": "for machines",
    "floor.metrics": "for machines",
    "look.gallery": "for engineers; tests/shared/ui judges it",
    "links.open_personal_link": "leads on to a page",
    "start.home": "leads on to a page",
    "door.manifest": "a file of the scanner",
    "door.service_worker": "a script",
    "my_invitation.service_worker": "a script",
    "door.arrivals_now": "a part of a page",
    "door.code_now": "a part of a page",
    "overview.live": "a part of a page",
    "timetable.progress": "a part of a page",
    "replan.show": "led to once the rounds have begun; test_planning_browser.py of timetable judges it",
    "texts.mail": "the mail inside the page of its text",
    "texts.show_test": "a part of a page",
    "messages.as_seen": "the mail inside the page of its message",
    "messages.show_progress": "a part of a page",
    "calendar.feed": "a file for calendars",
    "printing.file": "a PDF",
    "printing.preview": "a PDF",
    "printing.sample": "a PDF",
    "printing.show": "nothing was printed in the demo; test_people_look.py of notifications judges it",
    "inbox.show": "nobody has written back in the demo; test_browser.py of the inbox judges it",
    "suppressions.show_one": "no address is closed in the demo; test_people_look.py of notifications judges the list",
    "about.show_unsubscribe": "led to by mail programs",
}
"""What is asked for by GET and is no page that somebody is shown, with the reason."""


@pytest.fixture
def demo(new_stack: Callable[..., Stack]) -> Stack:
    """The whole system with the demo."""
    stack = new_stack(HANDDRUK_DEMO="yes")
    stack.start()
    return stack


class Demo:
    """The people of the demo, with browsers."""

    def __init__(self, browser: Browser, stack: Stack) -> None:
        self.browser, self.stack, self.findings = browser, stack, Findings()
        makers: dict[Service, Callable[[Settings], Flask]] = {
            "registration": create_registration,
            "scheduling": create_scheduling,
            "notifications": create_notifications,
        }
        self.routes = Routes([make(load_settings(name, stack.settings)) for name, make in makers.items()])

    def reader(self, name: str, widths: tuple[int, ...] = PHONE) -> Reader:
        """Somebody with an empty browser."""
        return Reader(self.browser, self.stack, self.routes, self.findings, name, widths)

    def sign_in(self, name: str) -> Reader:
        """An account of the demo: password, then the code of this moment."""
        settings, reader = load_settings("registration", self.stack.settings), self.reader(name, STAFF)
        self._send_password(reader, f"{name}@handdruk.example", demo_password(settings))
        reader.fill(code=pyotp.TOTP(second_factor_secret(settings)).now())
        reader.submit()
        return reader

    def join(self, role: str) -> Reader:
        """A new account with this role alone, which sets up its second factor first."""
        email, reader = f"{role}@new.example", self.reader(role, STAFF)
        self.stack.run("staff", "add", "--organisation", REGION, "--name", f"Anna {role}", "--email", email,
                       "--role", role, stdin=PASSWORD)  # fmt: skip
        self._send_password(reader, email, PASSWORD)
        secret = reader.page.locator("code[translate=no]").inner_text().replace(" ", "")
        reader.fill(code=pyotp.TOTP(secret).now())
        reader.submit()
        return reader

    def _send_password(self, reader: Reader, email: str, password: str) -> None:
        reader.read("/sign-in")
        reader.open("/sign-in")
        reader.fill(email=email, password=password)
        reader.submit()
        reader.judge_here()

    def come_by_link(self, name: str, mail: Mail) -> Reader:
        """Somebody who opened the personal link in a mail."""
        reader = self.reader(name)
        reader.open(next(link for link in mail.links() if "/l/" in link))
        return reader

    def show_refusals(self) -> None:
        """What somebody reads whose link is dead, or who is lost; refusals are what they should be here."""
        reader = Reader(self.browser, self.stack, self.routes, Findings(), "lost", PHONE)
        for name, path in {"dead-link": "/l/nothing", "no-page": "/nothing", "not-mine": "/my/stands/nothing"}.items():
            reader.page.goto(path)
            self.findings.faults += judge(reader.page, f"lost-{name}")
        reader.close()


def prepare(organiser: Reader) -> tuple[Mail, Mail]:
    """Do what the demo leaves undone, so that every page is there; mails to an employer and a candidate of today."""
    organiser.speak("nl")
    organiser.open("/venues/new")
    organiser.fill(name="Buurthuis De Ark", address="Kerkstraat 1, 3401 AC Rijnstad")
    organiser.submit()
    organiser.open("/events/new")
    organiser.fill(name="Meet & Greet Buurthuis De Ark", date=f"{clock.now() + timedelta(days=60):%Y-%m-%d}")
    organiser.page.locator("#field-floor_plan_id").select_option(index=1)
    organiser.submit()
    expect(organiser.page).to_have_url(EVENT)
    today = list_events(organiser)[0]
    organiser.open(f"{today}/devices")
    organiser.fill(gate="Ingang noord")
    organiser.submit()
    return send_again(organiser, f"{today}/employers"), send_again(organiser, f"{today}/invitations?only=accepted")


def list_events(organiser: Reader) -> list[str]:
    """The addresses of all events, of which each is in another state: a draft, to come, today, past."""
    organiser.open("/events")
    return [str(link.get_attribute("href")) for link in organiser.page.locator("th a[href^='/events/']").all()]


def send_again(organiser: Reader, path: str) -> Mail:
    """Send the first person of a list, who can be written to, their message again; the mail."""
    organiser.open(path)
    rows = organiser.page.locator("tbody th a")
    for address in [row.get_attribute("href") for row in rows.all()]:
        organiser.open(address or "")
        button = organiser.page.locator("form[action$='/send'] [type=submit]")
        if button.count():
            known = len(organiser.stack.inbox.mails())
            follow(button)
            return organiser.stack.inbox.wait_for("", count=known + 1)[-1]
    raise AssertionError(f"nobody on {path} can be written to")


@pytest.mark.timeout(900)
def test_every_page(demo: Stack, browser: Browser) -> None:
    people = Demo(browser, demo)
    organiser = people.sign_in("organiser")
    employer_mail, candidate_mail = prepare(organiser)
    readers = [organiser]
    organiser.read("/")
    for address in list_events(organiser):
        organiser.look_at(address, address[-4:])
    for name in ("desk", "admin"):
        readers.append(people.sign_in(name))
        readers[-1].read("/")
    for role in ("door", "admin"):
        readers.append(people.join(role))
        readers[-1].read("/")
    mails = {
        "booked-employer": employer_mail,
        "invited-employer": demo.inbox.wait_for("ria@wasserijblauwborg.example")[0],
        "candidate-of-today": candidate_mail,
        "invited-candidate": demo.inbox.wait_for("yevhen.savchenko34@post.example")[0],
        "interpreter": demo.inbox.wait_for("lesia@tolken.example")[0],
    }
    for name, mail in mails.items():
        readers.append(people.come_by_link(name, mail))
        readers[-1].read("/")
    curious = people.reader("reader-of-a-mail")
    curious.read(urlsplit(next(link for link in candidate_mail.links() if "/about/" in link)).path)
    readers.append(curious)
    phone = people.reader("phone-at-the-door")
    phone.read("/door")
    people.show_refusals()
    for reader in [*readers, phone]:
        reader.close()
    unseen = {str(kind) for kind in people.routes.pages() - people.findings.kinds if kind.endpoint not in NO_PAGES}
    assert (people.findings.faults, unseen) == ([], set())
