"""What an answer from somebody's calendar means: a decision from values alone (RFC 5546 §3.2.3 and §3.2.7).

Whoever holds the file can answer it, and a sender's address proves little. So an answer counts where the address that
was invited answers, or one that this person has answered from before; what could be somebody else's is for a person to
look at, a no above all.
"""

from dataclasses import dataclass
from datetime import datetime

NEEDS_ACTION = "needs_action"
ANSWERS = (NEEDS_ACTION, "accepted", "declined", "tentative")
"""What stands beside a person in their entry, in the field's words; a file writes NEEDS-ACTION, ACCEPTED …"""
COUNTED, KEPT, DOUBTFUL = "counted", "kept", "doubtful"
OUTCOMES = (COUNTED, KEPT, DOUBTFUL)
REPLY, COUNTER = "REPLY", "COUNTER"


@dataclass(frozen=True)
class Answer:
    """What one REPLY or COUNTER says, as the reader of mail found it. Nothing in it is trusted."""

    uid: str
    sequence: int
    attendee: str
    """the address in ATTENDEE, with or without mailto:"""
    sender: str
    """the address that the mail came from"""
    partstat: str
    """as in the file: ACCEPTED, DECLINED …"""
    method: str = REPLY
    comment: str = ""
    dtstamp: datetime | None = None
    """when the answer was given, by the answerer's clock"""
    recurrence_id: str = ""
    several: bool = False
    """the mail answers for other events as well"""
    proposed_starts_at: datetime | None = None
    proposed_ends_at: datetime | None = None
    """the other time that a COUNTER asks for"""
    delegated_to: str = ""
    mail_id: str = ""
    """Message-ID of the mail, to find it again"""


@dataclass(frozen=True)
class Standing:
    """What we know of the entry when its answer comes."""

    sequence: int | None
    """of the newest file; None before the first"""
    addresses: frozenset[str]
    """mailboxes (`mailbox_of`) of which we know that they are the person's"""
    answer: str = NEEDS_ACTION
    comment: str = ""
    answered_at: datetime | None = None
    """by the answerer's clock, of the newest answer that counts for this sequence"""
    cancelled: bool = False
    over: bool = False
    changed: bool = False
    """it has another time or place by now than the newest file says"""


@dataclass(frozen=True)
class Judgement:
    """`outcome` is counted, kept (as history, without effect) or doubtful (for a person); `reason` says why."""

    outcome: str
    reason: str
    answer: str = NEEDS_ACTION
    """what it says, in the field's words"""
    proposes: bool = False
    """asks for another time, which a person must look at even where the answer counts"""


def judge(answer: Answer, standing: Standing, now: datetime) -> Judgement:
    """What comes of an answer."""
    said = said_by(answer)
    doubt = _doubt(answer, standing, said)
    if doubt:
        return Judgement(DOUBTFUL, doubt, said, answer.method == COUNTER)
    past = _history(answer, standing, now)
    if past:
        return Judgement(KEPT, past, said)
    if answer.method == COUNTER:
        return Judgement(COUNTED, "countered", said, True)
    if said == standing.answer and answer.comment in {"", standing.comment}:
        return Judgement(KEPT, "repeated", said)
    return Judgement(COUNTED, said, said)


def said_by(answer: Answer) -> str:
    """The answer in the field's words. Who proposes another time says no yes to this one."""
    said = answer.partstat.strip().lower().replace("-", "_")
    if answer.method == COUNTER:
        return said if said == "declined" else "tentative"
    return said if said in ANSWERS else NEEDS_ACTION


def mailbox_of(address: str) -> str:
    """The mailbox behind an address: small letters, no `+label` (RFC 5233), and Gmail's dots as Gmail reads them."""
    plain = address.strip().lower().removeprefix("mailto:").strip()
    local, _, domain = plain.rpartition("@")
    local = local.split("+", 1)[0] or local
    if domain in {"gmail.com", "googlemail.com"}:
        return f"{local.replace('.', '')}@gmail.com"
    return f"{local}@{domain}" if local else plain


def stamp_of(answer: Answer, now: datetime) -> datetime:
    """When it was given. A clock that runs ahead must not outdo every answer to come."""
    return min(answer.dtstamp or now, now)


def _doubt(answer: Answer, standing: Standing, said: str) -> str:
    """Why a person must look at it; empty where the rules can tell."""
    if answer.method not in {REPLY, COUNTER} or (answer.method == REPLY and said == NEEDS_ACTION):
        return "delegated" if _delegates(answer) else "says_nothing"
    if _delegates(answer):
        return "delegated"
    if answer.recurrence_id:
        return "part_of_series"
    if answer.several:
        return "several_entries"
    if standing.sequence is None or answer.sequence > standing.sequence:
        return "sequence_unknown"
    return _stranger(answer, standing, said)


def _delegates(answer: Answer) -> bool:
    return bool(answer.delegated_to) or answer.partstat.strip().upper() == "DELEGATED"


def _stranger(answer: Answer, standing: Standing, said: str) -> str:
    """A mail from the person counts. From elsewhere a yes counts that names the person; a no could be anybody's."""
    if mailbox_of(answer.sender) in standing.addresses:
        return ""
    if mailbox_of(answer.attendee) not in standing.addresses:
        return "stranger"
    return "other_sender" if said == "declined" or answer.method == COUNTER else ""


def _history(answer: Answer, standing: Standing, now: datetime) -> str:
    """Why it has no effect any more; empty where it has."""
    if standing.cancelled:
        return "cancelled"
    if standing.over:
        return "over"
    if standing.changed or answer.sequence != standing.sequence:
        return "old_sequence"
    if standing.answered_at is not None and stamp_of(answer, now) < standing.answered_at:
        return "out_of_order"
    return ""
