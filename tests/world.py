"""A full world in each service, so that every route has something of ours to give away."""

import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from services.notifications.calendar.answers import Answer, note_answer
from services.notifications.calendar.models import CalendarEntry
from services.notifications.events.rules import load_event as load_told_event
from services.notifications.messages.models import Message
from services.notifications.people.rules import close_by_hand
from services.notifications.printing.rules import print_letters
from services.notifications.printing.sheet import make_sheet
from services.registration.door.rules import record_scan
from services.scheduling import planning
from services.scheduling.events.rules import load_event as load_scheduled_event
from services.scheduling.timetable.explaining import explain_plan
from services.scheduling.timetable.keeping import keep_plan
from services.scheduling.timetable.questions import build_problem
from services.scheduling.timetable.rules import publish_plan
from services.scheduling.timetable.runs import ask_for_plan
from shared import clock
from shared.database import act_for
from shared.events import EventFacts
from tests.factories import accounts, candidates, door, events, incoming, invitations, notifications, scheduling, stands
from tests.service_under_test import ORGANISATION_ID, STRANGER_ORGANISATION_ID, ServiceUnderTest

MARK = "Zeldzaam7F3Q"
"""Stands in every name of ours, so that it is seen wherever something leaks."""
PERSONAL = "Geheim9K2V"
"""Stands in what only the person and the organisers may see: people, addresses, work that is offered."""


@dataclass
class World:
    """What is ours in a service."""

    ids: dict[str, list[str]]
    """name of a route's argument → values that are ours"""
    event_id: uuid.UUID
    neighbours: dict[str, tuple[uuid.UUID, uuid.UUID]] = field(default_factory=dict)
    """kind → (event, person): somebody of our organisation with a page of their own"""
    device_token: str = ""
    """a phone of the strangers"""
    known: dict[str, Any] = field(default_factory=dict)
    """what forms and bodies ask for, filled in with what is ours"""


def fill_registration(service: ServiceUnderTest) -> World:
    """A venue, a draft, a published event with a stand, candidates, a phone and a scan; and strangers beside them."""
    with service.session() as session:
        venue = events.make_venue(session, name=f"Venue {MARK}", address=f"Street {MARK}")
        draft = events.make_event(session, name=f"Draft {MARK}", venue=events.make_venue(session), published=False)
        event = events.make_event(session, name=f"Event {MARK}", venue=venue)
        employer = stands.make_employer(
            session, f"Employer {MARK}", f"Contact {PERSONAL}", email=f"{PERSONAL.lower()}@employer.example"
        )
        invited = stands.make_invitation(session, event, employer, 2)
        booking = stands.make_booking(session, invited, "4", title=f"Work {PERSONAL}")
        held = stands.make_hold(session, invited, "5")
        other = stands.make_invitation(session, event, stands.make_employer(session, "Neighbour"))
        people = [
            candidates.make_candidate(session, f"Оксана {PERSONAL}", email=f"{PERSONAL.lower()}@candidate.example"),
            candidates.make_candidate(session, "Neighbour"),
        ]
        asked = invitations.make_invitations(session, event=event, candidates=people, answers=("accepted",))
        staff = accounts.make_staff(session, email=f"{MARK.lower()}@staff.example", name=f"Staff {MARK}")
        phone, _ = door.make_phone(session, event, gate=f"Gate {MARK}")
        record_scan(session, phone, door.new_scan(door.text_of(asked[0])), door.VERIFY_KEY)
        vacancies = [vacancy.id for vacancy in invited.vacancies]
        known = {"text": door.text_of(asked[0]), "stand_id": str(booking.stand_id)}
        ids = {
            "event_id": [event.id, draft.id],
            "venue_id": [venue.id],
            "plan_id": [venue.floor_plans[0].id],
            "employer_id": [employer.id],
            "contact_id": [invited.contact_id],
            "invitation_id": [invited.id, asked[0].id],
            "booking_id": [booking.id, held.id],
            "vacancy_id": vacancies,
            "candidate_id": [people[0].id],
            "staff_id": [staff.id],
            "device_id": [phone.subject_id],
        }
        neighbours = {"employer": (event.id, other.contact_id), "candidate": (event.id, people[1].id)}
    return _finish(ids, event.id, neighbours, _fill_strangers(service), known)


def _fill_strangers(service: ServiceUnderTest) -> str:
    """An organisation of their own, with an event, and a phone whose token is returned."""
    with service.session(STRANGER_ORGANISATION_ID) as session:
        _, token = door.make_phone(session, events.make_event(session))
    return token


def fill_scheduling(service: ServiceUnderTest) -> World:
    """An event with stands, people, interpreters, a published plan, a draft and a run."""
    told = scheduling.make_facts(name=f"Event {MARK}", venue=f"Venue {MARK}")
    booked = [scheduling.make_stand(told, str(n), employer=f"Employer {MARK} {n}") for n in (1, 2)]
    answers = [scheduling.make_answer(told, n, readable_name=f"Candidate {PERSONAL} {n}") for n in (101, 102, 103)]
    service.deliver(notifications.organisation())
    service.deliver(
        notifications.organisation(STRANGER_ORGANISATION_ID, name="Strangers", mailbox="strangers@example.org")
    )
    service.deliver_all([scheduling.EventPublished(told), *booked, *answers])
    with service.session() as session:
        event = load_scheduled_event(session, told.event_id)
        interpreter = scheduling.make_interpreter(session, f"Interpreter {PERSONAL}")
        scheduling.engage_interpreter(session, event, interpreter, range(6))
        problem = build_problem(session, event)
        made = planning.solve(problem)
        plans = [keep_plan(session, event, problem, made, explain_plan(problem, made, [])) for _ in range(2)]
        publish_plan(session, plans[0].id)
        ask_for_plan(session, event)
        conversation = plans[0].conversations[0].id
        ids = {
            "event_id": [told.event_id],
            "interpreter_id": [interpreter.id],
            "plan_id": [plan.id for plan in plans],
            "conversation_id": [conversation],
        }
    known = {"round": "0", "stand": "1", "rounds": [1], "pairs": ["nl-uk"], "level": "C1"}
    asked = {"interpreter": str(interpreter.id), "conversation": str(conversation)}
    weights = dict.fromkeys(("wish", "sector", "languages", "school_hours", "reachable", "employer_wish"), "1")
    return _finish(ids, told.event_id, {}, "", {**known, **asked, **weights, "leave_out_absent": "true"})


def fill_notifications(service: ServiceUnderTest) -> World:
    """An event with a message of each sort that is waiting, and a calendar entry."""
    event = notifications.tell(service, notifications.facts(name=f"Event {MARK}", venue=f"Venue {MARK}"))
    service.deliver(
        notifications.organisation(STRANGER_ORGANISATION_ID, name="Strangers", mailbox="strangers@example.org")
    )
    somebody = notifications.person(name=f"Candidate {PERSONAL}", email=f"{PERSONAL.lower()}@example.org")
    message = notifications.send_message(event, person=somebody)
    entry = notifications.put_entry(event)
    service.deliver_all([message, entry])
    answer_id = _answer_as_a_stranger(service)
    item_ids = [incoming.letter(service, somebody.email or "", words=f"{PERSONAL} {number}") for number in range(2)]
    with service.session() as session:
        address = f"{PERSONAL.lower()}@closed.example"
        closed = close_by_hand(session, "email", address, f"Because {PERSONAL}", f"Staff {PERSONAL}")
        suppression_id = closed.id
    ids = {
        "event_id": [event.event_id],
        "message_id": [message.message_id, entry.message_id],
        "item_id": item_ids,
        "answer_id": [answer_id],
        "person_id": [somebody.id],
        "suppression_id": [suppression_id],
    }
    known = {"channel": "email", "because": "Lifted by a stranger", "note": "Closed by a stranger", "tick": "posted"}
    return _finish({**ids, "run_id": [_print_letter(service, event)]}, event.event_id, {}, "", known)


def _answer_as_a_stranger(service: ServiceUnderTest) -> uuid.UUID:
    """An answer to our calendar entry that waits for somebody to say whose it is."""
    with service.session() as session:
        uid = str(session.scalars(select(CalendarEntry.id)).one())
        answer = Answer(uid, 0, f"{PERSONAL}@example.org", f"{PERSONAL}@example.org", "DECLINED", comment=PERSONAL)
        answer_id = note_answer(session, answer, clock.now()).answer_id
    assert answer_id is not None
    return answer_id


def _print_letter(service: ServiceUnderTest, event: EventFacts) -> uuid.UUID:
    """A letter on paper to somebody without e-mail and mobile, printed; the id of the run."""
    somebody = notifications.person(name=f"Paper {PERSONAL}", email=None)
    letter = notifications.send_message(event, person=somebody, pass_code="HD1:x")
    service.deliver(letter)
    with service.app.test_request_context(), service.sessions.begin() as session:
        act_for(session, event.organisation_id)
        message = session.get_one(Message, letter.message_id)
        message.state, message.due_at = "to_print", None
        told = load_told_event(session, event.event_id)
        run = print_letters(session, service.floor.settings, told, make_sheet(told.name), uuid.uuid4())
        assert run is not None
        return run.id


def _finish(
    ids: dict[str, list[uuid.UUID]],
    event_id: uuid.UUID,
    neighbours: dict[str, tuple[uuid.UUID, uuid.UUID]],
    device_token: str,
    known: dict[str, Any],
) -> World:
    values = {name: [str(one) for one in found] for name, found in ids.items()}
    plain = {"name": ["employer_invited"], "language": ["nl"], "frame": ["parts"], "token": ["x"], "filename": ["x"]}
    return World({**plain, **values}, event_id, neighbours, device_token, {**_known(values), **known})


def _known(ids: dict[str, list[str]]) -> dict[str, Any]:
    """Names of fields with values that hold, so that a request gets past its schema to where it must be refused."""
    day = (clock.now() + timedelta(days=30)).date().isoformat()
    one = {name: values[0] for name, values in ids.items()}
    return {
        **one,
        "floor_plan_id": one.get("plan_id", str(ORGANISATION_ID)),
        "stand_id": one.get("plan_id", str(ORGANISATION_ID)),
        "candidate_ids": ids.get("candidate_id", []),
        "chosen": ids.get("candidate_id", []),
        "employer_ids": ids.get("employer_id", []),
        "wished_employers": ids.get("employer_id", []),
        "date": day,
        "start": "13:00",
        "end": "16:30",
        "first_round": "13:15",
        "rounds": "4",
        "name": "Changed by a stranger",
        "address": "Changed by a stranger",
        "email": "stranger@example.org",
        "language": "nl",
        "languages": {"nl": "C1"},
        "languages_name": "nl",
        "languages_value": "C1",
        "answer": "declined",
        "title": "Changed by a stranger",
        "sector": "care",
        "hours": "24",
        "gate": "Strangers",
        "roles": ["organiser"],
        "password": "changed by a stranger",
        "stands_allowed": "1",
        "contact_name": "Changed by a stranger",
        "barriers": ["health"],
        "client_id": str(uuid.uuid4()),
        "scanned_at": clock.now().isoformat(),
        "sent_at": clock.now().isoformat(),
        "stands": [],
    }
