"""Who gets a stand when several reach for it: holds, and the statements that decide between them.

A stand has at most one live booking because a partial unique index says so, not because somebody looked first. The
time of a hold being over changes no row: whoever wants the stand next reclaims it. Under READ COMMITTED, with fifty
who reach for a stand whose hold is over:

- `reclaim` marks the old hold as expired. The first takes the row's lock; the others wait, see after its commit that
  the row is not 'held' any more, and mark nothing. Rows are locked in the order of their ids, so that two who reclaim
  each other's stands wait in line instead of for each other.
- `take_stand` inserts a row and gives way to a row that is there (ON CONFLICT DO NOTHING). An insert that is not yet
  committed counts: the others wait for it, and get the stand only if it is rolled back.

So one succeeds and all others are told, and no job that cleans up is needed for either.
"""

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.registration.events.models import Event, Stand
from services.registration.stands.errors import StandTaken, StandUnknown
from services.registration.stands.models import LIVE, EmployerInvitation, StandBooking


def minutes_left(held_until: datetime, now: datetime) -> int:
    """Whole minutes until then; 0 in the last minute and when the time is over."""
    return max(0, int((held_until - now).total_seconds() // 60))


def choose_slot(taken: Collection[int], allowed: int) -> int | None:
    """The first free place among those that an employer may fill; None when all are filled."""
    return next((slot for slot in range(1, allowed + 1) if slot not in taken), None)


def find_stand(session: Session, event: Event, stand_id: uuid.UUID) -> Stand:
    """A stand of the event's hall. Raises StandUnknown."""
    stand = session.scalar(select(Stand).where(Stand.id == stand_id, Stand.floor_plan_id == event.floor_plan_id))
    if stand is None:
        raise StandUnknown
    return stand


def reclaim(session: Session, invitation: EmployerInvitation, stand_id: uuid.UUID | None, now: datetime) -> None:
    """Free the stand, and whatever this employer held, of holds whose time is over."""
    wanted = StandBooking.invitation_id == invitation.id
    over = (
        select(StandBooking.id)
        .where(
            StandBooking.event_id == invitation.event_id,
            StandBooking.state == "held",
            StandBooking.held_until <= now,
            or_(wanted, StandBooking.stand_id == stand_id) if stand_id else wanted,
        )
        .order_by(StandBooking.id)
        .with_for_update()
    )
    session.execute(
        update(StandBooking)
        .where(StandBooking.id.in_(over.scalar_subquery()))
        .values(state="expired")
        .execution_options(synchronize_session=False)
    )


def take_stand(
    session: Session, invitation: EmployerInvitation, stand: Stand, slot: int, held_until: datetime, now: datetime
) -> StandBooking:
    """Hold a stand until then. Raises StandTaken when somebody else has it."""
    booking_id = session.scalar(
        insert(StandBooking)
        .values(
            id=uuid.uuid4(),
            organisation_id=invitation.organisation_id,
            event_id=invitation.event_id,
            stand_id=stand.id,
            invitation_id=invitation.id,
            slot=slot,
            state="held",
            held_until=held_until,
            version=0,
            created_at=now,
        )
        .on_conflict_do_nothing()
        .returning(StandBooking.id)
    )
    if booking_id is None:
        raise StandTaken(stand=stand.label)
    return session.get_one(StandBooking, booking_id)


def put_on_stand(session: Session, booking: StandBooking, stand: Stand) -> None:
    """Take a booking to another stand, as one step: the old stand is kept when the new one is not to be had.

    Both rows are locked first, in the order of their ids: otherwise two who change places would each wait in the
    index for the other's row, until PostgreSQL ends one of them as a deadlock. Raises StandTaken.
    """
    at_stake = or_(StandBooking.id == booking.id, StandBooking.stand_id == stand.id)
    session.execute(
        select(StandBooking.id)
        .where(StandBooking.event_id == booking.event_id, at_stake, text(LIVE))
        .order_by(StandBooking.id)
        .with_for_update()
    )
    try:
        with session.begin_nested():
            booking.stand_id = stand.id
            session.flush()
    except IntegrityError as fault:
        if "uq_stand_booking_stand" not in str(fault.orig):
            raise
        session.refresh(booking)
        raise StandTaken(stand=stand.label) from None
    session.expire(booking, ["stand"])
