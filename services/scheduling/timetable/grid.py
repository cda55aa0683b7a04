"""The plan as the organiser reads it: rows of stands, columns of rounds, and why each conversation stands there."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from flask_babel import gettext

from services.scheduling.events.models import Attendee, Event, Stand
from services.scheduling.timetable.errors import PlanUnknown
from services.scheduling.timetable.models import Conversation, Plan
from services.scheduling.timetable.questions import wishes_of
from services.scheduling.timetable.rules import People
from services.scheduling.timetable.scores import HOURS_APART
from shared.events import Round, VacancyFacts
from shared.i18n import language_name, time_of


@dataclass(frozen=True)
class Reason:
    """Why a conversation stands where it stands: a title, where, and sentences."""

    title: str
    where: str
    language: str
    sentences: list[str]


def build_rows(
    plan: Plan, people: People, rounds: Sequence[Round], address: str, explained: Collection[str] = ()
) -> list[dict[str, Any]]:
    """A row for each seat of each stand, as the grid macro draws them.

    `address`: of a reason, before its key: a conversation's id, or stand and round ("stand.round") of a free seat that
    is among the `explained`.
    """
    placed = {(one.booking_id, one.seat, one.round): one for one in plan.conversations}
    return [
        {
            "label": stand.label if seat == 1 else f"{stand.label} · {seat}",
            "name": stand.employer if seat == 1 else gettext("seat %(number)s", number=seat),
            "cells": [
                _cell(placed.get((stand.id, seat, one.number)), people, address)
                or _free_cell(f"{stand.id}.{one.number}", address, explained)
                for one in rounds
            ],
        }
        for stand in people.stands.values()
        for seat in range(1, stand.seats + 1)
    ]


def _free_cell(key: str, address: str, explained: Collection[str]) -> dict[str, Any]:
    return {"state": "open", "key": key, "url": f"{address}{key}" if key in explained else ""}


def _cell(one: Conversation | None, people: People, address: str) -> dict[str, Any] | None:
    if one is None or one.invitation_id not in people.attendees:
        return None
    return {
        "state": "",
        "number": people.attendees[one.invitation_id].number,
        "language": one.language,
        "interpreter": people.interpreters.get(one.interpreter_id, "").split(" ")[0] if one.interpreter_id else "",
        "url": f"{address}{one.id}",
        "key": str(one.id),
        "locked": False,
    }


def explain_conversation(plan: Plan, conversation_id: uuid.UUID, people: People, event: Event) -> Reason:
    """Why this conversation stands here. Raises PlanUnknown when the plan has none such or its people are gone."""
    one = next((one for one in plan.conversations if one.id == conversation_id), None)
    if one is None or one.round not in people.starts:
        raise PlanUnknown
    if one.invitation_id not in people.attendees or one.booking_id not in people.stands:
        raise PlanUnknown
    attendee, stand = people.attendees[one.invitation_id], people.stands[one.booking_id]
    return Reason(
        title=f"{attendee.number} {attendee.readable_name}",
        where=place_and_time(one.round, stand, people, event),
        language=one.language,
        sentences=[*_wishes(attendee, stand), _language(one, people), _place_in_day(plan, one)],
    )


def place_and_time(number: int, stand: Stand, people: People, event: Event) -> str:
    """Which round and which stand, in words; `number` counts from 0."""
    return gettext(
        "Round %(number)s, %(time)s · stand %(stand)s",
        number=number + 1,
        time=time_of(people.starts[number], event.time_zone),
        stand=stand.label,
    )


def _wishes(attendee: Attendee, stand: Stand) -> list[str]:
    """What the candidate wants and this stand has, and the other way round."""
    wishes, vacancies, found = wishes_of(attendee), msgspec.convert(stand.vacancies, list[VacancyFacts]), []
    if stand.employer_id in wishes.wished_employers:
        found.append(gettext("The candidate asked to meet %(employer)s.", employer=stand.employer))
    for vacancy in vacancies:
        if vacancy.sector in wishes.sectors:
            found.append(gettext("Looks for this kind of work: %(vacancy)s.", vacancy=vacancy.title))
            if wishes.hours is not None and abs(wishes.hours - vacancy.hours) <= HOURS_APART:
                found.append(gettext("The hours fit: %(hours)s a week.", hours=vacancy.hours))
            break
    wanted = next((one for one in vacancies if not wishes.did_sectors.isdisjoint(one.wanted_experience)), None)
    if wanted is not None:
        found.append(gettext("Has the experience that the employer wishes for: %(vacancy)s.", vacancy=wanted.title))
    return found


def _language(one: Conversation, people: People) -> str:
    if one.interpreter_id is None:
        return gettext("They talk directly, in %(language)s.", language=language_name(one.language))
    return gettext(
        "%(language)s, with interpreter %(name)s, who is free in this round.",
        language=language_name(one.language),
        name=people.interpreters.get(one.interpreter_id, ""),
    )


def _place_in_day(plan: Plan, one: Conversation) -> str:
    own = sorted(other.round for other in plan.conversations if other.invitation_id == one.invitation_id)
    return gettext("Conversation %(number)s of %(total)s on this day.", number=own.index(one.round) + 1, total=len(own))
