"""The scanner in a real browser with a camera that films real passes."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from services.registration.accounts.devices import list_devices, revoke_device
from services.registration.door.models import Scan
from services.registration.door.rules import prepare_device
from tests.browser import judge
from tests.factories.candidates import make_candidate
from tests.factories.door import Door, make_door, text_of
from tests.factories.events import make_event
from tests.factories.invitations import make_invitations
from tests.service_under_test import ServiceUnderTest
from tests.services.registration.door.conftest import Gateway, Phone

TakePhone = Callable[..., Phone]


@dataclass(frozen=True)
class Scene:
    """A door with guests, and the code for a phone that is not set up yet."""

    door: Door
    code: str


@pytest.fixture
def scene(registration: ServiceUnderTest) -> Scene:
    with registration.session() as session:
        door = make_door(session, guests=3)
        _, code = prepare_device(session, door.event, "Вхід північ")
        return Scene(door, code)


def verdicts(registration: ServiceUnderTest) -> list[str]:
    with registration.session() as session:
        return list(session.scalars(select(Scan.verdict).order_by(Scan.happened_at)))


def test_from_the_code_of_the_organiser_to_a_guest_inside(
    registration: ServiceUnderTest, scene: Scene, take_phone: TakePhone
) -> None:
    phone = take_phone()
    phone.enrol(scene.code)
    expect(phone.page.locator("#door-gate")).to_have_text("Вхід північ")
    assert "#" not in phone.page.url
    expect(phone.page.locator("#door-expected")).to_have_text("3")
    guest = scene.door.invitations[0]
    phone.hold(scene.door.text())
    words = phone.expect_verdict("admitted")
    assert guest.candidate.name in words
    assert guest.candidate.readable_name in words
    assert f"Number {guest.number}" in words
    # Green leaves by itself; the code that is still there is not read again.
    phone.expect_camera()
    expect(phone.page.locator("#door-hint")).to_have_text("Take the code away")
    expect(phone.page.locator("#door-inside")).to_have_text("1")
    assert verdicts(registration) == ["admitted"]


def test_same_pass_again_stays_amber_until_a_tap(
    registration: ServiceUnderTest, scene: Scene, take_phone: TakePhone
) -> None:
    phone = take_phone()
    phone.enrol(scene.code)
    phone.hold(scene.door.text())
    phone.expect_verdict("admitted")
    phone.hold("")
    phone.expect_camera()
    expect(phone.page.locator("#door-hint")).to_have_text("Hold the code before the camera")
    phone.hold(scene.door.text())
    words = phone.expect_verdict("already_in")
    assert "Вхід північ" in words
    expect(phone.page.get_by_role("button", name="Scan the next one")).to_be_focused()
    phone.page.keyboard.press("Enter")
    phone.expect_camera()


def test_pass_of_another_event_and_nonsense(
    registration: ServiceUnderTest, scene: Scene, take_phone: TakePhone
) -> None:
    with registration.session() as session:
        other = make_invitations(session, event=make_event(session), candidates=[make_candidate(session)])
    phone = take_phone()
    phone.enrol(scene.code)
    phone.hold(text_of(other[0]))
    assert "This code is for another event." in phone.expect_verdict("wrong_event")
    phone.next()
    phone.hold("nonsense of another kind")
    assert "This is not a code of ours." in phone.expect_verdict("unknown")
    phone.next()
    assert verdicts(registration) == ["wrong_event", "unknown"]


def test_scan_without_a_connection_is_kept_and_sent_when_it_comes_back(
    registration: ServiceUnderTest, scene: Scene, take_phone: TakePhone, gateway: Gateway
) -> None:
    phone = take_phone()
    phone.enrol(scene.code)
    gateway.go()
    phone.hold(scene.door.text())
    words = phone.expect_verdict("kept")
    assert "could not be checked" in words
    expect(phone.page.locator("#door-sign")).to_contain_text("1 waiting to be sent")
    phone.next()
    phone.hold(scene.door.text(1))
    phone.expect_verdict("kept")
    expect(phone.page.locator("#door-sign")).to_contain_text("2 waiting to be sent")
    gateway.come()
    # The second is still on the screen: now it says what the server says.
    phone.expect_verdict("admitted")
    expect(phone.page.locator("#door-sign")).to_be_hidden()
    expect(phone.page.locator("#door-inside")).to_have_text("2")
    assert verdicts(registration) == ["admitted", "admitted"]


def test_scan_outlives_a_phone_that_dies_right_after_the_beep(
    registration: ServiceUnderTest, scene: Scene, take_phone: TakePhone, gateway: Gateway
) -> None:
    phone = take_phone()
    phone.enrol(scene.code)
    phone.page.evaluate("navigator.serviceWorker.ready")
    gateway.go()
    phone.hold(scene.door.text())
    phone.expect_verdict("kept")
    phone.page.close()
    phone.hold("")
    gateway.come()
    phone.new_page()
    phone.open()
    expect(phone.page.locator("#door-inside")).to_have_text("1")
    assert verdicts(registration) == ["admitted"]


def test_scanner_opens_without_a_connection(
    registration: ServiceUnderTest, scene: Scene, take_phone: TakePhone, gateway: Gateway
) -> None:
    phone = take_phone()
    phone.enrol(scene.code)
    phone.page.evaluate("navigator.serviceWorker.ready")
    gateway.go()
    phone.page.close()
    phone.new_page()
    phone.open()
    expect(phone.page.locator("#door-gate")).to_have_text("Вхід північ")
    phone.hold(scene.door.text())
    phone.expect_verdict("kept")
    gateway.come()
    phone.expect_verdict("admitted")


def test_code_that_was_used(registration: ServiceUnderTest, scene: Scene, take_phone: TakePhone) -> None:
    take_phone().enrol(scene.code)
    second = take_phone()
    second.open(f"/door#{scene.code}")
    expect(second.page.locator("#door-panel")).to_contain_text("This code does not work any more.")
    assert "#" not in second.page.url
    second.hold(scene.door.text())
    assert verdicts(registration) == []


def test_phone_that_was_never_set_up(registration: ServiceUnderTest, take_phone: TakePhone) -> None:
    phone = take_phone()
    phone.open()
    expect(phone.page.locator("#door-panel")).to_contain_text("This phone is not set up yet.")
    expect(phone.page.locator("#door-close")).to_be_hidden()


def test_phone_that_was_taken_out_keeps_its_scans_for_when_it_is_set_up_again(
    registration: ServiceUnderTest, scene: Scene, take_phone: TakePhone, gateway: Gateway
) -> None:
    phone = take_phone()
    phone.enrol(scene.code)
    gateway.go()
    phone.hold(scene.door.text())
    phone.expect_verdict("kept")
    with registration.session() as session:
        for device in list_devices(session, scene.door.event.id):
            revoke_device(device)
        _, code = prepare_device(session, scene.door.event, "Entrance south")
    gateway.come()
    expect(phone.page.locator("#door-panel")).to_contain_text("This phone may scan no more.")
    phone.hold("")
    phone.page.goto(f"{phone.address}/door#{code}")
    expect(phone.page.locator("#door-gate")).to_have_text("Entrance south")
    expect(phone.page.locator("#door-inside")).to_have_text("1")
    assert verdicts(registration) == ["admitted"]


def test_reader_of_codes_that_could_not_be_fetched_is_fetched_again(
    registration: ServiceUnderTest, scene: Scene, take_phone: TakePhone, gateway: Gateway
) -> None:
    gateway.withheld = ".wasm"
    phone = take_phone()
    with phone.page.expect_response(lambda answer: answer.url.endswith(".wasm") and answer.status == 503):
        phone.open(f"/door#{scene.code}")
    expect(phone.page.locator("#door-hint")).to_have_text("One moment, the scanner is getting ready")
    gateway.withheld = "nothing"
    phone.expect_ready()
    phone.hold(scene.door.text())
    phone.expect_verdict("admitted")


def test_language_is_switched_on_the_phone(registration: ServiceUnderTest, scene: Scene, take_phone: TakePhone) -> None:
    phone = take_phone()
    phone.enrol(scene.code)
    phone.page.locator("#door-about").click()
    expect(phone.page.locator("#door-panel")).to_contain_text("Вхід північ")
    phone.page.get_by_role("link", name="Українська").click()
    expect(phone.page.locator("html")).to_have_attribute("lang", "uk")
    expect(phone.page.locator("#door-gate")).to_have_text("Вхід північ")


@pytest.mark.parametrize(("width", "height"), [(320, 568), (390, 844), (844, 390), (1280, 800)])
def test_screens_pass_the_checks_of_wcag_and_fit(
    registration: ServiceUnderTest, scene: Scene, take_phone: TakePhone, width: int, height: int
) -> None:
    phone = take_phone(width=width, height=height)
    phone.enrol(scene.code)
    expect(phone.page.locator("#door-expected")).to_have_text("3")
    assert judge(phone.page, "scanner") == []
    phone.hold("nonsense")
    phone.expect_verdict("unknown")
    assert judge(phone.page, "scanner-unknown") == []
    phone.next()
    phone.page.locator("#door-about").click()
    assert judge(phone.page, "scanner-about") == []
