"""Whom we may reach and how: what people asked for, and addresses that nothing is sent to.

A suppressed address is never sent to, whatever the message. Who wants no invitations and reminders any more still
gets what is essential: confirmations, changes and cancellations of what they take part in.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import ColumnElement, and_, case, false, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.notifications.channels.reader import Reader
from services.notifications.people.errors import (
    AddressUnreadable,
    AlreadyLifted,
    NumberUnreadable,
    OnlyByThePerson,
    SuppressionUnknown,
)
from services.notifications.people.models import ErasedPerson, Preference, Suppression
from shared import clock
from shared.database import ACROSS_ORGANISATIONS, acting_for
from shared.digests import digest_of, digests_of
from shared.telephone import read_telephone

BY_THE_PERSON = "the person"
"""Who lifts what the person asked for; colleagues lift the rest under their own name."""
STRONGER = ("by_hand", "bounced", "complained", "opted_out")
"""A later reason takes the place of an earlier one further to the left: what the person asked for stays."""


class Addressed(Protocol):
    """A message, as far as reaching its reader is concerned."""

    organisation_id: uuid.UUID
    person_id: uuid.UUID
    address: str | None
    mobile: str | None
    language: str


@dataclass(frozen=True)
class Wishes:
    """What is known about reaching the reader of a message."""

    reader: Reader
    language: str
    """the person's own choice, or the region's"""
    only_essential: bool
    """no invitations and reminders any more"""


def wishes_of(session: Session, message: Addressed) -> Wishes:
    """How the reader of one message can be reached, in which language, and whether invitations are wanted."""
    return find_wishes(session, [message])[0]


def find_wishes(session: Session, messages: Sequence[Addressed]) -> list[Wishes]:
    """The wishes of the readers of these messages, of any region, in their order. Two queries, however many."""
    own = select(Preference).where(Preference.person_id.in_({message.person_id for message in messages}))
    across = {**ACROSS_ORGANISATIONS}
    chosen = {(one.organisation_id, one.person_id): one for one in session.scalars(own.execution_options(**across))}
    digests = [_digests(session, message) for message in messages]
    wanted = {digest for each in digests for _, digest in each}
    closed = select(Suppression.organisation_id, Suppression.channel, Suppression.digest).where(
        Suppression.digest.in_(wanted), Suppression.lifted_at.is_(None)
    )
    shut = {tuple(row) for row in session.execute(closed.execution_options(**across))} if wanted else set()
    return [
        _wishes(message, chosen.get((message.organisation_id, message.person_id)), each, shut)
        for message, each in zip(messages, digests, strict=True)
    ]


def _digests(session: Session, message: Addressed) -> list[tuple[str, str]]:
    """What an address of the message that nothing is sent to would be known by: channel and digest."""
    given = (("email", message.address), ("sms", message.mobile))
    return [
        (channel, digest)
        for channel, address in given
        if address
        for digest in digests_of(session, channel, normal(channel, address))
    ]


def _wishes(
    message: Addressed, own: Preference | None, digests: list[tuple[str, str]], shut: set[tuple[Any, ...]]
) -> Wishes:
    closed = frozenset(channel for channel, digest in digests if (message.organisation_id, channel, digest) in shut)
    return Wishes(
        Reader(message.address, message.mobile, own.channel if own else None, closed),
        (own.language if own else None) or message.language,
        own is not None and own.only_essential,
    )


# ── addresses that nothing is sent to ─────────────────────────────────────────────────────────────────────────


def suppress(
    session: Session,
    organisation_id: uuid.UUID,
    channel: str,
    address: str,
    reason: str,
    *,
    note: str = "",
    by: str = "",
) -> None:
    """Send nothing to this address any more. `channel` is email or sms, `reason` one of `models.REASONS`.

    Twice is once; what the person asked for (opted_out, complained) takes the place of what we found out.
    """
    row = insert(Suppression).values(
        id=uuid.uuid4(),
        organisation_id=organisation_id,
        channel=channel,
        digest=digest_of(session, channel, normal(channel, address)),
        address=address,
        reason=reason,
        note=note,
        since=clock.now(),
        by=by,
        lifted_by="",
    )
    weaker = STRONGER[: STRONGER.index(reason)]
    session.execute(
        row.on_conflict_do_update(
            index_elements=["organisation_id", "channel", "digest"],
            index_where=Suppression.lifted_at.is_(None),
            set_={"reason": reason, "note": note, "by": by, "address": address},
            where=Suppression.reason.in_(weaker),
        )
    )


def close_by_hand(session: Session, channel: str, address: str, note: str, by: str) -> Suppression:
    """A colleague closes an address. Raises AddressUnreadable or NumberUnreadable."""
    read = read_address(channel, address)
    suppress(session, acting_for(session), channel, read, "by_hand", note=note, by=by)
    found = find_suppression(session, channel, read)
    assert found is not None
    return found


def lift(session: Session, suppression: Suppression, because: str, *, by: str) -> None:
    """Send to this address again. `because` is the colleague's reason.

    Raises AlreadyLifted, or OnlyByThePerson unless `by` is BY_THE_PERSON.
    """
    session.refresh(suppression, with_for_update=True)
    if suppression.lifted_at is not None:
        raise AlreadyLifted
    if suppression.reason == "opted_out" and by != BY_THE_PERSON:
        raise OnlyByThePerson
    suppression.lifted_at, suppression.lifted_by, suppression.lifted_because = clock.now(), by, because
    session.flush()


def load_suppression(session: Session, suppression_id: uuid.UUID) -> Suppression:
    """A row of the session's organisation. Raises SuppressionUnknown."""
    found = session.scalar(select(Suppression).where(Suppression.id == suppression_id))
    if found is None:
        raise SuppressionUnknown
    return found


def find_suppression(session: Session, channel: str, address: str | None) -> Suppression | None:
    """Why nothing is sent to this address; None when it is open."""
    live = select(Suppression).where(Suppression.lifted_at.is_(None), _is_address(session, channel, address))
    return session.scalar(live.limit(1))


def read_address(channel: str, typed: str) -> str:
    """What was typed as an address that can be sent to. Raises AddressUnreadable or NumberUnreadable."""
    if channel == "sms":
        number = read_telephone(typed)
        if number is None:
            raise NumberUnreadable
        return number
    try:
        return validate_email(typed.strip(), check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        raise AddressUnreadable from None


def normal(channel: str, address: str) -> str:
    """The address as it is compared: nobody tells two mailboxes apart by capitals (RFC 5321 §2.4 would allow it)."""
    return address.strip().casefold() if channel == "email" else address.strip()


def forget_address(session: Session, channel: str, address: str) -> None:
    """Erasure: what remains of an address is enough to recognise it and no more."""
    known = update(Suppression).where(_is_address(session, channel, address))
    session.execute(known.values(address=None, note="", lifted_because=_unless_open()))


def _unless_open() -> ColumnElement[str | None]:
    return case((Suppression.lifted_at.is_(None), None), else_="")


def forget_lifted(session: Session, before: datetime) -> None:
    """Retention: of addresses that were opened again long ago, nothing but that it happened stays."""
    old = update(Suppression).where(Suppression.lifted_at < before, Suppression.address.is_not(None))
    blank = old.values(address=None, note="", lifted_because="")
    session.execute(blank.execution_options(**ACROSS_ORGANISATIONS, synchronize_session=False))


def note_erased(session: Session, organisation_id: uuid.UUID, person_id: uuid.UUID) -> None:
    """Remember that somebody is to be forgotten, so that nothing late brings them back."""
    row = insert(ErasedPerson).values(person_id=person_id, organisation_id=organisation_id, erased_at=clock.now())
    session.execute(row.on_conflict_do_nothing())


def is_erased(session: Session, person_id: uuid.UUID) -> bool:
    """Was this person erased?"""
    return session.scalar(select(ErasedPerson.person_id).where(ErasedPerson.person_id == person_id)) is not None


# ── what people want to receive ───────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Wanted:
    """What somebody filled in about what they want to receive."""

    channel: str | None
    language: str | None
    only_essential: bool


def keep_wishes(session: Session, message: Addressed, person_kind: str, wanted: Wanted, asked_by: str) -> None:
    """Remember what the reader of a message wants from this region from now on."""
    _keep(session, message, person_kind, asked_by, **vars(wanted))


def stop_invitations(session: Session, message: Addressed, person_kind: str, asked_by: str) -> None:
    """No invitations and reminders to the reader of a message any more; what else they chose stays."""
    _keep(session, message, person_kind, asked_by, only_essential=True)


def _keep(session: Session, message: Addressed, person_kind: str, asked_by: str, **chosen: object) -> None:
    if is_erased(session, message.person_id):
        return  # The link in an old mail still opens; nothing is kept of who was forgotten.
    changed: dict[str, object] = {**chosen, "asked_by": asked_by, "changed_at": clock.now()}
    row = insert(Preference).values(
        organisation_id=message.organisation_id,
        person_id=message.person_id,
        person_kind=person_kind,
        **{"only_essential": False, **changed},
    )
    session.execute(row.on_conflict_do_update(index_elements=["person_id"], set_=changed))


def forget_preference(session: Session, person_id: uuid.UUID) -> None:
    """Erasure: what the person chose goes with the person."""
    preference = session.scalar(select(Preference).where(Preference.person_id == person_id))
    if preference is not None:
        session.delete(preference)


def load_preference(session: Session, person_id: uuid.UUID) -> Preference | None:
    """What somebody chose; None for who never did."""
    return session.scalar(select(Preference).where(Preference.person_id == person_id))


def _is_address(session: Session, channel: str, address: str | None) -> ColumnElement[bool]:
    if not address:
        return false()
    digests = digests_of(session, channel, normal(channel, address))
    return and_(Suppression.channel == channel, Suppression.digest.in_(digests))
