"""One Meet & Greet from end to end: real browsers, through the gateway, with mails from the real mail server."""

import base64
import uuid
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Playwright, expect

from services.registration.invitations.passes import PassContent, pass_text
from shared import clock
from tests.journeys.people import PASSWORD, Candidate, DoorPhone, Employer, Organiser
from tests.stack import Mail, Stack

REGION = "Werkregio Rijn en Vecht"
PEOPLE = {
    "oksana@mail.example": ("Оксана Їжакевич-Ґалаґан", "uk", {"uk": "C2"}),
    "larysa@mail.example": ("Лариса Кравець", "ru", {"ru": "C2", "uk": "C1"}),
    "bohdan@mail.example": ("Богдан O'Brien 李", "uk", {"uk": "C2", "nl": "B1"}),
    "iryna@mail.example": ("Ірина Шевчук", "uk", {"uk": "C1", "en": "B2"}),
}
COMPANIES = {"Zorggroep De Lindehof": "lindehof@werk.example", "Bakkerij Van Loenen": "loenen@werk.example"}
INTERPRETER = "olena@tolk.example"


def today_somewhere() -> tuple[datetime, str]:
    """A start within the half hour, in a zone of Europe where the day is long enough for the whole event.

    Not in a night in which clocks change: a form cannot say which of two hours of the same name is meant.
    """
    for zone in ("Europe/Amsterdam", "Europe/London", "Europe/Samara"):
        start = (clock.now() + timedelta(minutes=25)).astimezone(ZoneInfo(zone)).replace(second=0, microsecond=0)
        offsets = {(start + timedelta(hours=hours)).utcoffset() for hours in (-3, 0, 3)}
        if start.hour <= 21 and clock.now().astimezone(ZoneInfo(zone)).date() == start.date() and len(offsets) == 1:
            return start, zone
    raise AssertionError("there is always one")


def read_code(mail: Mail) -> str:
    """What the picture in an invitation says."""
    picture = Image.open(BytesIO(mail.content("image/png")))
    # Of this kind only: the reader now and then takes rows of a QR code for a barcode of stripes.
    [code] = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    return code.text


def read_entry(mail: Mail) -> tuple[str, Any]:
    """Method and event of the calendar file in a mail."""
    calendar = icalendar.Calendar.from_ical(mail.content("text/calendar"))
    return str(calendar["METHOD"]), next(iter(calendar.walk("VEVENT")))


@pytest.mark.timeout(900)
def test_one_meet_and_greet(stack: Stack, browser: Browser, playwright: Playwright, tmp_path: Path) -> None:
    added = stack.run(
        "staff", "add", "--organisation", REGION, "--mailbox", "werk@regio.example", "--name", "Marit de Vries",
        "--email", "marit@regio.example", "--role", "organiser", "--role", "desk", "--language", "nl", stdin=PASSWORD,
    )  # fmt: skip
    assert added.returncode == 0, added.stderr
    organiser, inbox = Organiser(browser, stack), stack.inbox
    starts_at, zone = today_somewhere()

    # 1. The organiser signs in, makes venue and event, publishes, invites employers.
    organiser.sign_in("marit@regio.example")
    organiser.make_venue()
    event_id = organiser.make_event(starts_at, zone)
    organiser.publish_event(event_id)
    for company, email in COMPANIES.items():
        organiser.invite_employer(event_id, company, email)

    # 2. Two employers want the same stand at once: one wins, the other is told and takes another.
    first, second = (Employer(browser, stack, width=390) for _ in COMPANIES)
    mails = [inbox.wait_for(email)[0] for email in COMPANIES.values()]
    wanted = [employer.choose_stand(mail) for employer, mail in zip((first, second), mails, strict=True)]
    assert wanted[0] == wanted[1]
    first.hold()
    second.hold()
    expect(second.page.get_by_role("heading", name="Choose a stand")).to_be_visible()
    expect(second.page.get_by_text(f"{wanted[1]}").first).to_be_visible()
    first.book("Helpende in de zorg")
    second.choose_stand(mails[1])
    second.hold()
    second.book("Verzorgende")
    booked = inbox.wait_for(COMPANIES["Zorggroep De Lindehof"], count=2)[1]
    method, stand_entry = read_entry(booked)
    assert (method, int(stand_entry["SEQUENCE"])) == ("REQUEST", 0)
    assert stand_entry["DTSTART"].dt.astimezone(ZoneInfo(zone)) == starts_at

    # 3. Candidates are entered and invited; each gets a mail in the own language with a code, and answers.
    for email, (name, language, speaks) in PEOPLE.items():
        organiser.enter_candidate(name, language, email, speaks)
    organiser.invite_everybody(event_id, len(PEOPLE))
    passes = {}
    for email, (name, language, _) in PEOPLE.items():
        invitation = inbox.wait_for(email)[0]
        passes[email] = read_code(invitation)
        assert name in (invitation.text or "")
        assert ("Ви" in (invitation.text or "")) == (language == "uk")
        candidate = Candidate(browser, stack, language, width=360)
        candidate.answer(invitation, "declined" if email.startswith("iryna") else "accepted")
        candidate.close()

    # 4. An interpreter is asked, the plan is made and published; everybody gets the own timetable.
    organiser.ask_interpreter(event_id, "Olena Tkachuk", INTERPRETER)
    inbox.wait_for(INTERPRETER)
    organiser.make_plan(event_id)
    organiser.publish_plan()
    roster = inbox.wait_for(INTERPRETER, count=2)[1]
    method, roster_entry = read_entry(roster)
    assert (method, int(roster_entry["SEQUENCE"])) == ("REQUEST", 0)
    assert "Zorggroep" in str(roster_entry["DESCRIPTION"]) or "Bakkerij" in str(roster_entry["DESCRIPTION"])
    coming = [email for email in PEOPLE if not email.startswith("iryna")]
    for email in coming:
        inbox.wait_for(email, count=3)
    for email in COMPANIES.values():
        inbox.wait_for(email, count=3)

    # 5. At the door: green with name and first stand, then already in, another event, nonsense; the dashboard counts.
    arrivals = Organiser(browser, stack)
    arrivals.context.add_cookies(organiser.context.cookies())
    arrivals.open(f"/events/{event_id}/arrivals")
    phone = DoorPhone(playwright, stack, tmp_path)
    phone.enrol(organiser.make_door_code(event_id))
    assert phone.show(passes["oksana@mail.example"]) == "admitted"
    assert "Їжакевич-Ґалаґан" in phone.words
    assert "First to stand" in phone.words
    expect(arrivals.page.get_by_role("definition").first).to_have_text("1 of 3")
    phone.take_next()
    assert phone.show(passes["oksana@mail.example"]) == "already_in"
    phone.take_next()
    seed = base64.b64decode(stack.settings["HANDDRUK_PASS_SIGNING_KEY"])
    assert phone.show(pass_text(seed, PassContent(uuid.uuid4(), 101, 1))) == "wrong_event"
    phone.take_next()
    assert phone.show("https://example.org/a-poster-on-the-wall") == "unknown"
    phone.close()

    # 6. The event moves by a day: everybody who was told is told, once; calendar entries move along.
    before = {mail.id for mail in inbox.mails()}
    organiser.move_event(event_id, f"{starts_at + timedelta(days=1):%Y-%m-%d}")
    everybody = [*coming, *COMPANIES.values(), INTERPRETER]
    told = {}
    for address in everybody:
        told[address] = [mail for mail in inbox.wait_for(address, count=3 + (address != INTERPRETER))
                         if mail.id not in before]  # fmt: skip
    assert {address: len(mails) for address, mails in told.items()} == dict.fromkeys(everybody, 1)
    for address, entry in ((COMPANIES["Zorggroep De Lindehof"], stand_entry), (INTERPRETER, roster_entry)):
        method, moved = read_entry(told[address][0])
        assert (method, moved["UID"], int(moved["SEQUENCE"])) == ("REQUEST", entry["UID"], 1)
        assert moved["DTSTART"].dt - entry["DTSTART"].dt == timedelta(days=1)
    assert [mail for mail in inbox.mails("iryna@mail.example") if mail.id not in before] == []
    for visitor in (organiser, arrivals, first, second):
        visitor.close()
