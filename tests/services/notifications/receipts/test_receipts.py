"""What a provider of SMS tells us, signed as it signs, late, twice and out of order."""

import uuid
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from services.notifications.messages.models import Attempt, Message
from services.notifications.messages.rules import resend
from services.notifications.messages.sending import Sender
from services.notifications.people.models import Suppression
from services.notifications.people.rules import close_by_hand
from services.notifications.receipts.words import read_wish
from shared import clock
from shared.database import ACROSS_ORGANISATIONS, act_for
from shared.events import MessageAnswered, MessageFailed
from tests.factories.notifications import facts, person, send_message, tell
from tests.mail import FaultyServer
from tests.service_under_test import ServiceUnderTest
from tests.services.notifications.conftest import Post
from tests.sms import SECRET, FaultyProvider, drop, sign

MOBILE = "+31612345678"
NOON = clock.now().replace(hour=12, minute=0)
"""Today by day: a telephone may ring."""


@dataclass
class Line:
    """The service, a provider of SMS, and what it tells us."""

    post: Post
    sms: FaultyProvider
    client: FlaskClient
    base_url: str

    def invite(self, **changes: Any) -> uuid.UUID:
        """Invite somebody who has a mobile and no e-mail; the message's id."""
        somebody = person(email=None, mobile=MOBILE, **changes)
        command = send_message(tell(self.post.service, facts()), person=somebody)
        self.post.service.deliver(command)
        return command.message_id

    def tell(self, path: str, signature: str | None = None, **fields: str) -> int:
        """Send a form as the provider does; the status of our answer."""
        signature = sign(f"{self.base_url}/notifications{path}", fields) if signature is None else signature
        answer = self.client.post(path, data=fields, headers={"X-Twilio-Signature": signature})
        assert b"@" not in answer.data
        assert MOBILE.encode() not in answer.data
        return answer.status_code

    def receipt(self, message_id: uuid.UUID, sid: str, status: str, code: str = "", **more: Any) -> int:
        fields = {"MessageSid": sid, "MessageStatus": status, "To": MOBILE}
        return self.tell(f"/sms/receipts/{message_id}", **{**fields, **({"ErrorCode": code} if code else {})}, **more)

    def reply(self, text: str, sid: str = "SM1", **more: Any) -> int:
        return self.tell("/sms/replies", MessageSid=sid, From=MOBILE, Body=text, **more)

    def suppressed(self) -> list[tuple[str, str]]:
        with self.post.service.session() as session:
            rows = session.scalars(
                select(Suppression).where(Suppression.lifted_at.is_(None)).execution_options(**ACROSS_ORGANISATIONS)
            )
            return [(one.channel, one.reason) for one in rows]


@pytest.fixture
def line(
    notifications: ServiceUnderTest, mail: FaultyServer, sms: FaultyProvider, monkeypatch: pytest.MonkeyPatch
) -> Line:
    known = replace(notifications.floor.settings, smtp_url=mail.url, sms_url=sms.url, sms_secret=SECRET)
    known = replace(known, sms_per_second=1000)
    monkeypatch.setattr(notifications.floor, "settings", known)
    monkeypatch.setattr(clock, "now", lambda: NOON)
    return Line(Post(notifications, mail, Sender(known)), sms, notifications.client(), known.base_url)


def test_somebody_without_e_mail_is_invited_by_sms_and_it_arrives(line: Line) -> None:
    message_id = line.invite()
    assert line.post.send() == 1
    carried = line.sms.to(MOBILE)[0]
    assert carried.receipts_to == f"{line.base_url}/notifications/sms/receipts/{message_id}"
    assert line.post.attempts()[0].provider_id == carried.sid
    for status in ("queued", "sent", "delivered", "delivered", "sent"):  # twice, and out of order
        assert line.receipt(message_id, carried.sid, status) == 204
    assert line.post.states() == ["delivered"]


@pytest.mark.parametrize(
    ("code", "reason", "failed", "suppressed"),
    [
        ("30005", "number_unreachable", 1, [("sms", "bounced")]),
        ("30006", "number_unreachable", 1, [("sms", "bounced")]),
        ("30004", "number_unreachable", 1, [("sms", "bounced")]),
        ("21610", "number_unreachable", 1, [("sms", "opted_out")]),
        ("30003", "not_delivered", 0, []),
        ("30007", "not_delivered", 0, []),
        ("30008", "not_delivered", 0, []),
        ("", "not_delivered", 0, []),
        ("9" * 40, "not_delivered", 0, []),
    ],
)
def test_sms_that_does_not_arrive_says_why(
    line: Line, code: str, reason: str, failed: int, suppressed: list[tuple[str, str]]
) -> None:
    message_id = line.invite()
    line.post.send()
    for _ in range(2):
        assert line.receipt(message_id, line.sms.carried[0].sid, "undelivered", code) == 204
    assert (line.post.states(), line.post.reasons()) == (["bounced"], [reason])
    assert len(line.post.service.outbox(MessageFailed)) == failed
    assert line.suppressed() == suppressed


def test_what_arrived_cannot_come_back(line: Line) -> None:
    message_id = line.invite()
    line.post.send()
    line.receipt(message_id, line.sms.carried[0].sid, "delivered")
    line.receipt(message_id, line.sms.carried[0].sid, "failed", "30005")
    assert line.post.states() == ["delivered"]
    assert line.suppressed() == []


def test_receipt_tells_of_an_sms_whose_acceptance_was_lost(line: Line) -> None:
    line.sms.fault(MOBILE, drop(keeps=True))
    message_id = line.invite()
    assert line.post.send() == 0
    assert line.post.states() == ["queued"]
    sid = line.sms.carried[0].sid
    assert line.receipt(message_id, sid, "sent") == 204
    assert line.post.states() == ["sent"]
    line.post.let_time_pass()
    assert line.post.send() == 0
    assert len(line.sms.carried) == 1
    line.receipt(message_id, sid, "delivered")
    assert line.post.states() == ["delivered"]
    assert [attempt.provider_id for attempt in line.post.attempts()] == [sid]


def test_sms_whose_acceptance_was_lost_is_looked_for_and_not_sent_twice(line: Line) -> None:
    line.sms.fault(MOBILE, drop(keeps=True))
    line.invite()
    line.post.send()
    line.post.sender = Sender(line.post.service.floor.settings)
    with line.post.service.sessions.begin() as session:
        act_for(session, line.post.messages()[0].organisation_id)
        session.scalars(select(Message)).one().due_at = clock.now()
    assert line.post.send() == 1
    assert (len(line.sms.carried), line.post.states()) == (1, ["sent"])


def test_receipt_of_an_older_attempt_changes_nothing(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    message_id = line.invite()
    line.post.send()
    old = line.sms.carried[0].sid
    line.receipt(message_id, old, "undelivered", "30003")
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(hours=1))
    with line.post.service.sessions.begin() as session:
        message = line.post.messages()[0]
        act_for(session, message.organisation_id)
        resend(session, session.get_one(Message, message.id))
    for status in ("sent", "delivered", "undelivered"):
        assert line.receipt(message_id, old, status, "30005") == 204
    assert line.post.states() == ["queued"], "it is still to be sent again"
    assert line.post.send() == 1
    line.receipt(message_id, old, "undelivered", "30005")
    assert line.post.states() == ["sent"]
    line.receipt(message_id, line.sms.carried[1].sid, "delivered")
    assert line.post.states() == ["delivered"]


def test_receipt_of_an_unknown_message_is_answered_like_any_other(line: Line) -> None:
    line.invite()
    line.post.send()
    assert line.receipt(uuid.uuid4(), line.sms.carried[0].sid, "delivered") == 204
    assert line.receipt(line.post.messages()[0].id, "SM" + "f" * 32, "undelivered", "30005") == 204
    assert line.post.states() == ["sent"]


@pytest.mark.parametrize("signature", ["", "AAAA", "не подпис", "=" * 5000])
def test_wrong_signature_is_refused_and_changes_nothing(line: Line, signature: str) -> None:
    message_id = line.invite()
    line.post.send()
    encoded = signature.encode().decode("latin-1")
    assert line.receipt(message_id, line.sms.carried[0].sid, "delivered", signature=encoded) == 403
    assert line.reply("STOP", signature=encoded) == 403
    assert (line.post.states(), line.suppressed()) == (["sent"], [])


def test_signature_holds_for_its_own_address_and_fields_only(line: Line) -> None:
    message_id, sid = line.invite(), "SM" + "a" * 32
    fields = {"MessageSid": sid, "MessageStatus": "delivered", "To": MOBILE}
    good = sign(f"{line.base_url}/notifications/sms/receipts/{message_id}", fields)
    assert line.receipt(message_id, sid, "delivered", signature=good) == 204
    assert line.receipt(uuid.uuid4(), sid, "delivered", signature=good) == 403
    assert line.receipt(message_id, sid, "undelivered", signature=good) == 403
    assert line.tell("/sms/replies", good, **fields) == 403
    elsewhere = sign(f"https://elsewhere.example/notifications/sms/receipts/{message_id}", fields)
    headers = {"X-Twilio-Signature": elsewhere, "Host": "elsewhere.example"}
    assert line.client.post(f"/sms/receipts/{message_id}", data=fields, headers=headers).status_code == 403


def test_without_a_provider_there_is_nobody_to_listen_to(notifications: ServiceUnderTest) -> None:
    answer = notifications.client().post(f"/sms/receipts/{uuid.uuid4()}", data={"MessageSid": "x"})
    assert answer.status_code == 404


def test_answer_by_sms_becomes_an_answer_once(line: Line) -> None:
    message_id = line.invite()
    line.post.send()
    for _ in range(3):
        assert line.reply(" 1. ") == 200
    assert [one.message_id for one in line.post.service.outbox(MessageAnswered)] == [message_id]


def test_stop_closes_the_number_and_start_opens_it_again(line: Line) -> None:
    line.invite()
    line.post.send()
    assert line.reply("Stop!", "SM1") == 200
    assert line.suppressed() == [("sms", "opted_out")]
    assert line.reply("СТАРТ", "SM2") == 200
    assert line.suppressed() == []
    assert line.reply("Stop!", "SM1") == 200, "the provider may tell it again"
    assert line.suppressed() == []
    assert line.reply("стоп", "SM3") == 200
    assert line.suppressed() == [("sms", "opted_out")]


def test_nothing_is_sent_to_a_closed_number(line: Line) -> None:
    line.invite()
    line.post.send()
    line.reply("STOP")
    line.invite()
    assert line.post.send() == 0
    assert len(line.sms.carried) == 1


def test_number_that_refuses_is_closed_and_the_sender_hears_of_it(line: Line) -> None:
    line.sms.refuse(MOBILE, 21610)
    line.invite()
    assert line.post.send() == 0
    assert (line.post.states(), line.suppressed()) == (["failed"], [("sms", "opted_out")])
    assert len(line.post.service.outbox(MessageFailed)) == 1


@pytest.mark.parametrize(
    "fields",
    [{}, {"MessageSid": ""}, {"MessageSid": "x", "MessageStatus": "nonsense"}, {"MessageStatus": "delivered"},
     {"MessageSid": "x" * 5000, "MessageStatus": "delivered"}, {"From": "x", "MessageSid": "y"}],
)  # fmt: skip
def test_senseless_forms_are_no_fault(line: Line, fields: dict[str, str]) -> None:
    message_id = line.invite()
    assert line.tell(f"/sms/receipts/{message_id}", **fields) == 204
    assert line.tell("/sms/replies", **fields) == 200
    with line.post.service.session() as session:
        assert session.scalars(select(Attempt.provider_id)).all() == []


@pytest.mark.parametrize(
    ("text", "wish"),
    [("STOP", "stop"), (" stop. ", "stop"), ("Стоп", "stop"), ("Start", "start"), ("1", None), ("", None),
     ("stop it, I come", None), ("stop " * 20, None), ("unsubscribe", "stop"), ("cancel", None)],
)  # fmt: skip
def test_wish_is_read_from_a_word_alone(text: str, wish: str | None) -> None:
    assert read_wish(text) == wish


def test_start_from_a_number_opens_nothing_that_a_colleague_closed(line: Line) -> None:
    """A sender's number can be forged."""
    line.invite()
    line.post.send()
    with line.post.service.session() as session:
        close_by_hand(session, "sms", MOBILE, "Belde: dit nummer is van iemand anders", "Colleague")
    assert line.reply("START", "SM1") == 200
    assert line.suppressed() == [("sms", "by_hand")]
