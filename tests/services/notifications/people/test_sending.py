"""What is sent to whom once somebody chose, or an address was closed."""

import pytest

from services.notifications.messages.models import Message
from services.notifications.people.rules import Wanted, keep_wishes, stop_invitations, suppress
from shared.events import MessageFailed, SendMessage
from tests.factories.notifications import facts, person, send_message, tell
from tests.mail import answer
from tests.service_under_test import ORGANISATION_ID
from tests.services.notifications.conftest import Post

EMAIL = "oksana@example.org"


def _wishes_of(post: Post, told: SendMessage) -> Message:
    return next(message for message in post.messages() if message.id == told.message_id)


def test_nothing_goes_to_a_closed_address_and_the_sender_is_told(post: Post) -> None:
    event = tell(post.service, facts())
    with post.service.session() as session:
        suppress(session, ORGANISATION_ID, "email", EMAIL, "bounced")
    told = send_message(event, "event_moved", person=person("contact", email="Oksana@Example.org"))
    post.service.deliver(told)
    assert post.send() == 0
    assert (post.states(), post.reasons()) == (["failed"], ["address_closed"])
    (failed,) = post.service.outbox(MessageFailed)
    assert (failed.message_id, failed.reason) == (told.message_id, "address_closed")
    assert post.mail.to("Oksana@Example.org") == []


def test_corrected_address_is_written_to(post: Post) -> None:
    event = tell(post.service, facts())
    with post.service.session() as session:
        suppress(session, ORGANISATION_ID, "email", EMAIL, "bounced")
    post.service.deliver(send_message(event, person=person(email="corrected@example.org")))
    assert post.send() == 1


@pytest.mark.parametrize(
    ("template", "sent"), [("candidate_invited", 0), ("invitation_answered", 1), ("event_moved", 1)]
)
def test_who_wants_no_invitations_gets_what_is_essential(post: Post, template: str, sent: int) -> None:
    event = tell(post.service, facts())
    told = send_message(event, template)
    with post.service.session() as session:
        post.service.deliver(told)
        message = _wishes_of(post, told)
        stop_invitations(session, message, "candidate", "one_click")
    post.let_time_pass()
    assert post.send() == sent
    assert post.reasons() == (["not_wanted"] if not sent else [None])


def test_what_went_along_with_an_unwanted_invitation_goes_without_it(post: Post) -> None:
    event = tell(post.service, facts())
    invited = send_message(event, person=person(email=EMAIL))
    moved = send_message(event, "event_moved", person=invited.person, values={"old_place": "Buurthuis Noord"})
    post.service.deliver_all([invited, moved])
    post.mail.fault(EMAIL, answer(451))
    assert post.send() == 0
    assert [message.merged_into for message in post.messages()] == [None, invited.message_id]
    with post.service.session() as session:
        stop_invitations(session, _wishes_of(post, invited), "candidate", "one_click")
    post.let_time_pass()
    assert post.send() == 1
    assert (post.states(), post.reasons()) == (["failed", "sent"], ["not_wanted", None])


@pytest.mark.parametrize(
    ("templates", "one_click"),
    [
        (("candidate_invited",), True),
        (("event_moved",), False),
        (("candidate_invited", "event_moved"), False),
    ],
)
def test_only_what_one_can_do_without_is_ended_with_one_click(
    post: Post, templates: tuple[str, ...], one_click: bool
) -> None:
    event, reader = tell(post.service, facts()), person(email=EMAIL)
    values = {"event_moved": {"old_place": "Buurthuis Noord"}}
    for name in templates:
        given = {"values": values[name]} if name in values else {}
        post.service.deliver(send_message(event, name, person=reader, **given))
    post.let_time_pass()
    assert post.send() == 1
    (mail,) = post.mail.to(EMAIL)
    assert bool(mail.mail["List-Unsubscribe"]) == one_click
    assert mail.mail["List-Unsubscribe-Post"] == ("List-Unsubscribe=One-Click" if one_click else None)


def test_message_is_in_the_language_that_the_person_chose(post: Post) -> None:
    event = tell(post.service, facts())
    told = send_message(event, person=person(email=EMAIL, language="uk"))
    post.service.deliver(told)
    with post.service.session() as session:
        keep_wishes(session, _wishes_of(post, told), "candidate", Wanted(None, "nl", False), "page")
    assert post.send() == 1
    (mail,) = post.mail.to(EMAIL)
    assert mail.mail["Content-Language"] == "nl"
    plain = mail.part("text/plain")
    assert "Waarom krijg ik dit?" in plain.get_content()


def test_link_below_a_message_is_kept_nowhere(post: Post) -> None:
    event = tell(post.service, facts())
    post.service.deliver(send_message(event))
    post.send()
    (message,) = post.messages()
    assert "/about/" not in message.text
