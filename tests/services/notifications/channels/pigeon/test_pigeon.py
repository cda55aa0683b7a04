"""A channel is a folder and a line: nothing of the service has ever heard of this one's name."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import select

from services.notifications.channels.channel import MakeChannel
from services.notifications.channels.models import ChannelPace
from services.notifications.channels.registry import CHANNELS
from services.notifications.messages.sending import Sender
from services.notifications.people.models import Suppression
from shared.events import MessageFailed, SendMessage
from tests.factories.notifications import facts, person, send_message, tell
from tests.mail import FaultyServer
from tests.service_under_test import ServiceUnderTest
from tests.services.notifications.channels.pigeon.channel import NO_LOFT, PigeonChannel
from tests.services.notifications.conftest import Post

ROOT = Path(__file__).parents[5]
MOBILE = "+31612345678"


@pytest.fixture
def pigeon(notifications: ServiceUnderTest) -> PigeonChannel:
    return PigeonChannel(notifications.floor.settings)


@pytest.fixture
def post(notifications: ServiceUnderTest, mail: FaultyServer, pigeon: PigeonChannel) -> Post:
    """Notifications with one more channel."""
    registry: Mapping[str, MakeChannel] = {
        **CHANNELS,
        "pigeon": lambda _: pigeon,
    }
    return Post(notifications, mail, Sender(notifications.floor.settings, registry))


def _tell(post: Post, mobile: str = MOBILE) -> SendMessage:
    command = send_message(tell(post.service, facts()), person=person("contact", email=None, mobile=mobile))
    post.service.deliver(command)
    return command


def test_nothing_else_knows_its_name() -> None:
    sources = [*(ROOT / "services").rglob("*.py"), *(ROOT / "shared").rglob("*.py")]
    named = [source.name for source in sources if "pigeon" in source.read_text(encoding="utf-8")]
    assert named == ["channel.py"], "and that one only says where this example is"


def test_letter_goes_the_new_way_to_whom_it_reaches(post: Post, pigeon: PigeonChannel) -> None:
    _tell(post)
    assert post.send() == 1
    assert [letter.mobile for letter in pigeon.loft] == [MOBILE]
    (attempt,) = post.attempts()
    assert (post.states(), attempt.channel, attempt.answer) == (["sent"], "pigeon", "coo")
    assert attempt.provider_id == "ring-1"


def test_its_limit_holds_for_all_workers(post: Post) -> None:
    _tell(post)
    post.send()
    with post.service.session() as session:
        assert session.scalars(select(ChannelPace.channel)).all() == ["pigeon"]


def test_address_that_it_never_reaches_is_closed_to_whatever_goes_there(post: Post, pigeon: PigeonChannel) -> None:
    _tell(post, NO_LOFT)
    assert post.send() == 0
    with post.service.session() as session:
        (closed,) = session.scalars(select(Suppression))
        assert (closed.channel, closed.address, closed.reason) == ("sms", NO_LOFT, "bounced")
    again = send_message(tell(post.service, facts()), person=person("contact", email=None, mobile=NO_LOFT))
    post.service.deliver(again)
    post.send()
    assert post.reasons() == ["address_refused", "address_closed"]
    assert len(post.attempts()) == 1
    assert len(post.service.outbox(MessageFailed)) == 2
    assert pigeon.loft == []


def test_pages_show_what_went_that_way(post: Post) -> None:
    command = _tell(post)
    post.send()
    client = post.service.signed_in()
    for page in (f"/messages/{command.message_id}", f"/events/{command.event_id}/messages", "/messages"):
        assert client.get(page).status_code == 200, page
    shown = client.get(f"/api/messages/{command.message_id}").get_json()
    assert (shown["channel"], shown["attempts"][0]["answer"]) == ("pigeon", "coo")
