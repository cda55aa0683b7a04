"""The address at which a calendar fetches a person's entries by itself (docs/decisions/0012).

Its token is a signed id, as that of a personal link: nothing that is stored opens it, and it can be shown again. A new
address is a new row, which ends the one before.
"""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Event as CalendarEvent
from sqlalchemy import or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.notifications.calendar.errors import FeedEnded, FeedUnknown
from services.notifications.calendar.file import Occasion, Parties, begin_calendar, describe
from services.notifications.calendar.models import CalendarEntry, CalendarFeed
from services.notifications.calendar.rules import content_of, next_sequence
from services.notifications.calendar.zones import describe_zone
from services.notifications.events.models import Event, Organisation
from shared import clock
from shared.database import ACROSS_ORGANISATIONS, act_for
from shared.identity import link_address
from shared.identity.own_calendar import Owner
from shared.identity.signed_ids import read_signed_id, sign_id
from shared.settings import Settings

PURPOSE = b"calendar feed"
KEPT_AFTER = timedelta(days=60)
"""How long what is over stays in the feed: shorter than the words of an entry are kept."""
CANCELLED_FOR = timedelta(days=30)
"""How long a cancelled entry says so, before it is simply not there any more."""
ASK_AGAIN = timedelta(hours=2)
HOME_ZONE = "Europe/Amsterdam"


@dataclass(frozen=True)
class FeedFile:
    """What a calendar fetches, and since when it says that."""

    content: bytes
    changed_at: datetime


def find_feed(session: Session, owner: Owner) -> CalendarFeed | None:
    """The address that works now. From here on the session acts for the owner's organisation."""
    act_for(session, owner.organisation_id)
    live = select(CalendarFeed).where(CalendarFeed.person_id == owner.person_id, CalendarFeed.revoked_at.is_(None))
    return session.scalar(live)


def renew_feed(session: Session, owner: Owner) -> None:
    """Make an address; one that was there ends."""
    stop_feed(session, owner)
    row = insert(CalendarFeed).values(
        id=uuid.uuid4(),
        organisation_id=owner.organisation_id,
        person_kind=owner.person_kind,
        person_id=owner.person_id,
        address=_newest_address(session, owner.person_id),
        made_at=clock.now(),
    )
    # Of two clicks at once the second finds the address of the first.
    session.execute(row.on_conflict_do_nothing())


def stop_feed(session: Session, owner: Owner) -> None:
    """End the address: whoever has it gets nothing any more."""
    act_for(session, owner.organisation_id)
    mine = update(CalendarFeed).where(CalendarFeed.person_id == owner.person_id, CalendarFeed.revoked_at.is_(None))
    session.execute(mine.values(revoked_at=clock.now()))


def feed_address(settings: Settings, feed: CalendarFeed) -> str:
    """The whole address, which is its own key: as secret as a personal link."""
    return f"{settings.base_url}/notifications/calendar/{sign_id(settings.secret_keys, PURPOSE, feed.id)}.ics"


def open_feed(session: Session, secret_keys: Sequence[str], token: str) -> CalendarFeed:
    """The feed of a token; the session acts for its organisation. Raises FeedUnknown, FeedEnded."""
    feed_id = read_signed_id(secret_keys, PURPOSE, token)
    by_id = select(CalendarFeed).where(CalendarFeed.id == feed_id).execution_options(**ACROSS_ORGANISATIONS)
    feed = session.scalar(by_id) if feed_id else None
    if feed is None:
        raise FeedUnknown
    if feed.revoked_at is not None:
        raise FeedEnded
    act_for(session, feed.organisation_id)
    return feed


def write_feed(session: Session, settings: Settings, feed: CalendarFeed) -> FeedFile:
    """The person's entries as they are now, with what is over and what was cancelled for a while.

    When it says something else than it said last, that is noted on the feed.
    """
    now, organisation = clock.now(), session.get(Organisation, feed.organisation_id)
    found = _entries_of(session, feed, now) if organisation is not None else []
    calendar = begin_calendar("PUBLISH")
    name = organisation.name if organisation is not None else ""
    for key, value in {"x-wr-calname": name, "name": name, "x-published-ttl": ASK_AGAIN}.items():
        calendar.add(key, value)
    calendar.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    starts = {event.time_zone: entry.starts_at for entry, event in reversed(found)} or {HOME_ZONE: feed.made_at}
    for zone, first in starts.items():
        calendar.add_component(describe_zone(zone, first or now))
    for entry, event in found:
        assert organisation is not None
        calendar.add_component(_describe(entry, event, organisation, settings))
    return _note_change(feed, calendar.to_ical(), now)


def _newest_address(session: Session, person_id: uuid.UUID) -> str:
    newest = select(CalendarEntry.address).where(CalendarEntry.person_id == person_id)
    return session.scalar(newest.order_by(CalendarEntry.changed_at.desc()).limit(1)) or ""


def _entries_of(session: Session, feed: CalendarFeed, now: datetime) -> list[tuple[CalendarEntry, Event]]:
    """What the feed says, in order of time, each with its event; one query."""
    wanted = (
        select(CalendarEntry, Event)
        .join(Event, Event.id == CalendarEntry.event_id)
        .where(CalendarEntry.person_id == feed.person_id, CalendarEntry.person_kind == feed.person_kind)
        .where(CalendarEntry.starts_at.is_not(None), CalendarEntry.ends_at > now - KEPT_AFTER)
        .where(or_(CalendarEntry.cancelled.is_(False), CalendarEntry.changed_at > now - CANCELLED_FOR))
        .order_by(CalendarEntry.starts_at, CalendarEntry.id)
    )
    return [(entry, event) for entry, event in session.execute(wanted)]


def _describe(entry: CalendarEntry, event: Event, organisation: Organisation, settings: Settings) -> CalendarEvent:
    content = content_of(entry, event, entry.address)
    link = link_address(settings, entry.link_id, entry.link_service) if entry.link_id else None
    return describe(
        entry,
        content,
        next_sequence(entry, content),
        Parties(organisation.name, organisation.mailbox, entry.person_name, entry.language),
        Occasion(event.name, event.time_zone, link, event.kind),
    )


def _note_change(feed: CalendarFeed, content: bytes, now: datetime) -> FeedFile:
    digest = hashlib.sha256(content).hexdigest()
    if feed.digest != digest:
        feed.digest, feed.changed_at = digest, now
    return FeedFile(content, (feed.changed_at or now).astimezone(UTC))
