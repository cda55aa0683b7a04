"""The pages in a real browser: without internet, two people on one phone, the effect of a choice, accessibility."""

import io
import re

import pytest
import zxingcpp
from flask.testing import FlaskClient
from PIL import Image
from playwright.sync_api import BrowserContext, Page, Route, expect
from playwright.sync_api import Error as PlaywrightError

from services.registration.events.rules import cancel_event, load_event
from services.registration.invitations.models import Invitation
from services.registration.invitations.rules import PassContent, load_invitation, read_pass, reissue_pass, verify_key
from shared.identity.links import link_address
from tests.browser import OpenBrowser, follow, judge
from tests.factories.candidates import make_candidate, make_candidates
from tests.factories.events import make_event
from tests.factories.invitations import SIGNING_SEED, make_invitations
from tests.factories.stands import make_booking
from tests.factories.stands import make_invitation as make_employer_invitation
from tests.service_under_test import ServiceUnderTest

FRAGMENT = "<p>13:15 · stand 4</p>"


def _mine(registration: ServiceUnderTest, invitation: Invitation) -> FlaskClient:
    identity = {"subject_id": invitation.candidate_id, "event_id": invitation.event_id}
    return registration.signed_in("candidate", kind="candidate", **identity)


def _link(registration: ServiceUnderTest, invitation: Invitation) -> str:
    assert invitation.link_id is not None
    settings = registration.floor.settings
    return link_address(settings, invitation.link_id).removeprefix(settings.base_url)


def _answer_timetable(context: BrowserContext, text: str = FRAGMENT) -> None:
    """What the sister service behind the gateway answers; service workers ask through the context as well."""

    def fulfil(route: Route) -> None:
        route.fulfill(body=text, content_type="text/html")

    context.route("**/scheduling/my/timetable/**", fulfil)


def _open_and_keep(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_text("Works without internet")).to_be_visible()


@pytest.fixture
def two(registration: ServiceUnderTest) -> tuple[Invitation, Invitation]:
    """Two people who are coming to one event."""
    with registration.session() as session:
        people = [
            make_candidate(session, "Оксана Гриценко", "en", email="family@example.org"),
            make_candidate(session, "O'Brien", "en", email="family@example.org"),
        ]
        first, second = make_invitations(session, candidates=people, answers=["accepted"])
    return first, second


def test_the_page_and_the_timetable_are_there_without_internet(
    registration: ServiceUnderTest, open_browser: OpenBrowser, two: tuple[Invitation, Invitation]
) -> None:
    with open_browser(_mine(registration, two[0])) as context:
        _answer_timetable(context)
        page = context.new_page()
        _open_and_keep(page, f"/my/invitation/{two[0].id}")
        expect(page.get_by_text("13:15 · stand 4")).to_be_visible()
        expect(page.get_by_text("No connection.")).to_be_hidden()
        context.unroute("**/scheduling/my/timetable/**")
        context.set_offline(True)
        page.reload()
        expect(page.get_by_text("No connection.")).to_be_visible()
        expect(page.get_by_text("13:15 · stand 4")).to_be_visible()
        expect(page.get_by_text("Оксана Гриценко")).to_be_visible()
        assert _scan(page) == (two[0].event_id, 101, 1)
        assert page.evaluate("getComputedStyle(document.body).fontFamily").startswith('"Noto Sans"')
        assert page.evaluate("document.fonts.check('16px \"Noto Sans\"', 'Оксана')")


def _scan(page: Page) -> PassContent:
    """What a camera reads from the screen of the phone."""
    shot = page.locator(".hd-pass svg").screenshot()
    found = zxingcpp.read_barcode(Image.open(io.BytesIO(shot)).convert("L"))
    assert found is not None, "the code on the screen cannot be read"
    content = read_pass(verify_key(SIGNING_SEED), found.text)
    assert content is not None
    return content


def test_two_people_use_one_phone(
    registration: ServiceUnderTest, open_browser: OpenBrowser, two: tuple[Invitation, Invitation]
) -> None:
    first, second = two
    with open_browser() as context:
        _answer_timetable(context)
        page = context.new_page()
        _open_and_keep(page, _link(registration, first))
        expect(page.get_by_text("Оксана Гриценко")).to_be_visible()
        _open_and_keep(page, _link(registration, second))
        expect(page.get_by_text("O'Brien")).to_be_visible()
        # The first page was kept on this phone: it is still good at the door, and says that it is a copy.
        page.goto(f"/my/invitation/{first.id}")
        expect(page.get_by_text("Оксана Гриценко")).to_be_visible()
        expect(page.get_by_text("No connection.")).to_be_visible()
        # The link again makes it the real one.
        page.goto(_link(registration, first))
        expect(page.get_by_text("Оксана Гриценко")).to_be_visible()
        expect(page.get_by_text("No connection.")).to_be_hidden()
        context.set_offline(True)
        for invitation, name in ((first, "Оксана Гриценко"), (second, "O'Brien")):
            page.goto(f"/my/invitation/{invitation.id}")
            expect(page.get_by_text(name)).to_be_visible()
            assert _scan(page).number == invitation.number


def test_a_page_that_was_never_opened_is_not_shown(
    registration: ServiceUnderTest, open_browser: OpenBrowser, two: tuple[Invitation, Invitation]
) -> None:
    with open_browser(_mine(registration, two[0])) as context:
        _answer_timetable(context)
        page = context.new_page()
        _open_and_keep(page, f"/my/invitation/{two[0].id}")
        answer = page.goto(f"/my/invitation/{two[1].id}")
        assert answer is not None
        assert answer.status == 404
        expect(page.get_by_text("O'Brien")).to_have_count(0)


def test_a_revoked_link_takes_the_kept_page_with_it(
    registration: ServiceUnderTest, open_browser: OpenBrowser, two: tuple[Invitation, Invitation]
) -> None:
    first, second = two
    with open_browser() as context:
        _answer_timetable(context)
        page = context.new_page()
        for invitation in (second, first):
            _open_and_keep(page, _link(registration, invitation))
        with registration.session() as session:
            reissue_pass(session, load_invitation(session, first.event_id, first.id), SIGNING_SEED)
        answer = page.goto(f"/my/invitation/{first.id}")
        assert answer is not None
        assert answer.status == 410
        expect(page.get_by_role("heading", name="This link does not work any more")).to_be_visible()
        # What was kept for somebody else on the same phone stays.
        page.goto(f"/my/invitation/{second.id}")
        expect(page.get_by_text("O'Brien")).to_be_visible()
        context.set_offline(True)
        page.goto(f"/my/invitation/{second.id}")
        expect(page.get_by_text("O'Brien")).to_be_visible()
        with pytest.raises(PlaywrightError):
            page.goto(f"/my/invitation/{first.id}")


def test_what_changed_is_shown_as_soon_as_there_is_internet(
    registration: ServiceUnderTest, open_browser: OpenBrowser, two: tuple[Invitation, Invitation]
) -> None:
    with open_browser(_mine(registration, two[0])) as context:
        _answer_timetable(context)
        page = context.new_page()
        _open_and_keep(page, f"/my/invitation/{two[0].id}")
        with registration.session() as session:
            cancel_event(session, load_event(session, two[0].event_id))
        page.reload()
        expect(page.get_by_text("This meeting does not take place.")).to_be_visible()
        context.set_offline(True)
        page.reload()
        expect(page.get_by_text("This meeting does not take place.")).to_be_visible()
        expect(page.locator(".hd-pass")).to_have_count(0)


def test_a_planner_that_is_away_takes_nothing_from_the_page(
    registration: ServiceUnderTest, open_browser: OpenBrowser, two: tuple[Invitation, Invitation]
) -> None:
    with open_browser(_mine(registration, two[0])) as context:
        context.route("**/scheduling/**", lambda route: route.fulfill(status=503, body="<!doctype html>"))
        page = context.new_page()
        page.goto(f"/my/invitation/{two[0].id}")
        expect(page.get_by_text("Works without internet")).to_be_visible()
        expect(page.get_by_role("link", name="See your day")).to_be_visible()
        expect(page.get_by_text("That did not work.")).to_be_hidden()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_candidate_says_yes_and_then_no(
    registration: ServiceUnderTest, open_browser: OpenBrowser, scripts: bool
) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session)
    with open_browser(_mine(registration, invitation), java_script_enabled=scripts) as context:
        _answer_timetable(context)
        page = context.new_page()
        page.goto(f"/my/invitation/{invitation.id}")
        follow(page.get_by_role("button", name="Yes, I will come"))
        expect(page.get_by_role("button", name="Yes, I will come")).to_have_count(0)
        follow(page.get_by_role("link", name="I cannot come"))
        follow(page.get_by_role("button", name="I cannot come"))
        expect(page.get_by_text("You told us that you cannot come.")).to_be_visible()
    with registration.session() as session:
        assert load_invitation(session, invitation.event_id, invitation.id).state == "declined"


@pytest.mark.parametrize("scripts", [True, False])
def test_an_organiser_chooses_sees_the_effect_and_invites(
    registration: ServiceUnderTest, open_browser: OpenBrowser, scripts: bool
) -> None:
    with registration.session() as session:
        event = make_event(session)
        make_booking(session, make_employer_invitation(session, event))
        make_candidates(session, 6)
    with open_browser(registration.signed_in(), width=1280, java_script_enabled=scripts) as context:
        page = context.new_page()
        page.goto(f"/events/{event.id}/candidates")
        for name in ("Oksana Hrytsenko", "Mykola Bondarenko", "Andrii Polishchuk", "Halyna Moroz"):
            page.get_by_label(f"Choose {name}").check()
        for name in ("Mykola Bondarenko", "Andrii Polishchuk"):
            page.get_by_label(f"Choose {name}").uncheck()
        if scripts:
            # However quickly somebody ticks, what stands there in the end is the choice.
            expect(page.get_by_role("heading", name="With these 2 people")).to_be_visible()
            expect(page.get_by_text("That did not work.")).to_be_hidden()
            follow(page.get_by_role("button", name="Invite 2 people"))
        else:
            follow(page.get_by_role("button", name=re.compile("^Invite")))
        expect(page.get_by_role("heading", name="Invite 2 people")).to_be_visible()
        follow(page.get_by_role("button", name="Invite 2 people"))
        expect(page.get_by_text("2 people have been invited.")).to_be_visible()
        expect(page.get_by_role("link", name="Oksana Hrytsenko")).to_be_visible()


def test_an_invitation_comes_on_one_sheet(registration: ServiceUnderTest, open_browser: OpenBrowser) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session, candidates=[make_candidate(session, "Соломія")])
    with open_browser(registration.signed_in(), width=1280) as context:
        page = context.new_page()
        page.goto(f"/events/{invitation.event_id}/invitations/{invitation.id}/letter")
        page.emulate_media(media="print")
        expect(page.get_by_role("button")).to_have_count(0)
        expect(page.locator(".hd-top")).to_be_hidden()
        pdf = page.pdf(format="A5")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1


@pytest.mark.parametrize(("language", "width"), [("nl", 1280), ("uk", 360)])
def test_every_page_is_accessible_and_never_scrolls_sideways(
    registration: ServiceUnderTest, open_browser: OpenBrowser, language: str, width: int
) -> None:
    with registration.session() as session:
        event = make_event(session)
        make_booking(session, make_employer_invitation(session, event))
        people = [*make_candidates(session, 4), make_candidate(session, "Ї" * 200), make_candidate(session, "O'Brien")]
        invitations = make_invitations(
            session, event=event, candidates=people, answers=["accepted", "", "declined", "waitlisted", ""]
        )
        invitations[1].not_delivered = "address_refused"
        invitations[4].paper = "waits"
        make_candidates(session, 3)
    base, mine = f"/events/{event.id}", f"/my/invitation/{invitations[0].id}"
    staff = [
        *(f"{base}/{page}" for page in ("candidates?chosen=all", "invitations")),
        f"{base}/invitations/{invitations[4].id}/letter",
        f"{base}/invitations/{invitations[1].id}",
        "/candidates",
        "/candidates/new",
        f"/candidates/{people[4].id}",
        f"/candidates/{people[4].id}/barriers",
    ]
    found: list[str] = []
    visits = [(registration.signed_in("organiser", "desk"), staff)]
    visits += [(_mine(registration, invitations[0]), [mine, f"{mine}/decline", f"{mine}/wishes"])]
    visits += [(_mine(registration, one), [f"/my/invitation/{one.id}"]) for one in invitations[1:5]]
    for client, addresses in visits:
        with open_browser(client, language=language) as context:
            _answer_timetable(context)
            page = context.new_page()
            for address in addresses:
                page.goto(address)
                found += judge(page, f"{address.strip('/').replace('/', '-')}-{language}", width, 320)
    assert found == []
