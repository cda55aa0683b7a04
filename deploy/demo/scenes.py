"""What happens again and again in the demo: an event is announced, employers book, candidates answer, a plan is made.

Every scene is told through the use cases of the rooms, at the moment at which it happened (`clock.at`).
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from deploy.demo.employers import Firm
from deploy.demo.house import House
from services.registration.candidates.models import Candidate
from services.registration.events.models import Event, Stand, Venue
from services.registration.events.rules import add_event, publish_event
from services.registration.events.times import EventTimes
from services.registration.invitations.models import Invitation
from services.registration.invitations.rules import (
    answer_invitation,
    hand_out,
    invite_candidates,
    needs_paper,
    wish_employers,
)
from services.registration.stands.inviting import invite_employer
from services.registration.stands.models import Employer
from services.registration.stands.rules import confirm_booking, hold_stand
from services.registration.stands.work import add_work
from services.scheduling import planning
from services.scheduling.events.rules import load_event
from services.scheduling.interpreters.models import Interpreter
from services.scheduling.interpreters.rules import answer_engagement, engage_interpreter
from services.scheduling.timetable.making import WholePlan
from services.scheduling.timetable.rules import publish_plan
from shared import clock

TIME_ZONE = "Europe/Amsterdam"
ROUNDS = 12
LASTS = timedelta(hours=3, minutes=30)
FIRST_ROUND_AFTER = timedelta(minutes=15)
SOLVING_SECONDS = 1.0


@dataclass(frozen=True)
class Booking:
    """An employer's way to a stand: asked, and booked later, with all of its work or with none yet."""

    firm: Firm
    employer: Employer
    label: str
    invited_at: datetime
    booked_at: datetime
    with_work: bool = True


def announce_event(house: House, venue: Venue, starts_at: datetime, announced_at: datetime) -> Event:
    """An afternoon of twelve rounds, made and published."""
    times = EventTimes(TIME_ZONE, starts_at, starts_at + LASTS, starts_at + FIRST_ROUND_AFTER, ROUNDS)
    with clock.at(announced_at):
        event = add_event(
            house.registration, name="Meet & Greet Stadsloket Zuid", floor_plan_id=venue.floor_plans[0].id, times=times
        )
        publish_event(house.registration, event)
    return event


def invite(house: House, event: Event, employer: Employer, at: datetime) -> None:
    """An employer is asked and does not answer yet."""
    with clock.at(at):
        invite_employer(house.registration, event, employer.contacts[0])


def book_stand(house: House, event: Event, booking: Booking) -> None:
    """An employer is asked, opens the link, says which work there is and books a stand."""
    session, contact = house.registration, booking.employer.contacts[0]
    stand = session.scalars(
        select(Stand).where(Stand.floor_plan_id == event.floor_plan_id, Stand.label == booking.label)
    ).one()
    invite(house, event, booking.employer, booking.invited_at)
    with clock.at(booking.booked_at):
        hold_stand(session, event.id, contact.id, stand.id, house.settings.hold_minutes)
        for work in booking.firm.work if booking.with_work else ():
            add_work(session, event.id, contact.id, work)
        confirm_booking(session, event.id, contact.id, booking.firm.languages, house.settings.hold_minutes)


def ask_candidates(house: House, event: Event, candidates: Sequence[Candidate], at: datetime) -> list[Invitation]:
    """Candidates are invited; letters of the past were handed over, those of now wait to be printed."""
    is_past = at < clock.now() - timedelta(hours=1)
    with clock.at(at):
        chosen = [candidate.id for candidate in candidates]
        invitations = invite_candidates(house.registration, event, chosen, house.signing_seed)
        for invitation in filter(needs_paper, invitations) if is_past else ():
            hand_out(house.registration, invitation, at)
    return invitations


def answer(house: House, invitation: Invitation, says: str, at: datetime, wishes: Sequence[uuid.UUID] = ()) -> None:
    """A candidate answers; whoever comes may say whom to meet."""
    with clock.at(at):
        answer_invitation(house.registration, invitation, says, house.signing_seed, "candidate")
        if wishes and says == "accepted":
            wish_employers(house.registration, invitation, wishes)


def ask_interpreter(house: House, event: Event, helper: Interpreter, rounds: range, at: datetime) -> None:
    """An interpreter is asked for these rounds and does not answer yet."""
    house.carry()
    with clock.at(at):
        engage_interpreter(house.scheduling, load_event(house.scheduling, event.id), helper, rounds)


def engage(house: House, event: Event, helpers: Sequence[Interpreter], asked_at: datetime) -> None:
    """Interpreters are asked and say yes: most for the whole afternoon, some for a part of it."""
    house.carry()
    known = load_event(house.scheduling, event.id)
    for number, helper in enumerate(helpers):
        rounds = (range(ROUNDS), range(ROUNDS), range(8), range(3, ROUNDS))[number % 4]
        with clock.at(asked_at):
            engagement = engage_interpreter(house.scheduling, known, helper, rounds)
        with clock.at(asked_at + timedelta(hours=3 + 5 * number)):
            answer_engagement(engagement, "accepted", rounds, known)


def publish_timetable(house: House, event: Event, at: datetime) -> None:
    """The plan is made and published, and everybody gets to know their own part."""
    house.carry()
    session = house.scheduling
    with clock.at(at):
        known = load_event(session, event.id)
        task = WholePlan.read(session, known)
        made = planning.solve(task.problem, time_limit=SOLVING_SECONDS)
        plan = task.keep(session, known, made, task.explain(made))
        publish_plan(session, plan.id)
        house.carry()
