"""The three Meet & Greets of the demo: one that was four weeks ago, one today or tomorrow, one in three weeks."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from deploy.demo.employers import FIRMS, HELPERS
from deploy.demo.house import House
from deploy.demo.people import draw_profiles
from deploy.demo.scenes import (
    TIME_ZONE,
    Booking,
    announce_event,
    answer,
    ask_candidates,
    ask_interpreter,
    book_stand,
    engage,
    invite,
    publish_timetable,
)
from deploy.demo.sign_ins import add_sign_ins
from services.registration.accounts.devices import enrol_device
from services.registration.accounts.rules import add_organisation
from services.registration.candidates.models import Candidate
from services.registration.candidates.rules import add_candidate
from services.registration.door.rules import NewScan, prepare_device, record_scan
from services.registration.events.models import Event, Venue
from services.registration.events.rules import add_venue, follow_clock
from services.registration.invitations.models import Invitation
from services.registration.invitations.rules import mark_no_shows, pass_text, verify_key
from services.registration.stands.employers import ContactDetails, add_employer
from services.registration.stands.models import Employer
from services.scheduling.interpreters.models import Interpreter
from services.scheduling.interpreters.rules import add_interpreter
from shared import clock
from shared.identity import Identity, Role

ORGANISATION = "Werkregio Rijn en Vecht"
MAILBOX = "meetgreet@rijnenvecht.example"
CANDIDATES = 60
ZONE = ZoneInfo(TIME_ZONE)
FIRST_START, LAST_START = time(9), time(20)
"""Between which times the event of today begins; when it is too late for the last one it is tomorrow's."""
TIME_LEFT = timedelta(minutes=30)
"""How long before it begins there is to look around at least: once it has, nobody answers or is written to any more."""
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Cast:
    """Who plays a part in the demo."""

    venue: Venue
    employers: Sequence[Employer]
    candidates: Sequence[Candidate]
    interpreters: Sequence[Interpreter]


def tell_story(house: House) -> None:
    """Make the whole demo. Messages of its past are left out; what happens today is sent."""
    now = clock.now()
    with clock.at(now - 70 * DAY):
        cast = _gather(house)
    tell_past(house, cast, now)
    tell_today(house, cast, now)
    tell_coming(house, cast, now)
    house.carry()
    house.forget_messages_before(now)


def tell_past(house: House, cast: Cast, now: datetime) -> None:
    """Four weeks ago: eleven employers, most of those who said yes came, a few came twice to the door."""
    start = _moment(near_thursday(now.astimezone(ZONE).date() - 28 * DAY), time(13))
    event = announce_event(house, cast.venue, start, start - 30 * DAY)
    _fill_stands(house, event, cast, 11, start - 25 * DAY)
    engage(house, event, cast.interpreters[:5], start - 16 * DAY)
    invitations = _ask_and_answer(house, event, cast, 42, start - 14 * DAY, coming=0.84)
    publish_timetable(house, event, start - 2 * DAY)
    _let_in(house, event, [one for one in invitations if one.state == "accepted"])
    with clock.at(event.ends_at + DAY):
        follow_clock(house.registration, event)
        mark_no_shows(house.registration, event.organisation_id, event.id)


def tell_today(house: House, cast: Cast, now: datetime) -> None:
    """About to start: all stands are booked, the plan is published; only the phones at the door are still missing.

    Late in the evening it is tomorrow's.
    """
    start = start_of_today(now)
    event = announce_event(house, cast.venue, start, now - 24 * DAY)
    _fill_stands(house, event, cast, 12, now - 21 * DAY)
    engage(house, event, cast.interpreters, now - 12 * DAY)
    _ask_and_answer(house, event, cast, 58, now - 12 * DAY, coming=0.9)
    publish_timetable(house, event, now - 2 * DAY)
    with clock.at(now):
        follow_clock(house.registration, event)


def tell_coming(house: House, cast: Cast, now: datetime) -> None:
    """In three weeks: nine of twelve stands are booked, part of the candidates is invited, no plan yet.

    What happens today is sent for real: a booking, invitations to an employer, candidates and an interpreter, answers.
    """
    start = _moment(near_thursday(now.astimezone(ZONE).date() + 21 * DAY), time(13))
    event = announce_event(house, cast.venue, start, now - 13 * DAY)
    _fill_stands(house, event, cast, 8, now - 12 * DAY, without_work="Hotel De Waterpoort")
    for employer in cast.employers[9:11]:
        invite(house, event, employer, now - 8 * DAY)
    engage(house, event, cast.interpreters[:4], now - 5 * DAY)
    silent = _ask_and_answer(house, event, cast, 30, now - 6 * DAY, coming=0.5, silent=0.35)
    _tell_of_now(house, event, cast, [one for one in silent if one.state == "sent" and one.candidate.email], now)


def _tell_of_now(house: House, event: Event, cast: Cast, unanswered: Sequence[Invitation], now: datetime) -> None:
    book_stand(house, event, Booking(FIRMS[8], cast.employers[8], "9", now, now))
    invite(house, event, cast.employers[11], now)
    ask_candidates(house, event, _reached_in_each_way(cast.candidates[30:]), now)
    for invitation, says in zip(unanswered, ("accepted", "accepted", "declined"), strict=False):
        answer(house, invitation, says, now)
    ask_interpreter(house, event, cast.interpreters[4], range(8), now)


def _reached_in_each_way(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Four whom mail reaches, one with a telephone alone, and one whom only paper reaches."""
    ways = (("email", 4), ("mobile", 1), ("paper", 1))
    return [one for way, count in ways for one in [one for one in candidates if one.contact_by == way][:count]]


def start_of_today(now: datetime) -> datetime:
    """When the event of today begins: the next half hour that leaves time to look around, at a decent time of day.

    It has never begun: late in the evening it is the first start of tomorrow.
    """
    soonest = (now + TIME_LEFT).astimezone(ZONE)
    if soonest.time() > LAST_START:
        return _moment(soonest.date() + DAY, FIRST_START)
    half_hours = -(-(soonest.hour * 3600 + soonest.minute * 60 + soonest.second) // 1800)
    return max(
        _moment(soonest.date(), FIRST_START), _moment(soonest.date(), time(half_hours // 2, half_hours % 2 * 30))
    )


def _gather(house: House) -> Cast:
    organisation = add_organisation(house.registration, ORGANISATION, MAILBOX)
    house.act_for(organisation.id)
    add_sign_ins(house.registration, house.settings)
    venue = add_venue(
        house.registration,
        name="Stadsloket Zuid",
        address="Havenplein 8, 3401 AB Rijnstad",
        route="Tram 4 en bus 12, halte Havenplein. Ingang aan de kant van het water. Er is een lift.",
        hall_name="Grote hal",
    )
    employers = [
        add_employer(house.registration, firm.name, ContactDetails(firm.contact, firm.email, "nl"), although_alike=True)
        for firm in FIRMS
    ]
    for employer in employers:
        house.registration.refresh(employer, ["contacts"])
    people = [add_candidate(house.registration, profile) for profile in draw_profiles(house.random, CANDIDATES)]
    house.carry()
    helpers = [
        add_interpreter(house.scheduling, helper.name, helper.email, helper.language, helper.pairs)
        for helper in HELPERS
    ]
    return Cast(venue, employers, people, helpers)


def _fill_stands(house: House, event: Event, cast: Cast, count: int, first: datetime, without_work: str = "") -> None:
    """The first `count` employers are asked on one day and book on the days after it, each on the stand it likes."""
    for number, (firm, employer) in enumerate(list(zip(FIRMS, cast.employers, strict=True))[:count]):
        booked_at = first + timedelta(hours=5 + 17 * number)
        with_work = firm.name != without_work
        book_stand(house, event, Booking(firm, employer, str(number + 1), first, booked_at, with_work))


def _ask_and_answer(
    house: House, event: Event, cast: Cast, count: int, first: datetime, coming: float, silent: float = 0.0
) -> list[Invitation]:
    """The first `count` candidates are asked on one day and answer in the days after it, one by one."""
    invitations = ask_candidates(house, event, cast.candidates[:count], first)
    booked = [employer.id for employer in cast.employers[:8]]
    for number, invitation in enumerate(invitations):
        drawn = house.random.random()
        if drawn >= 1 - silent:
            continue
        hours = 3 + (number * 37 + house.random.randrange(9)) % 130
        says = "accepted" if drawn < coming else "declined"
        wishes = house.random.sample(booked, 2) if house.random.random() < 0.25 else ()
        answer(house, invitation, says, first + timedelta(hours=hours), wishes)
    return invitations


def _let_in(house: House, event: Event, coming: Sequence[Invitation]) -> None:
    """The doors open a quarter of an hour early; most come before the first round, some late, some not at all."""
    session, opened = house.registration, event.starts_at - timedelta(minutes=15)
    with clock.at(event.starts_at - timedelta(hours=2)):
        _, code = prepare_device(session, event, "Hoofdingang")
        device, _token = enrol_device(session, code, "Telefoon van Ben")
    identity = Identity(
        kind="device", session_id=device.id.hex, subject_id=device.id, organisation_id=event.organisation_id,
        organisation_name=ORGANISATION, display_name="Hoofdingang", roles=frozenset({str(Role.DEVICE)}),
        expires_at=device.expires_at, event_id=event.id,
    )  # fmt: skip
    who_come = house.random.sample(list(coming), len(coming) - 5)
    for invitation in who_come:
        minutes = min(abs(house.random.gauss(22, 16)), 120)
        _scan(house, identity, invitation, opened + timedelta(minutes=minutes))
    for invitation in who_come[:2]:
        _scan(house, identity, invitation, event.ends_at - timedelta(minutes=90))


def _scan(house: House, device: Identity, invitation: Invitation, at: datetime) -> None:
    with clock.at(at):
        text = pass_text(house.signing_seed, invitation.pass_content)
        scan = NewScan(client_id=uuid.uuid4(), text=text, scanned_at=at, sent_at=at)
        record_scan(house.registration, device, scan, verify_key(house.signing_seed))


def near_thursday(day: date) -> date:
    """The Thursday that lies nearest: Meet & Greets are on Thursdays here."""
    return day + timedelta(days=(3 - day.weekday() + 3) % 7 - 3)


def _moment(day: date, clock_time: time) -> datetime:
    return datetime.combine(day, clock_time, ZONE)
