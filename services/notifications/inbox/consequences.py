"""What follows from a mail, by what it is: answers that count, letters that came back, and what a person has to see.

What is trusted: a Message-ID of ours, since nobody but the reader's mail servers and programs has seen it, and for a
return also that it is about the address that we wrote to. What is not: From, which anybody can write; it only ever
suggests who wrote, and decides nothing but a wish that the reader can take back.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from services.notifications.calendar.answers import UNKNOWN_ENTRY, note_answer
from services.notifications.inbox.keeping import Shown
from services.notifications.inbox.models import ANSWERS, MOST_SENDER
from services.notifications.inbox.questions import QUESTIONS
from services.notifications.inbox.reading.understanding import Understood
from services.notifications.messages.delivery import note_bounced, note_delivered
from services.notifications.messages.models import Message
from services.notifications.messages.rules import report_failure
from services.notifications.people.rules import stop_invitations, suppress

RETURNED = {"address": "address_refused", "full": "mailbox_full", "unwanted": "taken_for_spam", "other": "came_back"}
"""What a return says, in the words of `messages/reasons.py`."""
NO_COMPLAINTS = {"not-spam", "auth-failure"}
"""Reports in which no reader complains: it was taken back, or a server could not tell who sent it (RFC 6591)."""
_NO_BRACKETS = str.maketrans("<>", "()")


@dataclass(frozen=True)
class Case:
    """A mail with what was found to it."""

    session: Session
    mail: Understood
    about: Message | None
    """the message of ours that it may be about"""
    at: datetime
    """when it came"""


def _take_calendar_answer(case: Case) -> Shown:
    """What an answer means is the calendar's to judge; a person sees what it doubts."""
    assert case.mail.calendar is not None
    assert case.mail.calendar.answer is not None
    verdict = note_answer(case.session, case.mail.calendar.answer, case.at)
    return replace(
        _shown(case.mail, None if verdict is UNKNOWN_ENTRY else case.about),
        words=case.mail.calendar.answer.comment or case.mail.words,
        reason=verdict.reason,
        state="open" if verdict.needs_person else "noted",
        suggestion=verdict.answer if verdict.answer in ANSWERS else None,
        answer_id=verdict.answer_id if verdict.needs_person else None,
    )


def _take_calendar_other(case: Case) -> Shown:
    """Somebody asks for the newest file, takes a proposal back or invites us: nothing that we do by ourselves."""
    assert case.mail.calendar is not None
    reasons = {"REFRESH": "asks_for_file", "DECLINECOUNTER": "declines_counter"}
    return _shown(case.mail, case.about, reasons.get(case.mail.calendar.method, "calendar_not_understood"))


def _take_delivered(case: Case) -> Shown:
    if case.about is None or not _is_believed(case.mail, case.about):
        return _shown(case.mail, case.about, "return_unknown")
    note_delivered(case.session, case.about, case.at)
    return _noted(case.mail, case.about, "delivered")


def _take_delayed(case: Case) -> Shown:
    """The server still tries: nothing has happened yet."""
    return _noted(case.mail, case.about, "delayed")


def _take_bounced(case: Case) -> Shown:
    """The letter came back. A dead address is closed only when the return knows our letter and names its reader."""
    fate, about = case.mail.fate, case.about
    assert fate is not None
    if about is None or not _is_believed(case.mail, about):
        return _shown(case.mail, about, "return_unknown" if about is None else "return_other_address")
    note_bounced(case.session, about, RETURNED[fate.cause], fate.cause == "address", case.at)
    if fate.cause == "address":
        _close_address(case.session, about, "bounced", fate.status)
    return _noted(case.mail, about, RETURNED[fate.cause])


def _take_complaint(case: Case) -> Shown:
    """The reader called our letter spam: nothing more goes there, and a person hears of it."""
    complaint, about = case.mail.complaint, case.about
    assert complaint is not None
    if about is None or complaint.kind in NO_COMPLAINTS or not _knows(complaint.mail_ids, about):
        return _shown(case.mail, about, "complaint_unknown")
    _close_address(case.session, about, "complained", complaint.kind)
    report_failure(case.session, about, "complained")
    return _shown(case.mail, about, "complained")


def _take_automatic(case: Case) -> Shown:
    return _noted(case.mail, case.about, "automatic")


def _take_unsubscribe(case: Case) -> Shown:
    """Who answers our own mail from the address that we wrote to is taken at their word: it ends invitations only."""
    if case.about is None or not _knows(case.mail.answers, case.about) or not _is_reader(case.mail.sender, case.about):
        return _shown(case.mail, case.about, "asks_to_stop")
    stop_invitations(case.session, case.about, case.about.person_kind, "answer")
    return _noted(case.mail, case.about, "stopped")


def _take_reply(case: Case) -> Shown:
    """What a person writes is for a person; a plain yes or no to a question is only suggested."""
    asked = case.about is not None and case.about.template in QUESTIONS and _knows(case.mail.answers, case.about)
    shown = _shown(case.mail, case.about, _difficulty(case.mail) or "reply")
    return replace(shown, suggestion=case.mail.short if asked else None)


def _take_unreadable(case: Case) -> Shown:
    return _shown(case.mail, case.about, _difficulty(case.mail) or "unreadable")


CONSEQUENCES: Mapping[str, Callable[[Case], Shown]] = {
    "calendar_answer": _take_calendar_answer,
    "calendar_other": _take_calendar_other,
    "delivered": _take_delivered,
    "delayed": _take_delayed,
    "bounced": _take_bounced,
    "complaint": _take_complaint,
    "automatic": _take_automatic,
    "unsubscribe": _take_unsubscribe,
    "reply": _take_reply,
    "unreadable": _take_unreadable,
}


def _close_address(session: Session, about: Message, reason: str, note: str) -> None:
    if about.address:
        suppress(session, about.organisation_id, "email", about.address, reason, note=note)


def _is_believed(mail: Understood, about: Message) -> bool:
    """A return counts when it names our letter and the address that the letter went to (docs/decisions/0013)."""
    assert mail.fate is not None
    return _knows(mail.fate.mail_ids, about) and bool(about.address) and _is_named(mail.fate.recipients, about)


def _is_named(recipients: frozenset[str], about: Message) -> bool:
    return any(_is_reader(one, about) for one in recipients)


def _knows(mail_ids: tuple[str, ...], about: Message) -> bool:
    return about.mail_id is not None and about.mail_id in mail_ids


def _is_reader(address: str, about: Message) -> bool:
    return bool(about.address) and address.casefold() == (about.address or "").casefold()


def _difficulty(mail: Understood) -> str:
    return "winmail" if mail.winmail else "too_large" if mail.cut else ""


def _shown(mail: Understood, about: Message | None, reason: str = "") -> Shown:
    return Shown(_sender(mail), mail.subject, mail.words, reason, about=about)


def _sender(mail: Understood) -> str:
    """Name and address. A name is whatever its writer likes: it passes for no address, and pushes none out of sight."""
    room = MOST_SENDER - len(mail.sender) - len(" <>")
    name = mail.sender_name.translate(_NO_BRACKETS)[: max(room, 0)].strip()
    return f"{name} <{mail.sender}>" if name else mail.sender


def _noted(mail: Understood, about: Message | None, reason: str) -> Shown:
    return replace(_shown(mail, about, reason), state="noted")
