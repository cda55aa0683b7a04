"""Builds what registration would have told the scheduling service, and interpreters."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from services.scheduling.events.models import Event
from services.scheduling.events.rules import load_event
from services.scheduling.interpreters.models import Interpreter
from services.scheduling.interpreters.rules import Pair, add_interpreter, engage_interpreter
from shared import clock
from shared.events import (
    EventFacts,
    EventPublished,
    InvitationAnswered,
    OrganisationChanged,
    Person,
    Round,
    StandBooked,
    VacancyFacts,
)
from tests.service_under_test import ORGANISATION_ID, ORGANISATION_NAME, ServiceUnderTest


@dataclass
class World:
    """One published event with stands, candidates and interpreters, as the scheduling service knows it."""

    event: EventFacts
    stands: list[StandBooked]
    answers: list[InvitationAnswered]
    interpreters: list[uuid.UUID]


def make_facts(rounds: int = 6, starts_at: datetime | None = None, **changes: Any) -> EventFacts:
    """An event of `rounds` rounds of 15 minutes, in eighteen days at 12:00 UTC."""
    start = starts_at or (clock.now() + timedelta(days=18)).replace(hour=12, minute=0, second=0, microsecond=0)
    slots = [start + timedelta(minutes=15 * number) for number in range(rounds)]
    facts = EventFacts(
        event_id=uuid.uuid4(),
        organisation_id=ORGANISATION_ID,
        version=1,
        kind="meet_and_greet",
        name="Meet & Greet Stadsloket Zuid",
        state="published",
        time_zone="Europe/Amsterdam",
        starts_at=start,
        ends_at=start + timedelta(hours=4),
        venue="Stadsloket Zuid",
        address="Havenplein 8, Rijnstad",
        rounds=tuple(Round(n, slot, slot + timedelta(minutes=12)) for n, slot in enumerate(slots)),
    )
    return replace(facts, **changes)


def make_stand(event: EventFacts, label: str, sector: str = "care", **changes: Any) -> StandBooked:
    """A booked stand where Dutch and some English is spoken."""
    number = int(label) if label.isdigit() else 0
    stand = StandBooked(
        organisation_id=event.organisation_id,
        event_id=event.event_id,
        booking_id=uuid.uuid4(),
        version=1,
        stand_id=uuid.uuid4(),
        label=label,
        seats=1,
        x=100 * number,
        y=0,
        employer_id=uuid.uuid4(),
        employer=f"Zorggroep {label}",
        contact=Person("contact", uuid.uuid4(), "Sanne O'Brien", "nl", f"stand{label}@werkgever.example"),
        languages={"nl": "C2", "en": "B1"},
        vacancies=(VacancyFacts(uuid.uuid4(), "Helpende", sector, 24),),
        link_id=uuid.uuid4(),
    )
    return replace(stand, **changes)


def make_answer(event: EventFacts, number: int, **changes: Any) -> InvitationAnswered:
    """A candidate who comes, speaks Ukrainian and looks for work in care."""
    answer = InvitationAnswered(
        organisation_id=event.organisation_id,
        event_id=event.event_id,
        invitation_id=uuid.uuid4(),
        version=1,
        state="accepted",
        number=number,
        candidate=Person("candidate", uuid.uuid4(), "Оксана Їжакевич-Ґалаґан", "uk", f"c{number}@mail.example"),
        readable_name="Oksana Yizhakevych-Galagan",
        languages={"uk": "C2"},
        sectors=("care",),
        hours=24,
        school_hours=False,
        link_id=uuid.uuid4(),
    )
    return replace(answer, **changes)


def make_interpreter(
    session: Session, name: str = "Olena", pairs: Iterable[Pair] = (("uk", "nl", "C1"), ("ru", "nl", "C1"))
) -> Interpreter:
    """An interpreter for Ukrainian and Russian into Dutch."""
    return add_interpreter(session, name, f"{uuid.uuid4().hex[:8]}@tolk.example", "uk", pairs)


def tell_world(
    service: ServiceUnderTest, stands: int = 3, candidates: int = 5, interpreters: int = 2, rounds: int = 6
) -> World:
    """Deliver all of it to the service, and ask the interpreters for every round."""
    event = make_facts(rounds)
    booked = [make_stand(event, str(number + 1)) for number in range(stands)]
    answers = [make_answer(event, 101 + number) for number in range(candidates)]
    service.deliver(OrganisationChanged(ORGANISATION_ID, 1, ORGANISATION_NAME, "post@werkregio.example"))
    service.deliver_all([EventPublished(event), *booked, *answers])
    with service.session() as session:
        known: Event = load_event(session, event.event_id)
        asked = [make_interpreter(session, f"Tolk {number + 1}") for number in range(interpreters)]
        for interpreter in asked:
            engage_interpreter(session, known, interpreter, range(rounds))
        ids = [interpreter.id for interpreter in asked]
    return World(event, booked, answers, ids)
