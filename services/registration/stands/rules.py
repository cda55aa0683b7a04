"""Booking a stand: held while the form is filled in, confirmed, changed, given up. (Invitations: inviting.py, who gets
a stand when several reach for it: holds.py, the work that is offered: work.py, what a reader sees: states.py.)
"""

import uuid
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from services.registration.stands.attending import change_attending, change_invitation, require_open
from services.registration.stands.errors import (
    BookingClosed,
    BookingUnknown,
    LanguagesMissing,
    NothingHeld,
    StandLost,
    StandsAtLimit,
    StandTaken,
)
from services.registration.stands.holds import choose_slot, find_stand, put_on_stand, reclaim, take_stand
from services.registration.stands.inviting import invite_employer
from services.registration.stands.models import EmployerInvitation, StandBooking
from services.registration.stands.notices import (
    confirmed_bookings,
    put_in_calendar,
    take_out_of_calendar,
    tell_booked,
    tell_given_up,
)
from services.registration.stands.states import booked_counts, stand_states
from services.registration.stands.work import set_languages
from shared import clock
from shared.events import Languages

__all__ = ["booked_counts", "invite_employer", "stand_states"]


def hold_stand(
    session: Session, event_id: uuid.UUID, contact_id: uuid.UUID, stand_id: uuid.UUID, minutes: int
) -> StandBooking:
    """Keep the stand for this contact's employer for `minutes`, in the place of another one that it held.

    Choosing the held stand again changes nothing, its time neither. Raises StandTaken, StandsAtLimit, StandUnknown,
    BookingClosed, InvitationUnknown.
    """
    return _hold(session, change_attending(session, event_id, contact_id), stand_id, minutes)


def keep_hold(session: Session, event_id: uuid.UUID, contact_id: uuid.UUID, minutes: int) -> StandBooking:
    """The stand that the employer holds. When its time is over and nobody else chose it, it is held anew.

    Raises StandLost when somebody did, NothingHeld when there was none.
    """
    invitation = change_attending(session, event_id, contact_id)
    return _keep(session, invitation, _newest_booking(session, invitation), minutes)


def release_hold(session: Session, event_id: uuid.UUID, contact_id: uuid.UUID) -> None:
    """Let go of what is held; nothing happens when nothing is."""
    _let_go(session, change_attending(session, event_id, contact_id))


def confirm_booking(
    session: Session, event_id: uuid.UUID, contact_id: uuid.UUID, languages: Languages, minutes: int
) -> StandBooking:
    """Book the stand that is held, with what the staff there speaks; the planner and the contact's calendar follow.

    A hold whose time is over counts as long as nobody else chose the stand. A second time only the languages follow.
    Raises LanguagesMissing, NothingHeld, StandLost, BookingClosed.
    """
    invitation = change_attending(session, event_id, contact_id)
    newest = _newest_booking(session, invitation)
    if newest is not None and newest.state == "confirmed":
        set_languages(session, event_id, contact_id, languages)
        return newest
    if not languages:
        raise LanguagesMissing
    booking = _keep(session, invitation, newest, minutes)
    invitation.languages = dict(languages)
    booking.state, booking.confirmed_at, booking.held_until = "confirmed", clock.now(), None
    session.flush()
    tell_booked(session, invitation, booking)
    put_in_calendar(session, invitation, confirmed_bookings(session, invitation))
    return booking


def move_booking(
    session: Session, event_id: uuid.UUID, contact_id: uuid.UUID, booking_id: uuid.UUID, stand_id: uuid.UUID
) -> StandBooking:
    """Change a confirmed booking to a free stand; the old one is free at once. Raises StandTaken, BookingUnknown."""
    invitation = change_attending(session, event_id, contact_id)
    require_open(invitation.event)
    booking = _confirmed(session, invitation, booking_id)
    if booking.stand_id == stand_id:
        return booking
    stand = find_stand(session, invitation.event, stand_id)
    reclaim(session, invitation, stand_id, clock.now())
    _let_go(session, invitation)
    put_on_stand(session, booking, stand)
    tell_booked(session, invitation, booking)
    put_in_calendar(session, invitation, confirmed_bookings(session, invitation))
    return booking


def give_up_booking(session: Session, event_id: uuid.UUID, contact_id: uuid.UUID, booking_id: uuid.UUID) -> None:
    """The employer gives the stand up. Raises BookingUnknown, BookingClosed once the event began."""
    invitation = change_attending(session, event_id, contact_id)
    require_open(invitation.event)
    cancel_booking(session, invitation, _confirmed(session, invitation, booking_id), "employer")


def take_away_booking(session: Session, event_id: uuid.UUID, invitation_id: uuid.UUID, booking_id: uuid.UUID) -> None:
    """The organiser cancels a booking. Raises BookingUnknown, and BookingClosed once the event is over."""
    invitation = change_invitation(session, event_id, invitation_id)
    if invitation.event.ends_at <= clock.now() or invitation.event.state == "cancelled":
        raise BookingClosed
    cancel_booking(session, invitation, _confirmed(session, invitation, booking_id), "organiser")


def cancel_booking(session: Session, invitation: EmployerInvitation, booking: StandBooking, by: str) -> None:
    """Free the stand and tell the planner and the contact's calendar. For whoever holds the invitation's lock."""
    label = booking.stand.label
    _end(booking, by)
    session.flush()
    tell_given_up(session, invitation, booking)
    others = confirmed_bookings(session, invitation)
    if others:
        put_in_calendar(session, invitation, others)
    else:
        take_out_of_calendar(session, invitation, "stand_cancelled", {"stand": label})


def _hold(session: Session, invitation: EmployerInvitation, stand_id: uuid.UUID, minutes: int) -> StandBooking:
    require_open(invitation.event)
    stand, now = find_stand(session, invitation.event, stand_id), clock.now()
    reclaim(session, invitation, stand_id, now)
    mine = _live_bookings(session, invitation)
    held = next((booking for booking in mine if booking.state == "held"), None)
    if held is not None and held.stand_id == stand_id:
        return held
    slot = choose_slot({booking.slot for booking in mine if booking is not held}, invitation.stands_allowed)
    if slot is None or stand_id in {booking.stand_id for booking in mine}:
        raise StandsAtLimit
    until = now + timedelta(minutes=minutes)
    if held is None:
        held = take_stand(session, invitation, stand, slot, until, now)
    else:
        put_on_stand(session, held, stand)
        held.held_until = until
    invitation.state = "invited"
    return held


def _keep(session: Session, invitation: EmployerInvitation, newest: StandBooking | None, minutes: int) -> StandBooking:
    if newest is None or newest.state == "confirmed":
        raise NothingHeld
    try:
        return _hold(session, invitation, newest.stand_id, minutes)
    except StandTaken:
        raise StandLost(stand=newest.stand.label) from None


def _let_go(session: Session, invitation: EmployerInvitation) -> None:
    for booking in _live_bookings(session, invitation):
        if booking.state == "held":
            _end(booking, "employer")
    session.flush()


def _newest_booking(session: Session, invitation: EmployerInvitation) -> StandBooking | None:
    return session.scalar(
        select(StandBooking)
        .where(StandBooking.invitation_id == invitation.id, StandBooking.state != "cancelled")
        .options(joinedload(StandBooking.stand))
        .order_by(StandBooking.created_at.desc())
        .limit(1)
    )


def _live_bookings(session: Session, invitation: EmployerInvitation) -> Sequence[StandBooking]:
    return session.scalars(
        select(StandBooking)
        .where(StandBooking.invitation_id == invitation.id, StandBooking.state.in_(("held", "confirmed")))
        .options(joinedload(StandBooking.stand))
        .execution_options(populate_existing=True)
    ).all()


def _confirmed(session: Session, invitation: EmployerInvitation, booking_id: uuid.UUID) -> StandBooking:
    found = next((one for one in confirmed_bookings(session, invitation) if one.id == booking_id), None)
    if found is None:
        raise BookingUnknown
    return found


def _end(booking: StandBooking, by: str) -> None:
    booking.state, booking.cancelled_at, booking.cancelled_by = "cancelled", clock.now(), by
