"""Personal links: how employers, interpreters and candidates come in without a password.

A link is a row with an id; its token is that id with a signature (HMAC-SHA-256, RFC 2104), so that the database
holds nothing that opens a door and any service can write the address of a link that it knows the id of
(docs/decisions/0005-personal-links.md). A link works until it expires or is revoked, as often as it is opened: a
mail scanner that opens it first takes nothing away. When it is revoked, the sessions that it opened end.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from flask_babel import lazy_gettext
from sqlalchemy import func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from shared import clock
from shared.database import SharedBase
from shared.errors import Refusal
from shared.identity.sessions import end_sessions_of_link
from shared.identity.signed_ids import read_signed_id, sign_id
from shared.settings import Settings

PURPOSE = b"personal link"
PATHS = {"registration": "/l/", "scheduling": "/scheduling/l/"}
SESSION_LASTS = timedelta(days=14)
"""How long a browser stays signed in by a link; after that the link is opened again."""


class PersonalLink(SharedBase):
    """A link for one person to one page. `kind` is employer, candidate or interpreter."""

    __tablename__ = "personal_link"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    organisation_id: Mapped[uuid.UUID]
    organisation_name: Mapped[str]
    kind: Mapped[str]
    person_id: Mapped[uuid.UUID] = mapped_column(index=True)
    person_name: Mapped[str]
    language: Mapped[str]
    event_id: Mapped[uuid.UUID | None]
    path: Mapped[str]
    """where it leads, below the service's own address"""
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    """when it was last opened; a scanner counts too"""


class LinkInvalid(Refusal):
    """The link is not one of ours, has expired or was revoked; which of them is nobody's business."""

    status = 404
    sentence = lazy_gettext("This link does not work any more. Ask the organiser for a new one.")


class LinkEnded(LinkInvalid):
    """The link that let somebody in was revoked since. Gone, and not just unknown: a copy that was kept goes too."""

    status = 410


class LinkFor(NamedTuple):
    """Whom a link is for and where it leads."""

    kind: str
    person_id: uuid.UUID
    person_name: str
    language: str
    organisation_id: uuid.UUID
    organisation_name: str
    path: str
    event_id: uuid.UUID | None = None


def issue_link(database: Session, link_for: LinkFor, lasts: timedelta) -> uuid.UUID:
    """Make a link and return its id; earlier links of the person keep working."""
    now = clock.now()
    link = PersonalLink(id=uuid.uuid4(), issued_at=now, expires_at=now + lasts, **link_for._asdict())
    database.add(link)
    database.flush()
    return link.id


def link_address(settings: Settings, link_id: uuid.UUID, service: str = "registration") -> str:
    """The whole address of a link, to be put in a message."""
    return f"{settings.base_url}{PATHS[service]}{sign_id(settings.secret_keys, PURPOSE, link_id)}"


def find_own_page(database: Session, person_id: uuid.UUID, event_id: uuid.UUID | None) -> str | None:
    """Where the newest link of a person for an event leads that still works, below the service's own address."""
    return database.scalar(
        select(PersonalLink.path)
        .where(PersonalLink.person_id == person_id, PersonalLink.event_id == event_id)
        .where(PersonalLink.revoked_at.is_(None))
        .order_by(PersonalLink.issued_at.desc())
        .limit(1)
    )


def open_link(database: Session, secret_keys: Sequence[str], token: str) -> PersonalLink:
    """The link that a token stands for. Raises LinkInvalid."""
    link_id = read_signed_id(secret_keys, PURPOSE, token)
    link = database.scalar(select(PersonalLink).where(PersonalLink.id == link_id)) if link_id else None
    if link is None or link.revoked_at is not None or link.expires_at <= clock.now():
        raise LinkInvalid
    link.opened_at = clock.now()
    return link


def revoke_links(database: Session, person_id: uuid.UUID, event_id: uuid.UUID | None = None) -> list[uuid.UUID]:
    """End the person's links, all or those for one event, and what they opened in this service; returns their ids.

    A sister service where the sessions count as well has to be told (services/registration/accounts/sessions.py).
    """
    links = update(PersonalLink).where(PersonalLink.person_id == person_id, PersonalLink.revoked_at.is_(None))
    if event_id is not None:
        links = links.where(PersonalLink.event_id == event_id)
    revoked = list(database.scalars(links.values(revoked_at=clock.now()).returning(PersonalLink.id)))
    for link_id in revoked:
        end_sessions_of_link(database, link_id, last_session_ends())
    return revoked


def forget_links(database: Session, person_id: uuid.UUID) -> None:
    """Erasure: nobody's name stands on the person's links any more; end them before."""
    database.execute(update(PersonalLink).where(PersonalLink.person_id == person_id).values(person_name=""))


def count_links(database: Session, person_id: uuid.UUID, event_id: uuid.UUID) -> int:
    """How many links the person was given for the event so far, those that were revoked among them."""
    given = select(func.count(PersonalLink.id)).where(
        PersonalLink.person_id == person_id, PersonalLink.event_id == event_id
    )
    return database.scalar(given) or 0


def last_session_ends() -> datetime:
    """Until when sessions can last that were opened by a link before it was revoked just now."""
    return clock.now() + SESSION_LASTS


def extend_links(database: Session, event_id: uuid.UUID, kind: str, expires_at: datetime) -> None:
    """The event moved: links for it that people of this kind have work until `expires_at`; revoked ones stay so."""
    database.execute(
        update(PersonalLink)
        .where(PersonalLink.event_id == event_id, PersonalLink.kind == kind, PersonalLink.revoked_at.is_(None))
        .values(expires_at=expires_at)
    )
