"""The pages of the inbox in a browser: no barriers, nothing sideways, on a telephone and on a desk."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser

from services.notifications.messages.models import Message
from shared import clock
from tests.browser import judge, serve, wait_until_drawn
from tests.factories import incoming
from tests.factories.notifications import facts, person, put_entry, send_message, tell
from tests.service_under_test import ServiceUnderTest

WIDTHS = (320, 1280)


@pytest.fixture
def address(notifications: ServiceUnderTest) -> Iterator[str]:
    """The service with letters of several sorts, where a browser finds it."""
    event = tell(notifications, facts())
    command = send_message(event, person=person(name="Їжакевич-Ґалаґан " * 10))
    notifications.deliver(command)
    mail_id = incoming.mark_sent(notifications, command.message_id)
    sender = command.person.email or ""
    incoming.take(notifications, incoming.mail("Ja", sender, In_Reply_To=f"<{mail_id}>"))
    incoming.take(notifications, incoming.mail("x" * 500, "a" * 60 + "@b.example", Subject="y" * 200))
    incoming.take(notifications, incoming.exim_return(mail_id, "other@example.org"))
    incoming.take(notifications, incoming.dsn(mail_id, sender), at=clock.now() - timedelta(hours=1))
    put = put_entry(event)
    notifications.deliver(put)
    with notifications.session() as session:
        uid = session.get_one(Message, put.message_id).entry_id
    partstat = f'DELEGATED;DELEGATED-TO="mailto:{"c" * 60}@example.org"'
    incoming.take(notifications, incoming.outlook_reply(str(uid), sender, partstat=partstat, method="COUNTER"))
    with serve(notifications) as found:
        yield found


@pytest.mark.parametrize("language", ["nl", "uk"])
def test_the_inbox_has_no_barriers(
    notifications: ServiceUnderTest, address: str, browser: Browser, language: str
) -> None:
    client = notifications.signed_in()
    cookie = client.get_cookie("handdruk")
    assert cookie is not None
    context = browser.new_context()
    context.add_cookies([
        {"name": "handdruk", "value": cookie.value, "url": address},
        {"name": "language", "value": language, "url": address},
    ])  # fmt: skip
    page = context.new_page()
    places = ["/inbox", "/inbox?state=noted", "/inbox?state=done", "/inbox?kind=complaint"]
    faults: list[str] = []
    for place in [*places, *(f"/inbox/{item.id}" for item in incoming.items(notifications))]:
        page.goto(address + place)
        wait_until_drawn(page)
        faults += judge(page, place.strip("/").replace("/", "-").replace("?", "-"), *WIDTHS)
    context.close()
    assert faults == []
