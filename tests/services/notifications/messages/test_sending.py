"""Sending through a real mail server that misbehaves: every message arrives, none twice that was accepted."""

import threading
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text, update

from deploy.servers.waiting import wait_for
from services.notifications.messages import sending
from services.notifications.messages.models import Attempt, Message
from services.notifications.messages.outcome import begin_attempt
from services.notifications.messages.rules import load_message, resend
from shared import clock
from shared.database import make_engine, make_sessions
from shared.events import MessageFailed
from tests.factories.notifications import facts, move, person, put_entry, send_message, tell, tell_cancelled, tell_moved
from tests.mail import answer, drop, hang, hold
from tests.services.notifications.conftest import Post, begin_one, claim_some, new_sender


def _queue(post: Post, count: int = 1) -> list[str]:
    """Messages to `count` people; their addresses."""
    event = tell(post.service, facts())
    commands = [send_message(event) for _ in range(count)]
    for command in commands:
        post.service.deliver(command)
    return [command.person.email or "" for command in commands]


def test_message_is_sent_once(post: Post) -> None:
    (address,) = _queue(post)
    assert post.send() == 1
    assert post.send() == 0
    assert [mail.address for mail in post.mail.received] == [address]
    (message,), (attempt,) = post.messages(), post.attempts()
    assert (message.state, message.due_at, message.reason) == ("sent", None, None)
    assert message.sent_at is not None
    assert (attempt.number, attempt.outcome, attempt.channel) == (1, "accepted", "email")
    assert attempt.ended_at is not None
    assert attempt.ended_at >= attempt.began_at


def test_many_messages_share_one_connection(post: Post) -> None:
    before = post.mail.connections
    addresses = _queue(post, 12)
    post.sender.send_due(post.service.sessions)
    assert sorted(mail.address for mail in post.mail.received) == sorted(addresses)
    assert post.mail.connections - before == 1


def test_envelope_names_us_and_one_reader(post: Post) -> None:
    (address,) = _queue(post)
    post.send()
    (mail,) = post.mail.received
    assert (mail.sender, mail.address) == ("handdruk@example.org", address)


def test_message_id_is_the_same_at_each_attempt(post: Post) -> None:
    (address,) = _queue(post)
    post.mail.fault(address, drop("data", keeps=True))
    post.send()
    (first,) = post.messages()
    post.let_time_pass()
    post.send()
    assert [mail.mail["Message-ID"] for mail in post.mail.received] == [f"<{first.mail_id}>"] * 2
    assert post.states() == ["sent"]


@pytest.mark.parametrize(
    ("fault", "outcome", "code"),
    [
        (answer(451, stage="rcpt"), "later", 451),
        (answer(450, stage="data"), "later", 450),
        (drop("data"), "lost", None),
        (drop("rcpt"), "lost", None),
    ],
)
def test_passing_fault_delays_and_never_drops(post: Post, fault, outcome: str, code: int | None) -> None:  # type: ignore[no-untyped-def]
    (address,) = _queue(post)
    post.mail.fault(address, fault)
    assert post.send() == 0
    (message,), (attempt,) = post.messages(), post.attempts()
    assert (message.state, message.reason, attempt.outcome, attempt.code) == ("queued", outcome, outcome, code)
    assert message.due_at is not None
    assert message.due_at > clock.now() + timedelta(seconds=15)
    post.let_time_pass()
    assert post.send() == 1
    assert [(one.number, one.outcome) for one in post.attempts()] == [(1, outcome), (2, "accepted")]


@pytest.mark.parametrize("fault", [answer(550, "no such user", "rcpt"), answer(554, "spam", "data")])
def test_refused_message_fails_at_once_and_the_sender_is_told(post: Post, fault) -> None:  # type: ignore[no-untyped-def]
    (address,) = _queue(post)
    post.mail.fault(address, fault)
    post.send()
    (message,), (attempt,) = post.messages(), post.attempts()
    assert (message.state, message.reason, message.due_at) == ("failed", "address_refused", None)
    assert attempt.outcome == "refused"
    assert attempt.answer in {"no such user", "spam"}
    (failed,) = post.service.outbox(MessageFailed)
    assert failed == MessageFailed(
        message.organisation_id, message.event_id, message.id, "candidate_invited", "candidate", message.person_id,
        "address_refused",
    )  # fmt: skip


def test_one_bad_address_does_not_hold_up_the_others(post: Post) -> None:
    addresses = _queue(post, 5)
    post.mail.fault(addresses[1], answer(550))
    post.mail.fault(addresses[3], answer(451))
    post.send()
    assert {mail.address for mail in post.mail.received} == {addresses[0], addresses[2], addresses[4]}


@pytest.mark.parametrize("stage", ["greeting", "rcpt", "data"])
def test_silent_server_is_given_up_and_tried_again(
    post: Post, short_patience: Callable[[float], None], stage: str
) -> None:
    short_patience(0.5)
    post.sender = new_sender(post.service, post.mail)
    (address,) = _queue(post)
    post.mail.fault("" if stage == "greeting" else address, hang(stage))
    assert post.send() == 0
    assert post.attempts()[0].outcome == ("away" if stage == "greeting" else "lost")
    short_patience(30)
    post.let_time_pass()
    assert post.send() == 1
    assert len(post.mail.received) == 1


def test_server_away_then_back_everything_arrives_once(post: Post) -> None:
    addresses = _queue(post, 8)
    post.mail.stop()
    for _ in range(4):
        assert post.send() == 0
        post.let_time_pass()
    assert set(post.states()) == {"queued"}
    assert {attempt.outcome for attempt in post.attempts()} == {"away"}
    post.mail.start()
    post.send()
    assert sorted(mail.address for mail in post.mail.received) == sorted(addresses)
    assert set(post.states()) == {"sent"}


def test_server_that_is_away_is_asked_for_one_message_and_then_left_alone(post: Post) -> None:
    _queue(post, 5)
    post.mail.stop()
    assert post.send() == 0
    assert post.send() == 0
    assert len(post.attempts()) == 1


def test_first_letter_that_is_accepted_wakes_those_that_waited_for_the_server(post: Post) -> None:
    addresses = _queue(post, 3)
    post.mail.stop()
    for _ in addresses:
        post.sender = new_sender(post.service, post.mail)
        post.send()
    assert post.reasons() == ["away"] * 3
    post.mail.start()
    post.sender = new_sender(post.service, post.mail)
    with post.service.session() as session:
        one = session.scalars(select(Message).limit(1)).one()
        one.due_at = clock.now() - timedelta(seconds=1)
    assert post.send() == 3


@pytest.mark.parametrize("fault", [answer(421, stage="greeting"), answer(554, "go away", "greeting"),
                                   answer(530, "STARTTLS first", "mail"), answer(550, "not you", "mail")])  # fmt: skip
def test_trouble_with_us_is_no_trouble_of_the_reader(post: Post, fault) -> None:  # type: ignore[no-untyped-def]
    _queue(post)
    post.mail.fault("", fault)
    assert post.send() == 0
    assert (post.states(), post.reasons()) == (["queued"], ["away"])
    post.let_time_pass()
    assert post.send() == 1


def test_server_that_ends_the_session_is_called_again(post: Post) -> None:
    addresses = _queue(post, 3)
    post.mail.fault(addresses[1], answer(421, "enough for now"))
    post.send()
    post.let_time_pass()
    post.send()
    assert len(post.mail.received) == 3
    assert set(post.states()) == {"sent"}


def test_patience_ends_and_the_sender_is_told(post: Post) -> None:
    (address,) = _queue(post)
    with post.service.session() as session:
        session.execute(update(Message).values(asked_at=clock.now() - timedelta(days=3)))
    post.mail.fault(address, answer(451))
    post.send()
    assert (post.states(), post.reasons()) == (["failed"], ["attempts_used_up"])
    (failed,) = post.service.outbox(MessageFailed)
    assert failed.reason == "attempts_used_up"


def test_person_without_address_fails_with_the_reason(post: Post) -> None:
    event = tell(post.service, facts())
    post.service.deliver(send_message(event, person=person(email=None)))
    post.send()
    assert (post.states(), post.reasons(), post.attempts()) == (["failed"], ["no_address"], [])
    assert [failed.reason for failed in post.service.outbox(MessageFailed)] == ["no_address"]


def test_address_that_is_none_fails_like_one_that_the_server_refuses(post: Post) -> None:
    event = tell(post.service, facts())
    post.service.deliver(send_message(event, person=person(email="someone@example.org\r\nRCPT TO:<all@example.org>")))
    post.send()
    assert (post.states(), post.reasons()) == (["failed"], ["address_refused"])
    assert post.mail.attempts == []


def test_words_that_cannot_be_made_do_not_hold_up_the_others(post: Post) -> None:
    event = tell(post.service, facts())
    post.service.deliver(send_message(event, values={}))
    post.service.deliver(send_message(event, "event_moved", values={"old_starts_at": "yesterday"}))
    post.service.deliver(send_message(event))
    assert post.send() == 1
    assert sorted(zip(post.states(), post.reasons(), strict=True), key=str) == [
        ("queued", "unreadable"), ("queued", "unreadable"), ("sent", None),
    ]  # fmt: skip
    assert {one.outcome for one in post.attempts()} == {"unreadable", "accepted"}


def test_message_says_what_is_true_when_it_is_sent(post: Post) -> None:
    event = tell(post.service, facts(name="Old name"))
    post.service.deliver(send_message(event))
    tell_moved(post.service, move(event, name="New name", venue="Buurthuis Noord"))
    post.send()
    (mail,) = post.mail.received
    assert "New name" in mail.mail["Subject"]
    assert "Buurthuis Noord" in mail.text
    assert "Old name" not in mail.text + mail.html


def test_older_news_of_the_event_changes_nothing(post: Post) -> None:
    event = facts(name="First")
    newer = replace(event, version=5, name="Newest")
    for told in (newer, event, replace(newer, version=4, name="Older"), event, newer):
        tell(post.service, told)
    post.service.deliver(send_message(event))
    post.send()
    assert "Newest" in post.mail.received[0].mail["Subject"]


def test_message_about_a_cancelled_event_is_not_sent(post: Post) -> None:
    event = tell(post.service, facts())
    post.service.deliver(send_message(event))
    post.service.deliver(send_message(event, "event_cancelled", values={}))
    tell_cancelled(post.service, event)
    post.send()
    assert [(one.template, one.state, one.reason) for one in post.messages()] == [
        ("candidate_invited", "dropped", "event_cancelled"),
        ("event_cancelled", "sent", None),
    ]


def test_message_about_an_event_of_yesterday_is_not_sent(post: Post) -> None:
    event = tell(post.service, facts(starts_at=clock.now() - timedelta(days=2)))
    post.service.deliver(send_message(event))
    assert post.send() == 0
    assert post.reasons() == ["event_over"]


def test_two_workers_share_the_work(post: Post) -> None:
    addresses = _queue(post, 16)
    senders = [new_sender(post.service, post.mail) for _ in range(2)]
    threads = [threading.Thread(target=one.send_due, args=(post.service.sessions,)) for one in senders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    post.send()
    assert sorted(mail.address for mail in post.mail.received) == sorted(addresses)
    with post.service.session() as session:
        assert session.scalar(select(func.count()).select_from(Attempt)) == 16


def test_message_whose_worker_was_killed_is_sent_after_its_lease(post: Post) -> None:
    _queue(post)
    claim = begin_one(post)
    assert post.states() == ["sending"]
    assert post.send() == 0  # the lease still holds
    post.let_time_pass()
    assert post.send() == 1
    assert [(one.number, one.outcome) for one in post.attempts()] == [(1, "lost"), (2, "accepted")]
    assert [mail.mail["Message-ID"] for mail in post.mail.received] == [f"<{claim.letter.mail_id}>"]


def test_message_that_kills_its_workers_is_given_up_in_the_end(post: Post) -> None:
    _queue(post)
    begin_one(post)
    with post.service.session() as session:
        session.execute(update(Message).values(asked_at=clock.now() - timedelta(days=3)))
    post.let_time_pass()
    assert post.send() == 0
    assert post.reasons() == ["attempts_used_up"]


def test_what_was_accepted_is_written_down_although_the_database_was_away(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    _queue(post)
    engine = make_engine(post.service.floor.settings.database_url)
    sessions, hand_over = make_sessions(engine, post.service.floor.settings.secret_keys), sending.Post._hand_over

    def hand_over_and_lose_the_database(*arguments):  # type: ignore[no-untyped-def]
        outcome = hand_over(*arguments)
        with post.service.sessions.begin() as session:
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            session.execute(text(f"{others} AND datname = current_database()"))
        return outcome

    monkeypatch.setattr(sending.Post, "_hand_over", hand_over_and_lose_the_database)
    assert post.sender.send_due(sessions) == 1
    engine.dispose()
    assert post.states() == ["sent"]
    assert len(post.mail.received) == 1


def test_failed_message_is_sent_again_by_hand(post: Post) -> None:
    (address,) = _queue(post)
    post.mail.fault(address, answer(550))
    post.send()
    (failed,) = post.messages()
    with post.service.session() as session:
        resend(session, load_message(session, failed.id))
    assert post.send() == 1
    assert [(one.number, one.outcome) for one in post.attempts()] == [(1, "refused"), (2, "accepted")]
    assert post.mail.received[0].mail["Message-ID"] == f"<{failed.mail_id}>"


def test_personal_link_is_in_the_mail_and_not_in_the_database(post: Post) -> None:
    _queue(post)
    post.send()
    (mail,), (message,) = post.mail.received, post.messages()
    assert "/l/" in mail.text
    assert "/l/" in mail.html
    assert "/l/" not in message.text
    assert "[…]" in message.text
    with post.service.session() as session:
        everything = session.scalar(text("SELECT string_agg(message::text, '') FROM message"))
    assert "/l/" not in everything


def test_message_without_event_has_nothing_to_wait_for(post: Post) -> None:
    event = tell(post.service, facts())
    post.service.deliver(replace(send_message(event), event_id=None))
    post.send()
    assert post.reasons() == ["unreadable"]  # every text of today speaks of an event


def test_put_is_sent_with_its_file(post: Post) -> None:
    event = tell(post.service, facts())
    post.service.deliver(put_entry(event, message_id=uuid.uuid4()))
    post.send()
    assert b"METHOD:REQUEST" in post.mail.received[0].calendar


def test_slow_server_is_waited_for_and_nobody_else_sends_meanwhile(post: Post) -> None:
    slow, quick = _queue(post, 2)
    post.mail.fault(slow, hold("data"))
    first = threading.Thread(target=post.send)
    first.start()
    assert wait_for(lambda: slow in post.mail.attempts, 30)
    other = replace(post, sender=new_sender(post.service, post.mail))
    other.send()
    assert wait_for(lambda: len(post.mail.to(quick)) == 1, 60)
    assert sum(attempt.outcome is None for attempt in post.attempts()) == 1
    post.mail.let_go()
    first.join(60)
    assert post.states() == ["sent", "sent"]
    assert [len(post.mail.to(one)) for one in (slow, quick)] == [1, 1]
    assert len(post.attempts()) == 2


def test_letter_that_is_held_up_behind_a_slow_one_goes_through_another_worker(post: Post) -> None:
    addresses = _queue(post, 3)
    claims = claim_some(post)
    assert len(claims) == 3
    with post.service.session() as session:
        session.execute(update(Message).values(due_at=clock.now() - timedelta(seconds=1)))
    assert post.send() == 3, "whoever is slow loses what was not begun"
    with post.service.sessions.begin() as session:
        assert [begin_attempt(session, claim) for claim in claims] == [None] * 3
    assert sorted(mail.address for mail in post.mail.received) == sorted(addresses)
