"""Forgetting a person: names, addresses and words go from every table; how many messages there were stays (rule 7).

Nothing more is said to the person: what waits is dropped, and no calendar entry is taken back by a last mail to
somebody who asked to be forgotten (docs/decisions/0015).
"""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.notifications.calendar.rules import erase_person
from services.notifications.inbox.keeping import forget_person as forget_incoming
from services.notifications.messages.forgetting import BLANK
from services.notifications.messages.models import Attempt, Message
from services.notifications.people.rules import forget_address, forget_preference, is_erased, note_erased
from shared import clock
from shared.events import CancelCalendarEntry, PersonErased, PutCalendarEntry, SendMessage
from shared.inbox import Reaction
from shared.outbox import forget_person

UNSENT = ("queued", "to_print")
NOTHING: dict[str, Any] = {**BLANK, "entry_id": None, "method": None}
"""Erasing goes further than the end of a retention time: the entry of the calendar goes too."""


def unless_erased(reaction: Reaction) -> Reaction:
    """A command about somebody who was erased is not even written down, however late it comes."""

    def react(session: Session, command: SendMessage | PutCalendarEntry | CancelCalendarEntry) -> None:
        if not is_erased(session, command.person.id):
            reaction(session, command)

    return react


def forget_erased(session: Session, event: PersonErased) -> None:
    """Registration erased somebody."""
    note_erased(session, event.organisation_id, event.person_id)
    forget_person(session, event.person_id)
    known = _addresses_of(session, event)
    for channel, address in known:
        # Of those that nothing is sent to, only the digest stays: they must stay closed.
        forget_address(session, channel, address)
    _forget_messages(session, event)
    erase_person(session, event.person_id)
    forget_incoming(session, event.person_id, [address for _, address in known], clock.now())
    forget_preference(session, event.person_id)


def _addresses_of(session: Session, event: PersonErased) -> list[tuple[str, str]]:
    """Where we wrote to the person: channel and address."""
    known = select(Message.address, Message.mobile).where(Message.person_id == event.person_id).distinct()
    found = {
        (channel, one)
        for address, mobile in session.execute(known).all()
        for channel, one in (("email", address), ("sms", mobile))
        if one
    }
    return sorted(found)


def _forget_messages(session: Session, event: PersonErased) -> None:
    own = update(Message).where(Message.person_id == event.person_id)
    waiting = own.where(Message.state.in_(UNSENT))
    session.execute(waiting.values(state="dropped", reason="erased", due_at=None))
    ids = select(Message.id).where(Message.person_id == event.person_id)
    session.execute(update(Attempt).where(Attempt.message_id.in_(ids)).values(answer=""))
    session.execute(own.values(**NOTHING, forgotten_at=clock.now()))
