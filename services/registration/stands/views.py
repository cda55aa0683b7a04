"""What the employer's pages show, made from rows: where somebody is in booking, and the plan as this reader sees it."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from werkzeug.datastructures import MultiDict

from services.registration.events.drawing import draw_hall, draw_stand
from services.registration.events.models import Event, Stand
from services.registration.events.states import state_at
from services.registration.sectors import SECTORS
from services.registration.stands.attending import is_open, load_attending
from services.registration.stands.errors import BookingUnknown
from services.registration.stands.holds import minutes_left
from services.registration.stands.models import EmployerInvitation, StandBooking, Vacancy
from services.registration.stands.states import StandState, own_bookings
from shared import clock
from shared.errors import NotFound
from shared.forms import Form
from shared.i18n import SPOKEN_LANGUAGES, language_name
from shared.identity import current_identity
from shared.web import database


def my_contact(event_id: uuid.UUID) -> uuid.UUID:
    """The contact who is asking. A link for one event opens no other: raises NotFound."""
    identity = current_identity()
    if identity is None or identity.event_id != event_id:
        raise NotFound
    return identity.subject_id


def my_page(event_id: uuid.UUID) -> "BookingPage":
    """Where whoever is asking is in booking. Raises NotFound, InvitationUnknown."""
    invitation = load_attending(database(), event_id, my_contact(event_id))
    return BookingPage(invitation, own_bookings(database(), invitation))


def to_page(endpoint: str, event_id: uuid.UUID, **values: Any) -> ResponseReturnValue:
    """On to another page of the same event, after something was done."""
    return redirect(url_for(endpoint, event_id=event_id, **values), 303)


def work_words() -> dict[str, object]:
    """The closed lists that the forms of work and languages offer."""
    return {
        "sectors": SECTORS,
        "sector_choices": sorted(((code, str(words)) for code, words in SECTORS.items()), key=lambda pair: pair[1]),
        "spoken": [(code, language_name(code)) for code in SPOKEN_LANGUAGES],
    }


@dataclass(frozen=True)
class DrawnPlan:
    """The hall for one reader: `picked` is the stand that was tapped, and free."""

    hall: dict[str, Any]
    stands: list[dict[str, Any]]
    free: int
    picked: Stand | None
    lost: str
    """the label of the stand that was tapped when it is not free any more"""
    views: list[dict[str, Any]]
    as_list: bool


@dataclass(frozen=True)
class BookingPage:
    """An employer at an event: invitation and bookings, newest last."""

    invitation: EmployerInvitation
    bookings: Sequence[StandBooking]

    @property
    def event(self) -> Event:
        """The event that the invitation is for."""
        return self.invitation.event

    @property
    def state(self) -> str:
        """The event's state now: published as long as it is ahead."""
        return state_at(self.event, clock.now())

    @cached_property
    def held(self) -> StandBooking | None:
        """The stand that is held now, if one is."""
        now = clock.now()
        return next((b for b in self.bookings if b.state == "held" and b.held_until and b.held_until > now), None)

    @cached_property
    def confirmed(self) -> list[StandBooking]:
        """The stands that are booked, in the order in which they were."""
        return sorted((b for b in self.bookings if b.state == "confirmed"), key=lambda b: b.slot)

    @property
    def settled(self) -> bool:
        """Whether the newest thing that happened is a booking."""
        return bool(self.bookings) and self.bookings[-1].state == "confirmed"

    @property
    def may_fill_in(self) -> bool:
        """Whether there is a stand, held or booked, and the event is still ahead."""
        return is_open(self.event) and bool(self.held or self.confirmed)

    @property
    def may_have_another(self) -> bool:
        """Whether the organiser allows one more stand."""
        return len(self.confirmed) < self.invitation.stands_allowed

    @property
    def labels(self) -> str:
        """'9', or '9, 10'."""
        return ", ".join(booking.stand.label for booking in self.confirmed)

    @property
    def languages(self) -> list[tuple[str, str]]:
        """Name and level of what the staff speaks, in the reader's language."""
        return [(language_name(code), level) for code, level in self.invitation.languages.items()]

    def booking(self, booking_id: uuid.UUID) -> StandBooking:
        """One of the employer's confirmed bookings. Raises BookingUnknown."""
        found = next((booking for booking in self.confirmed if booking.id == booking_id), None)
        if found is None:
            raise BookingUnknown
        return found

    def draw(self, states: Sequence[StandState], moving: StandBooking | None = None) -> DrawnPlan:
        """The plan and the list, as this employer may see them, with links to choose a free stand."""
        wanted = request.args.get("stand", "")
        picked = next((one.stand for one in states if one.state == "free" and str(one.stand.id) == wanted), None)
        here: dict[str, Any] = {"endpoint": "stands.show", "event_id": self.event.id}
        if moving:
            here = {**here, "endpoint": "stands.show_move", "booking_id": moving.id}
        elif "another" in request.args:
            here["another"] = "yes"
        as_list = request.args.get("view") == "list"
        shown: dict[str, Any] = {"view": "list"} if as_list else {}
        return DrawnPlan(
            hall=draw_hall(self.event.floor_plan),
            stands=[self._draw_one(one, picked, {**here, **shown}) for one in states],
            free=sum(one.state == "free" for one in states),
            picked=picked,
            lost=next((one.stand.label for one in states if str(one.stand.id) == wanted and self._is_gone(one)), ""),
            views=_views(here, as_list, wanted),
            as_list=as_list,
        )

    def _is_gone(self, one: StandState) -> bool:
        return one.state != "free" and one.invitation_id != self.invitation.id

    def _draw_one(self, one: StandState, picked: Stand | None, here: Mapping[str, Any]) -> dict[str, Any]:
        mine = one.invitation_id == self.invitation.id
        more: dict[str, Any] = {"note": _minutes(one), "name": "" if mine else one.employer or ""}
        if one.state == "free":
            more["url"] = url_for(**here, stand=one.stand.id, _anchor="stand")
            more["picked"] = one.stand is picked
        return draw_stand(one.stand, "mine" if mine else one.state, **more)


def time_words(held: StandBooking | None, hold_minutes: int) -> dict[str, Any] | None:
    """The time left for a held stand: until when, how many minutes, and the sentence for each number of them."""
    if held is None or held.held_until is None:
        return None
    stand = held.stand.label
    last = gettext(
        "The time for stand %(stand)s is almost over. It stays yours until somebody else chooses it.", stand=stand
    )
    words = [last]
    for number in range(1, hold_minutes + 1):
        words.append(
            ngettext(
                "Stand %(stand)s is yours for %(num)s more minute.",
                "Stand %(stand)s is yours for %(num)s more minutes.",
                number,
                stand=stand,
            )
        )
    return {"moment": held.held_until, "minutes": minutes_left(held.held_until, clock.now()), "words": words}


def work_typed(vacancy: Vacancy) -> Form:
    """The form of a vacancy with what it says now."""
    typed = MultiDict(_levels_typed(vacancy.languages))
    typed.setlist("wanted_experience", vacancy.wanted_experience)
    for name in ("title", "sector", "hours", "openings"):
        typed[name] = str(getattr(vacancy, name))
    for name in ("fits_school_hours", "reachable_without_car"):
        typed[name] = "true" if getattr(vacancy, name) else "false"
    return Form(typed)


def languages_typed(languages: Mapping[str, str]) -> Form:
    """The form of languages with these filled in."""
    return Form(MultiDict(_levels_typed(languages)))


def _levels_typed(languages: Mapping[str, str]) -> list[tuple[str, str]]:
    names = [("languages_name", code) for code in languages]
    return names + [("languages_value", level) for level in languages.values()]


def _views(here: Mapping[str, Any], as_list: bool, wanted: str) -> list[dict[str, Any]]:
    chosen: dict[str, Any] = {"stand": wanted} if wanted else {}
    return [
        {"label": gettext("Map"), "sign": "map", "current": not as_list, "url": url_for(**here, **chosen)},
        {"label": gettext("List"), "sign": "list", "current": as_list, "url": url_for(**here, **chosen, view="list")},
    ]


def _minutes(one: StandState) -> str:
    if one.minutes_left is None:
        return ""
    return gettext("%(minutes)s min", minutes=one.minutes_left) if one.minutes_left else gettext("< 1 min")
