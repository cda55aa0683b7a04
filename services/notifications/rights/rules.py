"""What the reader of a message may see of it and ask for, without signing in: the link is in the message.

Whoever was forwarded the mail has the link too. So nothing is shown in full that the mail does not say, and the worst
that somebody else can do with it is to choose for the reader, who can choose again (docs/decisions/0015).
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.notifications.channels.channel import Channel
from services.notifications.channels.reader import Reader
from services.notifications.events.models import Event, Organisation
from services.notifications.messages.catalogue import TEMPLATES
from services.notifications.messages.forgetting import KEEP_WORDS
from services.notifications.messages.models import Message
from services.notifications.people.models import CHANNELS, Suppression
from services.notifications.people.rules import (
    BY_THE_PERSON,
    Wanted,
    find_suppression,
    keep_wishes,
    lift,
    load_preference,
    stop_invitations,
    suppress,
)
from services.notifications.rights.errors import AddressForgotten, ChannelClosed, MessageLinkInvalid
from services.notifications.rights.masking import mask_email, mask_mobile
from shared.database import ACROSS_ORGANISATIONS, act_for


@dataclass(frozen=True)
class Account:
    """What a reader is told about a message."""

    message: Message
    organisation: Organisation
    event_name: str
    templates: tuple[str, ...]
    """of the message and of those that went in the same letter"""
    address: str | None
    """masked, as is the number"""
    mobile: str | None
    kept_until: datetime
    essential: bool
    channels: tuple[str, ...]
    """the ways in which this person can be reached"""
    channel: str | None
    language: str
    only_essential: bool
    closed: Suppression | None
    """why nothing goes to the address any more"""


def open_message(session: Session, message_id: uuid.UUID | None) -> Message:
    """The message that a link is about; the session acts for its region from here on. Raises MessageLinkInvalid."""
    wanted = select(Message).where(Message.id == message_id).execution_options(**ACROSS_ORGANISATIONS)
    message = session.scalar(wanted) if message_id else None
    if message is None:
        raise MessageLinkInvalid
    act_for(session, message.organisation_id)
    return message


def account_for(session: Session, message: Message, there: Mapping[str, Channel]) -> Account:
    """Why the reader gets the message, what we keep of them, and what they chose. `there`: the channels that are."""
    organisation = session.scalars(select(Organisation).where(Organisation.id == message.organisation_id)).one()
    event_name = session.scalar(select(Event.name).where(Event.id == message.event_id)) or organisation.name
    in_letter = select(Message.template).where(or_(Message.id == message.id, Message.merged_into == message.id))
    templates = tuple(dict.fromkeys(session.scalars(in_letter.order_by(Message.queued_at))))
    preference = load_preference(session, message.person_id)
    return Account(
        message=message,
        organisation=organisation,
        event_name=event_name,
        templates=templates,
        address=mask_email(message.address) if message.address else None,
        mobile=mask_mobile(message.mobile) if message.mobile else None,
        kept_until=message.asked_at + KEEP_WORDS,
        essential=any(name not in TEMPLATES or TEMPLATES[name].essential for name in templates),
        channels=reachable_by(message, there),
        channel=preference.channel if preference else None,
        language=(preference.language if preference else None) or message.language,
        only_essential=preference is not None and preference.only_essential,
        closed=find_suppression(session, "email", message.address),
    )


def reachable_by(message: Message, there: Mapping[str, Channel]) -> tuple[str, ...]:
    """The channels of `there` that can reach the reader, of those that people choose from."""
    reader = Reader(message.address, message.mobile, letter_worthy=message.person_kind == "candidate")
    return tuple(name for name, channel in there.items() if name in CHANNELS and channel.reaches(reader))


def choose_wishes(session: Session, message: Message, wanted: Wanted, there: Mapping[str, Channel]) -> None:
    """Keep what the reader wants to receive. Raises ChannelClosed for a way that does not reach them."""
    if wanted.channel is not None and wanted.channel not in reachable_by(message, there):
        raise ChannelClosed
    keep_wishes(session, message, message.person_kind, wanted, "page")


def unsubscribe(session: Session, message: Message) -> None:
    """One click in a mail program: no invitations and reminders any more."""
    stop_invitations(session, message, message.person_kind, "one_click")


def close_address(session: Session, message: Message) -> None:
    """The message was not meant for whoever reads it: nothing goes to that address any more.

    Raises AddressForgotten.
    """
    if not message.address:
        raise AddressForgotten
    suppress(session, message.organisation_id, "email", message.address, "opted_out")


def open_address(session: Session, message: Message) -> None:
    """The reader takes it back. Raises AddressForgotten when nothing was closed, or nothing is known any more."""
    closed = find_suppression(session, "email", message.address)
    if closed is None or closed.reason != "opted_out":
        raise AddressForgotten
    lift(session, closed, "asked_by_the_person", by=BY_THE_PERSON)
