"""Somebody is erased: no table of any service says who it was, and every count is as before (domain rule 7)."""

import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from services.notifications.inbox.models import InboxItem, IncomingMail
from services.notifications.messages.models import Message
from services.notifications.messages.sending import Sender
from services.notifications.people.models import Preference, Suppression
from services.notifications.people.rules import Wanted, find_wishes, keep_wishes, load_preference, suppress
from services.registration.candidates.erasing import erase_candidate
from services.registration.candidates.errors import CandidateUnknown
from services.registration.candidates.models import Candidate
from services.registration.candidates.rules import change_barriers, load_candidate
from services.registration.events.models import Event
from services.registration.stands.erasing import erase_contact
from services.registration.stands.errors import ContactInUse
from services.registration.stands.models import Contact
from services.scheduling.events.models import Attendee, Stand
from shared import clock
from shared.events import FLOW, SendMessage
from shared.inbox import read_event
from shared.outbox import OutboxRow
from shared.settings import SERVICES
from tests.factories import candidates, events, invitations, stands
from tests.factories.notifications import organisation
from tests.mail import FaultyServer
from tests.service_under_test import ORGANISATION_ID, ServiceUnderTest, post_form
from tests.services.notifications.conftest import new_sender

NAME, READABLE = "Оксана Незабутня", "Oksana Nezabutnia"
EMAIL, MOBILE = "oksana.nezabutnia@example.org", "+31612345678"
CONTACT, CONTACT_EMAIL, CONTACT_PHONE = "Wilhelmina Onvergetelijk", "w.onvergetelijk@example.org", "+31687654321"
TRACES = ("Незабутня", "Nezabutn", "незабутня", "nezabutn", "612345678")
TRACES_OF_CONTACT = ("nvergetelijk", "687654321")


class House:
    """The three services, with what they tell each other carried between them."""

    def __init__(self, *services: ServiceUnderTest, mail: FaultyServer) -> None:
        self.services = dict(zip(SERVICES, services, strict=True))
        self.sender: Sender = new_sender(self.services["notifications"], mail)
        self._carried: set[tuple[uuid.UUID, str]] = set()

    def __getitem__(self, name: str) -> ServiceUnderTest:
        return self.services[name]

    def carry(self) -> None:
        """Deliver what is in the outboxes until nothing new comes of it."""
        while waiting := [row for row in self._rows() if (row.event_id, row.receiver) not in self._carried]:
            for row in waiting:
                self._carried.add((row.event_id, row.receiver))
                self[row.receiver].deliver(read_event(row.name, row.payload), row.event_id)

    def send(self) -> None:
        """Send every message that is due."""
        while self.sender.send_due(self["notifications"].sessions):
            pass

    def _rows(self) -> Iterator[OutboxRow]:
        for service in self.services.values():
            with service.sessions() as session:
                yield from session.scalars(select(OutboxRow).order_by(OutboxRow.position)).all()

    def find(self, *traces: str) -> list[str]:
        """Every 'service.table.column' that holds one of the traces, whatever its type is."""
        found = []
        for name, service in self.services.items():
            with service.sessions() as session:
                columns = session.execute(
                    text(
                        "SELECT table_name, column_name FROM information_schema.columns"
                        " WHERE table_schema = 'public' AND data_type NOT IN ('uuid', 'boolean', 'integer', 'bigint')"
                    )
                ).all()
                for table, column in columns:
                    holds = " OR ".join(f'"{column}"::text LIKE :trace{n}' for n in range(len(traces)))
                    values = {f"trace{n}": f"%{trace}%" for n, trace in enumerate(traces)}
                    if session.scalar(text(f'SELECT count(*) FROM "{table}" WHERE {holds}'), values):
                        found.append(f"{name}.{table}.{column}")
        return found

    def counts(self) -> dict[str, int]:
        """How many rows every table has whose rows are counted in reports."""
        counted = {
            "registration": ("candidate", "contact", "invitation", "employer_invitation", "stand_booking", "scan"),
            "scheduling": ("attendee", "stand", "conversation", "plan"),
            "notifications": ("message", "attempt"),
        }
        found = {}
        for name, tables in counted.items():
            with self[name].sessions() as session:
                for table in tables:
                    found[f"{name}.{table}"] = session.scalar(text(f"SELECT count(*) FROM {table}")) or 0
        return found


@pytest.fixture
def house(
    registration: ServiceUnderTest, scheduling: ServiceUnderTest, notifications: ServiceUnderTest, mail: FaultyServer
) -> House:
    """All three, empty."""
    found = House(registration, scheduling, notifications, mail=mail)
    for service in (scheduling, notifications):
        service.deliver(organisation())
    return found


@pytest.fixture
def candidate_id(house: House) -> uuid.UUID:
    """Somebody who was invited, said yes, was mailed, answered, chose a language and whose number was closed."""
    with house["registration"].session() as session:
        event = events.make_event(session)
        one = candidates.make_candidate(
            session, NAME, email=EMAIL, mobile=MOBILE, did=f"{NAME} worked", wants=f"Call {MOBILE}"
        )
        change_barriers(session, one, ["health"])
        invitations.make_invitations(session, event=event, candidates=[one], answers=("accepted",))
        candidate_id = one.id
    house.carry()
    house.send()
    _answer_and_choose(house, candidate_id)
    return candidate_id


def _answer_and_choose(house: House, person_id: uuid.UUID) -> None:
    message = next(one for one in house_messages(house) if one.person_id == person_id)
    with house["notifications"].session() as session:
        keep_wishes(session, message, message.person_kind, Wanted(None, "ru", False), "page")
        suppress(session, ORGANISATION_ID, "sms", MOBILE, "opted_out", note=f"{NAME} asked")
        session.add(IncomingMail(digest="0" * 64, came_by="imap", kind="reply", taken_at=clock.now()))
        session.flush()
        session.add(
            InboxItem(
                digest="0" * 64, kind="reply", sender=EMAIL, subject=f"From {NAME}", words=f"Call {MOBILE}",
                message_id=message.id, person_kind=message.person_kind, person_id=person_id, person_name=NAME,
                organisation_id=ORGANISATION_ID, received_at=clock.now(),
            )
        )  # fmt: skip


def house_messages(house: House):
    """Every message that notifications knows."""
    with house["notifications"].session() as session:
        return session.scalars(select(Message).order_by(Message.queued_at)).all()


def _erase(house: House, candidate_id: uuid.UUID) -> None:
    with house["registration"].session() as session:
        erase_candidate(session, load_candidate(session, candidate_id))
    house.carry()


def test_before_it_is_everywhere(house: House, candidate_id: uuid.UUID) -> None:
    """The search below finds what is there: otherwise it would prove nothing."""
    found = house.find(*TRACES)
    for place in ("registration.candidate.name", "registration.outbox.payload",
                  "registration.personal_link.person_name",
                  "scheduling.attendee.candidate", "scheduling.attendee.readable_name", "notifications.message.text",
                  "notifications.message.address", "notifications.message.mobile", "notifications.inbox_item.words",
                  "notifications.suppression.address", "notifications.suppression.note"):  # fmt: skip
        assert place in found


def test_nothing_says_who_it_was_and_counts_are_as_before(house: House, candidate_id: uuid.UUID) -> None:
    before = house.counts()
    # What waits, such as a reminder, is not sent any more; nothing else changes.
    states = sorted(message.state.replace("queued", "dropped") for message in house_messages(house))
    _erase(house, candidate_id)
    assert house.find(*TRACES) == []
    assert house.counts() == before
    assert sorted(message.state for message in house_messages(house)) == states


def test_closed_number_stays_closed_and_the_choice_goes(house: House, candidate_id: uuid.UUID) -> None:
    _erase(house, candidate_id)
    with house["notifications"].session() as session:
        assert session.scalars(select(Preference)).all() == []
        (row,) = session.scalars(select(Suppression)).all()
        assert (row.address, row.reason, row.lifted_at) == (None, "opted_out", None)
        message = house_messages(house)[0]
        message.mobile = MOBILE
        assert find_wishes(session, [message])[0].reader.closed == {"sms"}
        assert load_preference(session, candidate_id) is None


def test_erased_person_is_withdrawn_from_what_is_to_come(house: House, candidate_id: uuid.UUID) -> None:
    _erase(house, candidate_id)
    with house["scheduling"].session() as session:
        (attendee,) = session.scalars(select(Attendee)).all()
    assert (attendee.state, attendee.readable_name) == ("declined", "—")
    assert attendee.candidate["email"] is None


def test_what_is_over_keeps_its_answers(house: House, candidate_id: uuid.UUID) -> None:
    _let_the_event_pass(house)
    _erase(house, candidate_id)
    with house["scheduling"].session() as session:
        (attendee,) = session.scalars(select(Attendee)).all()
    assert (attendee.state, attendee.readable_name) == ("accepted", "—")
    assert house.find(*TRACES) == []


def test_waiting_message_is_dropped_and_nothing_more_is_said(house: House, mail: FaultyServer) -> None:
    with house["registration"].session() as session:
        event = events.make_event(session)
        one = candidates.make_candidate(session, NAME, email=EMAIL)
        invitations.make_invitations(session, event=event, candidates=[one])
        candidate_id = one.id
    house.carry()
    _erase(house, candidate_id)
    house.send()
    (message,) = house_messages(house)
    assert (message.state, message.reason) == ("dropped", "erased")
    assert mail.to(EMAIL) == []


def test_what_comes_too_late_brings_nobody_back(house: House, candidate_id: uuid.UUID) -> None:
    """What was on its way when somebody was erased arrives after: the broker may hold it for days."""
    with house["registration"].sessions() as session:
        late = [read_event(row.name, row.payload) for row in session.scalars(select(OutboxRow))]
    assert any(isinstance(event, SendMessage) for event in late)
    _erase(house, candidate_id)
    for event in late:
        for receiver in FLOW[type(event)].receivers:
            house[receiver].deliver(event)
    house.carry()
    assert house.find(*TRACES) == []


def test_erased_person_is_in_no_list_and_cannot_be_invited(house: House, candidate_id: uuid.UUID) -> None:
    _erase(house, candidate_id)
    client = house["registration"].signed_in()
    assert client.get(f"/candidates/{candidate_id}").status_code == 404
    assert READABLE not in client.get("/candidates").get_data(as_text=True)
    with house["registration"].session() as session:
        with pytest.raises(CandidateUnknown):
            load_candidate(session, candidate_id)
        event = events.make_event(session)
    page = client.get(f"/events/{event.id}/candidates/choose")
    assert str(candidate_id) not in page.get_data(as_text=True)


def test_organiser_erases_after_reading_what_goes_and_what_stays(house: House, candidate_id: uuid.UUID) -> None:
    client, address = house["registration"].signed_in(), f"/candidates/{candidate_id}/erase"
    page = client.get(address).get_data(as_text=True)
    for words in (READABLE, "What goes", "What stays", "This cannot be undone."):
        assert words in page
    assert post_form(client, address, {}).status_code == 303
    with house["registration"].session() as session:
        (row,) = session.scalars(select(Candidate)).all()
    assert row.erased_at is not None


@pytest.mark.parametrize("roles", [("desk",), ("case_worker",), ("door",)])
def test_others_do_not_erase(house: House, candidate_id: uuid.UUID, roles: tuple[str, ...]) -> None:
    client = house["registration"].signed_in(*roles)
    assert client.get(f"/candidates/{candidate_id}/erase").status_code == 403


# ── contacts of employers ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def contact_id(house: House) -> uuid.UUID:
    """A contact who booked a stand, was mailed with a calendar entry and answered."""
    with house["registration"].session() as session:
        employer = stands.make_employer(session, "Firma", CONTACT, email=CONTACT_EMAIL, phone=CONTACT_PHONE)
        invited = stands.make_invitation(session, events.make_event(session), employer)
        stands.make_booking(session, invited, "4")
        contact_id = invited.contact_id
    house.carry()
    house.send()
    return contact_id


def _let_the_event_pass(house: House) -> None:
    by = timedelta(days=400)
    with house["registration"].session() as session:
        moved = {name: getattr(Event, name) - by for name in ("starts_at", "ends_at", "first_round_at")}
        session.execute(update(Event).values(moved))


def test_contact_who_is_still_needed_is_not_erased(house: House, contact_id: uuid.UUID) -> None:
    with house["registration"].session() as session, pytest.raises(ContactInUse):
        erase_contact(session, session.scalars(select(Contact)).one())
    with house["registration"].session() as session:
        employer_id = session.scalars(select(Contact)).one().employer_id
    address = f"/employers/{employer_id}/contacts/{contact_id}/erase"
    answered = post_form(house["registration"].signed_in(), address, {})
    assert answered.status_code == 409
    assert "We still write to this person" in answered.get_data(as_text=True)


def test_contact_is_forgotten_and_the_stand_stays(house: House, contact_id: uuid.UUID) -> None:
    assert "scheduling.stand.contact" in house.find(*TRACES_OF_CONTACT)
    assert "notifications.calendar_entry.address" in house.find(*TRACES_OF_CONTACT)
    _let_the_event_pass(house)
    before = house.counts()
    with house["registration"].session() as session:
        erase_contact(session, session.scalars(select(Contact)).one())
    house.carry()
    assert house.find(*TRACES_OF_CONTACT) == []
    assert house.counts() == before
    with house["scheduling"].session() as session:
        (stand,) = session.scalars(select(Stand)).all()
    assert (stand.employer, stand.cancelled) == ("Firma", False)


def test_two_contacts_of_one_employer_are_erased_and_a_new_one_takes_over(house: House, contact_id: uuid.UUID) -> None:
    _let_the_event_pass(house)
    client = house["registration"].signed_in()
    with house["registration"].session() as session:
        employer_id = session.scalars(select(Contact)).one().employer_id
    for number in range(2):
        with house["registration"].session() as session:
            erase_contact(session, session.scalars(select(Contact).where(Contact.erased_at.is_(None))).one())
        new = {"contact_name": f"New {number}", "email": CONTACT_EMAIL, "language": "nl", "phone": ""}
        assert post_form(client, f"/employers/{employer_id}/contacts/new", new).status_code == 303
    page = client.get(f"/employers/{employer_id}").get_data(as_text=True)
    assert "New 1" in page
    assert "New 0" not in page
    assert "erased.invalid" not in page
    assert client.get(f"/employers/{employer_id}/contacts/{contact_id}").status_code == 404
