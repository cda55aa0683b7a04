"""Every event and command that travels between services, and FLOW: who sends it and who receives it.

An event says what happened; a command asks notifications to tell somebody something. Both carry ids, the facts
that receivers need, and the version of the thing they are about; a receiver ignores a version it has overtaken.
Payloads only grow, by fields with a default, so that an old event still reads.

To add one: declare the dataclass here, add its row to FLOW, record it with `shared.outbox.record`, and add a
reaction in the receiver's `reactions.py`. `tests/test_event_flow.py` holds the two together.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

Languages = dict[str, str]
"""Language code (ISO 639-1) → CEFR level, A1 to C2."""


@dataclass(frozen=True)
class Person:
    """Somebody who can be told something: where to reach them and in which language."""

    kind: str
    """candidate, contact (of an employer), interpreter or staff"""
    id: UUID
    name: str
    """as the person writes it"""
    language: str
    """nl, en, uk or ru"""
    email: str | None = None
    mobile: str | None = None
    """E.164"""


@dataclass(frozen=True)
class Round:
    """A slot in which conversations take place; `number` counts from 0."""

    number: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class EventFacts:
    """What the other services know of an event. `version` rises with every change."""

    event_id: UUID
    organisation_id: UUID
    version: int
    kind: str
    name: str
    state: str
    time_zone: str
    starts_at: datetime
    ends_at: datetime
    venue: str
    address: str
    rounds: tuple[Round, ...] = ()
    route: str = ""
    """how to get there, free words"""
    latitude: float | None = None
    longitude: float | None = None
    """WGS 84, in degrees; both or neither"""


@dataclass(frozen=True)
class VacancyFacts:
    """A vacancy as the planner needs it. `languages` is what the work asks for."""

    vacancy_id: UUID
    title: str
    sector: str
    hours: int
    languages: Languages = field(default_factory=dict)
    fits_school_hours: bool = False
    reachable_without_car: bool = False
    wanted_experience: tuple[str, ...] = ()
    """sectors of which the employer would like that somebody worked in one; empty for no such wish"""


# ── accounts ──────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class OrganisationChanged:
    """A labour-market region came to be or changed its name or mailbox."""

    organisation_id: UUID
    version: int
    name: str
    mailbox: str


@dataclass(frozen=True)
class SessionEnded:
    """Somebody signed out, or was signed out, before the session expired by itself."""

    session_id: str
    expires_at: datetime


@dataclass(frozen=True)
class LinkRevoked:
    """A personal link ended before its time: sessions that it opened count no more. Nothing brings it back."""

    organisation_id: UUID
    link_id: UUID
    until: datetime
    """when the last of these sessions would have ended by itself"""


@dataclass(frozen=True)
class PersonErased:
    """Somebody is to be forgotten everywhere (domain rule 7): rows lose who it was, counts stay as they are."""

    organisation_id: UUID
    person_kind: str
    person_id: UUID


@dataclass(frozen=True)
class InterpreterErased(PersonErased):
    """The same of an interpreter, whom scheduling keeps: nobody sends to themselves."""


# ── events ────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class EventPublished:
    """An event may be talked about from now on."""

    event: EventFacts


@dataclass(frozen=True)
class EventChanged:
    """A published event changed; `moved` when time or place did, so that people must be told."""

    event: EventFacts
    moved: bool


@dataclass(frozen=True)
class EventCancelled:
    """A published event will not take place."""

    event: EventFacts


# ── stands ────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class StandBooked:
    """An employer's booking is confirmed, or what it says changed (`version` rises)."""

    organisation_id: UUID
    event_id: UUID
    booking_id: UUID
    version: int
    stand_id: UUID
    label: str
    seats: int
    x: int
    y: int
    employer_id: UUID
    employer: str
    contact: Person
    languages: Languages
    vacancies: tuple[VacancyFacts, ...]
    link_id: UUID | None = None
    """the contact's personal link, for messages from scheduling"""


@dataclass(frozen=True)
class StandCancelled:
    """A confirmed booking was given up."""

    organisation_id: UUID
    event_id: UUID
    booking_id: UUID
    version: int


# ── invitations and the door ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class InvitationAnswered:
    """A candidate's invitation changed state: accepted, declined or withdrawn; with what planning needs."""

    organisation_id: UUID
    event_id: UUID
    invitation_id: UUID
    version: int
    state: str
    number: int
    """the number the candidate is known by on the day"""
    candidate: Person
    readable_name: str
    """the name in Latin letters"""
    languages: Languages
    sectors: tuple[str, ...]
    """what work the candidate wants, best first"""
    hours: int | None
    """hours a week"""
    school_hours: bool
    wished_employers: tuple[UUID, ...] = ()
    first_round: int | None = None
    last_round: int | None = None
    link_id: UUID | None = None
    """the personal link, for messages from scheduling"""
    did_sectors: tuple[str, ...] = ()
    """in which sectors the candidate has worked"""


@dataclass(frozen=True)
class CandidateArrived:
    """A candidate was admitted at the door for the first time."""

    organisation_id: UUID
    event_id: UUID
    invitation_id: UUID
    at: datetime


# ── timetable ─────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Stop:
    """Where a candidate goes first."""

    invitation_id: UUID
    label: str
    starts_at: datetime


@dataclass(frozen=True)
class PlanPublished:
    """A plan was published; the door says the first stand to who comes in."""

    organisation_id: UUID
    event_id: UUID
    version: int
    first_stops: tuple[Stop, ...]
    conversations: int
    without_interpreter: int
    """candidates who have no conversation at all for want of an interpreter"""


@dataclass(frozen=True)
class InterpretersLost:
    """Interpreters of the published plan will not be there, or come after all: told when the number changes."""

    organisation_id: UUID
    event_id: UUID
    version: int
    """of the plan"""
    conversations: int
    """that have no longer the interpreter whom the plan gave them"""
    counted_at: datetime


# ── commands to notifications, and what it answers ────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class SendMessage:
    """Tell one person something. `message_id` makes it once; words and channel are notifications' own.

    `values` fill the template: JSON values only, times as ISO 8601 with offset. Name, time and place of the event
    are *not* among them: they are taken from the newest EventFacts when the message is composed. `link_id` names a
    personal link; its address is made when the message is composed, so that no token is ever stored. `pass_code`
    asks for that text as a QR picture in the message.
    """

    message_id: UUID
    organisation_id: UUID
    template: str
    person: Person
    values: dict[str, Any] = field(default_factory=dict)
    event_id: UUID | None = None
    link_id: UUID | None = None
    link_service: str = "registration"
    pass_code: str | None = None
    version: int = 0
    """of what it tells (the invitation's, the plan's): an older one that comes later is not sent; 0 for no order"""
    before_start: int | None = None
    """minutes before the event's start at which it is sent, also when the event moves; left out for at once"""


@dataclass(frozen=True)
class PutCalendarEntry:
    """Put or update the one entry a person has for a purpose at an event, with the message that carries it.

    `key` ("stand", "interpreting:0" …) together with person and event names the entry for life; the same content
    twice sends nothing, changed times or place raise SEQUENCE (RFC 5545 §3.8.7.4). `version` orders puts.
    """

    message_id: UUID
    organisation_id: UUID
    event_id: UUID
    person: Person
    key: str
    version: int
    starts_at: datetime
    ends_at: datetime
    template: str
    values: dict[str, Any] = field(default_factory=dict)
    link_id: UUID | None = None
    link_service: str = "registration"
    pass_code: str | None = None
    """a text to show as QR code in the message"""


@dataclass(frozen=True)
class CancelCalendarEntry:
    """Take an entry out of the person's calendar with METHOD:CANCEL (RFC 5546 §3.2.5)."""

    message_id: UUID
    organisation_id: UUID
    event_id: UUID
    person: Person
    key: str
    version: int
    template: str
    values: dict[str, Any] = field(default_factory=dict)
    link_id: UUID | None = None
    link_service: str = "registration"


@dataclass(frozen=True)
class MessageFailed:
    """A message will not arrive: the address is dead or missing, or all attempts were used up."""

    organisation_id: UUID
    event_id: UUID | None
    message_id: UUID
    template: str
    person_kind: str
    person_id: UUID
    reason: str
    """address_refused, no_address, attempts_used_up or template_unknown"""


@dataclass(frozen=True)
class LetterOnPaper:
    """Only paper reaches this person: the message waits for an organiser to print it, or was printed."""

    organisation_id: UUID
    event_id: UUID | None
    message_id: UUID
    template: str
    person_kind: str
    person_id: UUID
    printed_at: datetime | None
    """None while it waits"""


@dataclass(frozen=True)
class CalendarEntryAnswered:
    """Somebody answered a calendar entry in their calendar (RFC 5546 §3.2.3).

    `key` and `version` are those of the entry's newest put when the answer was read: who has put a newer one that asks
    anew ignores the answer. An answer to an older SEQUENCE never becomes an event.
    """

    organisation_id: UUID
    event_id: UUID
    person_kind: str
    person_id: UUID
    key: str
    version: int
    answer: str
    """accepted, declined or tentative"""
    comment: str
    """what the person wrote with it; empty for nothing"""
    answered_at: datetime


@dataclass(frozen=True)
class MessageAnswered:
    """Somebody answered a message that asked something, with a word or a number."""

    organisation_id: UUID
    event_id: UUID
    message_id: UUID
    template: str
    person_kind: str
    person_id: UUID
    answer: str
    """accepted or declined"""
    answered_at: datetime


@dataclass(frozen=True)
class AddressMended:
    """An organiser corrected an address on which messages failed. Who keeps the person takes it over where it still has
    the old one, and sends nothing: what failed is sent again already."""

    organisation_id: UUID
    person_kind: str
    person_id: UUID
    channel: str
    """email or sms"""
    old: str | None
    new: str


@dataclass(frozen=True)
class Route:
    """Who sends an event and which services receive it."""

    senders: frozenset[str]
    receivers: frozenset[str]


def _route(senders: str, receivers: str) -> Route:
    return Route(frozenset(senders.split()), frozenset(receivers.split()))


FLOW: dict[type, Route] = {
    OrganisationChanged: _route("registration", "scheduling notifications"),
    SessionEnded: _route("registration", "scheduling notifications"),
    LinkRevoked: _route("registration", "scheduling"),
    PersonErased: _route("registration", "scheduling notifications"),
    InterpreterErased: _route("scheduling", "notifications"),
    EventPublished: _route("registration", "scheduling notifications"),
    EventChanged: _route("registration", "scheduling notifications"),
    EventCancelled: _route("registration", "scheduling notifications"),
    StandBooked: _route("registration", "scheduling"),
    StandCancelled: _route("registration", "scheduling"),
    InvitationAnswered: _route("registration", "scheduling"),
    CandidateArrived: _route("registration", "scheduling"),
    PlanPublished: _route("scheduling", "registration"),
    InterpretersLost: _route("scheduling", "registration"),
    SendMessage: _route("registration scheduling", "notifications"),
    PutCalendarEntry: _route("registration scheduling", "notifications"),
    CancelCalendarEntry: _route("registration scheduling", "notifications"),
    MessageFailed: _route("notifications", "registration scheduling"),
    LetterOnPaper: _route("notifications", "registration"),
    AddressMended: _route("notifications", "registration scheduling"),
    CalendarEntryAnswered: _route("notifications", "registration scheduling"),
    MessageAnswered: _route("notifications", "registration scheduling"),
}

NAMES: dict[str, type] = {kind.__name__: kind for kind in FLOW}
