"""Commands become messages: each once, the newest counts, whatever the order in which they come."""

import uuid
from dataclasses import replace

from sqlalchemy import select

from services.notifications.messages.models import Message
from shared.events import EventPublished, MessageFailed, OrganisationChanged, SessionEnded
from shared.identity.sessions import EndedSession
from shared.inbox import handle
from shared.outbox import jobs_asked_for
from tests.factories.notifications import at, cancel_entry, facts, move, person, put_entry, send_message, tell
from tests.service_under_test import ServiceUnderTest
from tests.services.notifications.conftest import Post


def test_command_that_comes_five_times_is_one_message(post: Post) -> None:
    event = tell(post.service, facts())
    command, delivery = send_message(event), uuid.uuid4()
    for _ in range(5):
        post.service.deliver(command, delivery)  # the broker's repetition
        post.service.deliver(command)  # the sender's
    assert post.states() == ["queued"]


def test_message_keeps_whom_what_and_why(post: Post) -> None:
    event = tell(post.service, facts())
    command = send_message(event, pass_code="HD1:abc", version=3)
    post.service.deliver(command)
    (message,) = post.messages()
    assert (message.id, message.person_name, message.address, message.language) == (
        command.message_id, command.person.name, command.person.email, "uk",
    )  # fmt: skip
    assert (message.template, message.event_id, message.pass_code, message.version) == (
        "candidate_invited", event.event_id, "HD1:abc", 3,
    )  # fmt: skip


def test_newer_answer_takes_the_place_of_one_that_was_not_sent(post: Post) -> None:
    event, candidate = tell(post.service, facts()), person()
    for version, answer in ((1, "accepted"), (2, "declined")):
        post.service.deliver(
            send_message(event, "invitation_answered", person=candidate, values={"answer": answer}, version=version)
        )
    assert [(message.values["answer"], message.state, message.reason) for message in post.messages()] == [
        ("accepted", "dropped", "overtaken"),
        ("declined", "queued", None),
    ]


def test_older_answer_that_comes_later_is_not_sent(post: Post) -> None:
    event, candidate = tell(post.service, facts()), person()
    for version, answer in ((2, "declined"), (1, "accepted")):
        post.service.deliver(
            send_message(event, "invitation_answered", person=candidate, values={"answer": answer}, version=version)
        )
    assert sorted(post.states()) == ["dropped", "queued"]
    post.send()
    (mail,) = post.mail.received
    assert mail.mail["Subject"] == "Ви не прийдете на захід «Meet & Greet Stadsloket Zuid»"


def test_older_answer_is_not_sent_after_the_newer_one_went_out(post: Post) -> None:
    event, candidate = tell(post.service, facts()), person()
    post.service.deliver(send_message(event, "invitation_answered", person=candidate, version=2))
    post.send()
    post.service.deliver(send_message(event, "invitation_answered", person=candidate, version=1))
    assert post.send() == 0
    assert sorted(post.states()) == ["dropped", "sent"]


def test_answer_makes_the_invitation_superfluous(post: Post) -> None:
    event, candidate = tell(post.service, facts()), person()
    post.service.deliver(send_message(event, person=candidate))
    post.service.deliver(send_message(event, "invitation_answered", person=candidate))
    assert [(message.template, message.state) for message in post.messages()] == [
        ("candidate_invited", "dropped"),
        ("invitation_answered", "queued"),
    ]


def test_one_persons_message_leaves_the_others_alone(post: Post) -> None:
    event = tell(post.service, facts())
    post.service.deliver(send_message(event))
    post.service.deliver(send_message(event))
    post.service.deliver(send_message(tell(post.service, facts())))
    assert post.states() == ["queued"] * 3


def test_moved_twice_before_the_first_news_says_what_the_reader_knows(post: Post) -> None:
    event, candidate = tell(post.service, facts()), person()
    first, second = move(event), move(move(event))
    for before in (event, first):
        values = {"old_starts_at": before.starts_at.isoformat(), "old_place": "Zuid"}
        post.service.deliver(send_message(event, "event_moved", person=candidate, values=values))
    tell(post.service, second)
    newest = post.messages()[-1]
    assert newest.values["old_starts_at"] == event.starts_at.isoformat()


def test_text_that_does_not_exist_fails_at_once_and_says_so(post: Post) -> None:
    event = tell(post.service, facts())
    command = send_message(event, "no_such_text")
    post.service.deliver(command)
    assert post.states() == ["failed"]
    (failed,) = post.service.outbox(MessageFailed)
    assert (failed.message_id, failed.reason) == (command.message_id, "template_unknown")


def test_older_put_that_comes_later_is_not_sent(post: Post) -> None:
    event = tell(post.service, facts())
    newer = put_entry(event, version=2)
    older = replace(newer, message_id=uuid.uuid4(), version=1, starts_at=at(2027, 1, 1, 9), ends_at=at(2027, 1, 1, 10))
    post.service.deliver(newer)
    post.service.deliver(older)
    post.send()
    assert [(message.id, message.state, message.reason) for message in post.messages()] == [
        (newer.message_id, "sent", None),
        (older.message_id, "dropped", "overtaken"),
    ]
    assert event.starts_at.strftime("%Y%m%d").encode() in post.mail.received[0].calendar


def test_cancellation_that_comes_before_its_put_leaves_nothing_in_the_calendar(post: Post) -> None:
    event = tell(post.service, facts())
    put = put_entry(event, version=1)
    post.service.deliver(cancel_entry(put))
    post.service.deliver(put)
    post.send()
    assert [(message.method, message.state) for message in post.messages()] == [("CANCEL", "sent"), (None, "dropped")]
    assert post.mail.received[0].mail.get_content_type() == "multipart/alternative"  # no file to take back


def test_message_waits_for_its_event(post: Post) -> None:
    event = facts()
    post.service.deliver(send_message(event))
    assert post.send() == 0
    assert post.states() == ["queued"]
    assert not post.attempts()
    tell(post.service, event)
    assert post.send() == 1


def test_message_waits_for_its_region(post: Post) -> None:
    event = facts()
    post.service.deliver(EventPublished(event))
    post.service.deliver(send_message(event))
    assert post.send() == 0
    tell(post.service, event)
    assert post.send() == 1


def test_reactions_ask_for_the_job_at_once(notifications: ServiceUnderTest) -> None:
    with notifications.sessions.begin() as session:
        handle(session, notifications.floor.worker.reactions, uuid.uuid4(), send_message(facts()))
    assert jobs_asked_for(session) == [("send_due", {})]


def test_region_is_told_by_its_newest_name(post: Post) -> None:
    event = tell(post.service, facts())
    told = OrganisationChanged(event.organisation_id, 3, "Werkregio Vecht", "nieuw@example.org")
    post.service.deliver(told)
    post.service.deliver(replace(told, version=2, name="Werkregio Oud"))
    post.service.deliver(send_message(event))
    post.send()
    (mail,) = post.mail.received
    assert mail.mail["From"] == "Werkregio Vecht <handdruk@example.org>"
    assert mail.mail["Reply-To"].addresses[0].addr_spec == "nieuw@example.org"


def test_session_that_ended_is_known_here_too(notifications: ServiceUnderTest) -> None:
    notifications.deliver(SessionEnded("a session", at(2099, 1, 1, 0)))
    with notifications.session() as session:
        assert session.get(EndedSession, "a session") is not None


def test_message_of_another_region_stays_out_of_sight(post: Post) -> None:
    other = uuid.uuid4()
    event = tell(post.service, facts(organisation_id=other))
    post.service.deliver(send_message(event))
    with post.service.session() as session:
        assert list(session.scalars(select(Message))) == []
    assert post.send() == 1


def test_timetables_of_two_stands_of_one_employer_are_two_messages(post: Post) -> None:
    event, contact = tell(post.service, facts()), person("contact")
    for stand in ("4", "9", "4"):
        values = {"stops": [], "stand": stand}
        post.service.deliver(send_message(event, "timetable_employer", person=contact, values=values))
    assert [(one.values["stand"], one.state) for one in post.messages()] == [
        ("4", "dropped"),
        ("9", "queued"),
        ("4", "queued"),
    ]
