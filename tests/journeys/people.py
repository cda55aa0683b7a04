"""The people of a Meet & Greet, each with a browser of their own, doing what they do."""

import re
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import pyotp
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from tests.browser import FLAGS, find_chromium, follow
from tests.journeys.camera import film_code
from tests.services.registration.door.verdict_log import next_verdict, watch_verdicts
from tests.stack import Mail, Stack

LASTS = timedelta(hours=2)
PASSWORD = "een lang wachtwoord voor de proef"


class Visitor:
    """Somebody with a browser."""

    def __init__(self, browser: Browser, stack: Stack, language: str = "en", width: int = 1280) -> None:
        self.stack = stack
        self.context: BrowserContext = browser.new_context(
            base_url=stack.base_url, viewport={"width": width, "height": 844}, locale="en-GB"
        )
        self.context.add_cookies([{"name": "language", "value": language, "url": stack.base_url}])
        self.page: Page = self.context.new_page()
        self.faults: list[str] = []
        self.page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        self.page.on("console", lambda line: self.faults.append(line.text) if "Content Security" in line.text else None)

    def open(self, path: str) -> Page:
        """Open a page, which must be there."""
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.ok, f"{path}: {answer.status}"
        return self.page

    def press(self, name: str, exact: bool = False) -> None:
        """Press the button or follow the link of this name, the first in sight, to the next page."""
        target = self.page.get_by_role("button", name=name, exact=exact)
        target = target.or_(self.page.get_by_role("link", name=name, exact=exact))
        follow(target.locator("visible=true").first)

    def fill(self, **values: str) -> None:
        """Fill in fields by their names."""
        for name, value in values.items():
            self.page.locator(f"#field-{name}").fill(value)

    def close(self) -> None:
        """Close the browser's windows; nothing may have gone wrong in a page."""
        self.context.close()
        assert self.faults == []


class Organiser(Visitor):
    """Staff of the region."""

    def sign_in(self, email: str) -> None:
        """For the first time: password, then the second factor is set up."""
        self.open("/sign-in")
        self.fill(email=email, password=PASSWORD)
        self.press("Continue")
        secret = self.page.locator("code[translate=no]").inner_text().replace(" ", "")
        self.fill(code=pyotp.TOTP(secret).now())
        self.press("Sign in")
        expect(self.page.get_by_role("heading", name="Events", exact=True)).to_be_visible()

    def make_venue(self) -> None:
        """A venue with the standard hall of twelve stands."""
        self.open("/venues/new")
        self.fill(name="Stadsloket Zuid", address="Havenplein 8, 3511 AB Rijnstad", route="Tram 4, stop Havenplein.")
        self.press("Save", exact=True)
        expect(self.page.get_by_text("12 stands").first).to_be_visible()

    def make_event(self, starts_at: datetime, time_zone: str) -> str:
        """An event of six rounds; its id."""
        self.open("/events/new")
        self.fill(name="Meet & Greet Stadsloket Zuid", date=f"{starts_at:%Y-%m-%d}", start=f"{starts_at:%H:%M}")
        self.fill(end=f"{starts_at + LASTS:%H:%M}", first_round=f"{starts_at:%H:%M}", rounds="6")
        self.page.locator("#field-floor_plan_id").select_option(index=1)
        self.page.locator("#field-time_zone").select_option(time_zone)
        self.press("Save as a draft")
        expect(self.page).to_have_url(re.compile(r"/events/[0-9a-f-]{36}$"))
        return urlsplit(self.page.url).path.rsplit("/", 1)[1]

    def publish_event(self, event_id: str) -> None:
        """Publish the draft."""
        self.open(f"/events/{event_id}")
        self.press("Publish", exact=True)
        expect(self.page.get_by_text("published").first).to_be_visible()

    def invite_employer(self, event_id: str, company: str, email: str) -> None:
        """Add a company with a contact and invite it in one go."""
        self.open(f"/events/{event_id}/employers")
        self.press("Invite a new employer")
        self.fill(name=company, contact_name=f"Sanne van {company}", email=email)
        self.page.locator("#field-language").select_option("en")
        self.press("Add and invite")
        expect(self.page.get_by_text(company).first).to_be_visible()

    def enter_candidate(self, name: str, language: str, email: str, speaks: dict[str, str]) -> None:
        """Enter somebody with the languages they speak."""
        self.open("/candidates/new")
        self.fill(name=name, email=email, hours="24")
        self.page.locator(f"input[name=language][value={language}]").check()
        self.page.locator("input[name=sectors][value=care]").check()
        for row, (code, level) in enumerate(speaks.items()):
            if row:
                self.page.get_by_role("button", name="Add a language").click()
            self.page.locator("select[name=languages_name]").nth(row).select_option(code)
            self.page.locator("select[name=languages_value]").nth(row).select_option(level)
        self.press("Save", exact=True)
        expect(self.page.get_by_text(name).first).to_be_visible()

    def invite_everybody(self, event_id: str, count: int) -> None:
        """Choose all who are ready and invite them."""
        self.open(f"/events/{event_id}/candidates")
        self.press("Choose all")
        self.press(f"Invite {count} people")
        self.press(f"Invite {count} people")
        expect(self.page.get_by_role("heading", name="Answers", exact=True)).to_be_visible()

    def ask_interpreter(self, event_id: str, name: str, email: str) -> None:
        """A new interpreter for Ukrainian and Russian, for all rounds."""
        self.open(f"/scheduling/events/{event_id}/interpreters/new")
        self.fill(name=name, email=email)
        self.page.locator("input[name=language][value=en]").check()
        self.page.locator("input[name=pairs][value=nl-uk]").check()
        self.page.locator("input[name=pairs][value=nl-ru]").check()
        self.press("Add and ask")
        expect(self.page.get_by_text(name).first).to_be_visible()

    def make_plan(self, event_id: str) -> None:
        """Make the plan, watch it being made, see the grid."""
        self.open(f"/scheduling/events/{event_id}/plan")
        self.press("Make the plan", exact=True)
        expect(self.page.get_by_text("of the best possible plan")).to_be_visible(timeout=90_000)

    def publish_plan(self) -> None:
        """Publish what is on the screen."""
        self.press("Publish the plan")
        expect(self.page.get_by_text("The plan is published.").first).to_be_visible()

    def make_door_code(self, event_id: str) -> str:
        """Set up a phone for the door; the address in its code."""
        self.open(f"/events/{event_id}/devices")
        self.fill(gate="Entrance north")
        self.press("Make a code for a phone")
        code = self.page.locator("#code svg").first
        expect(code).to_be_visible()
        picture = Image.open(BytesIO(code.screenshot(scale="device")))
        [read] = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
        return read.text

    def move_event(self, event_id: str, date: str) -> None:
        """The same hours on another day."""
        self.open(f"/events/{event_id}/move")
        self.fill(date=date)
        self.press("Move the event")
        expect(self.page).to_have_url(re.compile(r"/events/[0-9a-f-]{36}$"))


class Employer(Visitor):
    """A contact of an employer, on a phone."""

    def choose_stand(self, invitation: Mail) -> str:
        """Open the link in the mail and hold the first free stand; its label."""
        self.open(next(link for link in invitation.links() if "/l/" in link))
        stand = self.page.locator("a.hd-stand--free:visible").first
        label = (stand.get_attribute("aria-label") or "").split(" ")[0].strip(",:")
        follow(stand)
        return label

    def hold(self) -> None:
        """Say yes to the stand that is on the screen."""
        follow(self.page.get_by_role("button", name=re.compile("Choose stand")))

    def book(self, work: str) -> None:
        """Name the work and the languages, and book."""
        if self.page.locator("#field-title").count() == 0:
            follow(self.page.get_by_role("link", name=re.compile("Go on with stand")))
        self.fill(title=work, hours="24", openings="2")
        self.page.locator("#field-sector").select_option("care")
        self.press("Continue")
        self.page.locator("select[name=languages_name]").first.select_option("nl")
        self.page.locator("select[name=languages_value]").first.select_option("C2")
        self.press("Book stand")
        expect(self.page.get_by_role("heading", name=re.compile("is booked"))).to_be_visible()


class Candidate(Visitor):
    """A candidate, on a phone, in the own language: found by what buttons do, not by what they say."""

    def answer(self, invitation: Mail, answer: str) -> None:
        """Open the link in the mail and say yes or no."""
        self.open(next(link for link in invitation.links() if "/l/" in link))
        follow(self.page.locator(f"button[name=answer][value={answer}]"))
        if answer == "declined" and self.page.locator("button[name=answer][value=declined]").count():
            follow(self.page.locator("button[name=answer][value=declined]"))


class DoorPhone:
    """A phone at the door. It has a browser of its own, since the camera films what the test holds before it."""

    def __init__(self, playwright: Playwright, stack: Stack, folder: Path) -> None:
        self._film = film_code("", folder / "camera.y4m")
        flags = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
        self.context = playwright.chromium.launch_persistent_context(
            str(folder / "profile"),
            executable_path=find_chromium(),
            args=[*FLAGS, *flags, f"--use-file-for-fake-video-capture={self._film}"],
            base_url=stack.base_url,
            viewport={"width": 390, "height": 844},
            permissions=["camera"],
            locale="en-GB",
        )
        self.context.add_cookies([{"name": "language", "value": "en", "url": stack.base_url}])
        watch_verdicts(self.context)
        self.page = self.context.new_page()

    def enrol(self, address: str) -> None:
        """Open the address in the organiser's code."""
        self.page.goto(address)
        expect(self.page.locator("#door-gate")).to_have_text("Entrance north")

    def show(self, text: str) -> str:
        """Hold a code before the camera; the verdict that fills the screen."""
        film_code(text, self._film)
        found, self.words = next_verdict(self.page)
        return found

    def take_next(self) -> None:
        """Hold nothing before the camera, and tap an amber or red verdict away."""
        film_code("", self._film)
        key = self.page.locator("#door-verdict button")
        if key.count():
            key.click()
        expect(self.page.locator("#door-verdict section")).to_have_count(0)
        # The scanner asks for a code once the last one has been out of its sight for a while.
        expect(self.page.locator("#door-hint")).to_have_text("Hold the code before the camera")

    def close(self) -> None:
        """Put the phone away."""
        self.context.close()
