"""What people and organisers see, in a browser: nothing in the way of anybody, on a phone and on a desk."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext
from sqlalchemy import update

from services.notifications.messages.models import Message
from services.notifications.people.links import about_address
from services.notifications.people.rules import suppress
from shared import clock
from tests.browser import judge, serve
from tests.factories.notifications import facts, person, put_entry, send_message, tell
from tests.mail import answer
from tests.service_under_test import ORGANISATION_ID
from tests.services.notifications.conftest import Post

WIDTHS = (320, 360, 1280)
LONG = "Їжакевич-Ґалаґан " + "ж" * 180


@pytest.fixture
def window(browser: Browser, post: Post) -> Iterator[BrowserContext]:
    """An organiser's window on the service."""
    with serve(post.service) as address:
        context = browser.new_context(viewport={"width": 360, "height": 800}, base_url=address)
        cookie = post.service.signed_in().get_cookie("handdruk")
        assert cookie is not None
        context.add_cookies([{"name": "handdruk", "value": cookie.value, "url": address}])
        yield context
        context.close()


@pytest.mark.parametrize("language", ["nl", "uk"])
def test_pages_are_for_everybody(window: BrowserContext, post: Post, language: str) -> None:
    event = tell(post.service, facts(name="Meet & Greet Stadsloket Zuid"))
    told = send_message(event, person=person(name="Оксана Гриценко", email="dead@example.org", mobile="+31612345678"))
    post.mail.fault("dead@example.org", answer(550, "no such user"))
    entry = put_entry(event)
    lost = send_message(event, person=person(name=LONG, email=None))
    paper = send_message(event, person=person(name="Анна Шевченко", email=None), pass_code="HD1:abc")
    post.service.deliver_all([told, entry, lost, paper])
    post.send()
    for _ in range(30):
        post.service.deliver(send_message(event))
    with post.service.session() as session:
        suppress(session, ORGANISATION_ID, "email", "closed@example.org", "complained")
        suppress(session, ORGANISATION_ID, "sms", "+31687654321", "opted_out")
        hold = update(Message).where(Message.state == "queued", Message.person_name == LONG)
        session.execute(hold.values(state="failed", reason="no_address", due_at=None))
        session.execute(update(Message).where(Message.state == "queued").values(due_at=clock.now()))
    settings = post.service.floor.settings
    about = about_address(settings, told.message_id).removeprefix(f"{settings.base_url}/notifications")
    pages = {
        "messages": f"/events/{event.event_id}/messages",
        "letters": f"/events/{event.event_id}/letters",
        "everywhere": "/messages",
        "person": f"/people/{told.person.id}/messages",
        "message": f"/messages/{entry.message_id}",
        "not-arrived": "/messages/not-arrived",
        "closed": "/suppressions",
        "close": "/suppressions/new",
        "about": about,
    }
    page, faults = window.new_page(), []
    for name, address in pages.items():
        page.goto(f"{address}?lang={language}")
        faults += judge(page, f"{name}-{language}", *WIDTHS)
    assert faults == []
