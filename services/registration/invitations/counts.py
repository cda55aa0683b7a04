"""The figures of an event's invitations."""

import uuid
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Date, cast, func, select
from sqlalchemy.orm import Session

from services.registration.events.models import Event
from services.registration.invitations.models import Invitation


@dataclass(frozen=True)
class InvitationCounts:
    """How many invitations are in which state, and how many need somebody."""

    drafted: int = 0
    sent: int = 0
    accepted: int = 0
    declined: int = 0
    waitlisted: int = 0
    attended: int = 0
    no_show: int = 0
    not_delivered: int = 0
    """the newest message did not arrive"""
    needs_paper: int = 0
    """wait to be printed and handed over"""

    @property
    def invited(self) -> int:
        """Everybody with an invitation, whatever the answer."""
        asked = self.drafted + self.sent + self.accepted + self.declined
        return asked + self.waitlisted + self.attended + self.no_show

    @property
    def coming(self) -> int:
        """Who said yes, those who are there already included."""
        return self.accepted + self.attended


@dataclass(frozen=True)
class AnswersOnDay:
    """How many answers of each kind came on a day of the event's calendar; of each person the last one."""

    day: date
    accepted: int
    declined: int


def invitation_counts(session: Session, event_id: uuid.UUID) -> InvitationCounts:
    """The figures of the event in two queries; all 0 for an event without invitations."""
    by_state = session.execute(
        select(Invitation.state, func.count(Invitation.id))
        .where(Invitation.event_id == event_id)
        .group_by(Invitation.state)
    )
    on_the_way = Invitation.state.in_(("drafted", "sent", "accepted", "waitlisted"))
    lost, paper = session.execute(
        select(
            func.count(Invitation.id).filter(Invitation.not_delivered.is_not(None), on_the_way),
            func.count(Invitation.id).filter(Invitation.paper == "waits", on_the_way),
        ).where(Invitation.event_id == event_id)
    ).one()
    return InvitationCounts(**{row[0]: row[1] for row in by_state}, not_delivered=lost, needs_paper=paper)


def answers_per_day(session: Session, event: Event) -> list[AnswersOnDay]:
    """The days on which somebody answered, in order."""
    day = cast(func.timezone(event.time_zone, Invitation.answered_at), Date)
    rows = session.execute(
        select(
            day,
            func.count(Invitation.id).filter(Invitation.state != "declined"),
            func.count(Invitation.id).filter(Invitation.state == "declined"),
        )
        .where(Invitation.event_id == event.id, Invitation.answered_at.is_not(None))
        .group_by(day)
        .order_by(day)
    )
    return [AnswersOnDay(*row) for row in rows]
