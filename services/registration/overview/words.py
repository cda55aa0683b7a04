"""The overview in words: steps, big numbers, the drawing and the chart, as the macros of shared/ui want them."""

from datetime import date
from typing import Any

from babel.dates import format_date
from flask_babel import get_locale, gettext, ngettext

from services.registration.events.drawing import draw_stand
from services.registration.overview.rules import DAY_CAME, Overview, answers_of_week
from services.registration.stands.states import StandState
from shared.i18n import date_long, time_of

Item = dict[str, Any]


def list_steps(overview: Overview) -> list[Item]:
    """What comes next: five steps, each done, going on now, or still to come."""
    address = f"/events/{overview.event.id}"
    return [
        {"title": gettext("Venue and floor plan"), **_venue_step(overview)},
        {"title": gettext("Employers"), "url": f"{address}/employers", **_employers_step(overview)},
        {"title": gettext("Candidates"), "url": f"{address}/{_of_candidates(overview)}", **_candidates_step(overview)},
        {"title": gettext("Publish the plan"), "url": f"/scheduling{address}/plan", **_plan_step(overview)},
        {"title": gettext("The day itself"), "url": f"{address}/arrivals", **_day_step(overview)},
    ]


def _of_candidates(overview: Overview) -> str:
    """Where candidates are chosen, as long as nobody is invited; then where they answer."""
    return "invitations" if overview.invited.invited else "candidates"


def _venue_step(overview: Overview) -> Item:
    if overview.state == "draft":
        return {"words": gettext("now: publish the event"), "state": "now", "url": f"/venues/{overview.event.venue_id}"}
    return {"words": gettext("done"), "state": "done", "url": f"/venues/{overview.event.venue_id}"}


def _employers_step(overview: Overview) -> Item:
    booked, stands = overview.booked.booked, overview.booked.stands
    words = gettext("%(booked)s of %(stands)s stands booked", booked=booked, stands=stands)
    if stands and booked == stands:
        return {"words": words, "state": "done"}
    return _now_or_later(overview, words)


def _candidates_step(overview: Overview) -> Item:
    counts = overview.invited
    open_answers = counts.sent + counts.drafted
    if counts.invited == 0:
        return _now_or_later(overview, gettext("nobody is invited yet"))
    if open_answers == 0 or not overview.is_open:
        return {"words": gettext("%(coming)s said yes", coming=counts.coming + counts.no_show), "state": "done"}
    words = ngettext("%(num)d without an answer", "%(num)d without an answer", open_answers)
    return _now_or_later(overview, words)


def _plan_step(overview: Overview) -> Item:
    if overview.plan is not None:
        total = overview.plan.conversations
        return {"words": ngettext("%(num)d conversation", "%(num)d conversations", total), "state": "done"}
    due = gettext("by %(day)s at the latest", day=_day_words(overview.plan_due))
    if overview.state in {"published", "running"} and overview.today >= overview.plan_due:
        return {"words": gettext("now: %(words)s", words=gettext("not published yet")), "state": "now"}
    return {"words": due if overview.is_open else gettext("was not published"), "state": ""}


def _day_step(overview: Overview) -> Item:
    event = overview.event
    if overview.state == "running":
        return {"words": gettext("now: %(words)s", words=_come(overview)), "state": "now"}
    if overview.state in {"closed", "archived"}:
        return {"words": _come(overview), "state": "done"}
    if overview.state == "cancelled":
        return {"words": gettext("cancelled"), "state": ""}
    return {
        "words": gettext(
            "%(day)s, %(time)s", day=_day_words(overview.day), time=time_of(event.starts_at, event.time_zone)
        ),
        "state": "",
    }


def _now_or_later(overview: Overview, words: str) -> Item:
    if overview.state in {"published", "running"}:
        return {"words": gettext("now: %(words)s", words=words), "state": "now"}
    return {"words": words, "state": ""}


def _come(overview: Overview) -> str:
    """'31 of 58 came in'."""
    counts = overview.invited
    expected = counts.coming + counts.no_show
    return str(gettext("%(came)s of %(expected)s came in", came=counts.attended, expected=expected))


def list_stats(overview: Overview) -> list[Item]:
    """The four big numbers."""
    counts = overview.invited
    came = overview.state in DAY_CAME
    return [
        _stands_stat(overview),
        {"figure": counts.invited, "label": gettext("invited"), "sub": _invited_words(overview)},
        _came_stat(overview) if came else _coming_stat(overview),
        _interpreters_stat(overview),
    ]


def _stands_stat(overview: Overview) -> Item:
    booked = overview.booked
    parts = [
        ngettext("%(num)d held", "%(num)d held", booked.held) if booked.held else "",
        ngettext("%(num)d free", "%(num)d free", booked.free) if booked.free else "",
    ]
    return {
        "figure": booked.booked,
        "of": gettext("of %(total)s", total=booked.stands),
        "label": gettext("stands booked"),
        "sub": ", ".join(part for part in parts if part) or gettext("all of them"),
    }


def _invited_words(overview: Overview) -> str:
    counts = overview.invited
    waiting = counts.sent + counts.drafted
    if counts.invited == 0:
        return str(gettext("nobody yet"))
    return str(ngettext("%(num)d without an answer", "%(num)d without an answer", waiting)) if waiting else ""


def _coming_stat(overview: Overview) -> Item:
    counts = overview.invited
    parts = [
        ngettext("%(num)d said no", "%(num)d said no", counts.declined) if counts.declined else "",
        ngettext("%(num)d on the waiting list", "%(num)d on the waiting list", counts.waitlisted)
        if counts.waitlisted
        else "",
    ]
    return {"figure": counts.coming, "label": gettext("coming"), "sub": ", ".join(part for part in parts if part)}


def _came_stat(overview: Overview) -> Item:
    counts = overview.invited
    expected = counts.coming + counts.no_show
    missing = expected - counts.attended
    return {
        "figure": counts.attended,
        "of": gettext("of %(total)s", total=expected),
        "label": gettext("came in"),
        "sub": (
            ngettext("%(num)d still expected", "%(num)d still expected", missing)
            if overview.state == "running"
            else ngettext("%(num)d did not come", "%(num)d did not come", missing)
        ) if missing else gettext("everybody who said yes"),
        "url": f"/events/{overview.event.id}/arrivals",
    }  # fmt: skip


def _interpreters_stat(overview: Overview) -> Item:
    plan, event = overview.plan, overview.event
    if plan is None:
        return {
            "figure": event.rounds,
            "label": gettext("rounds"),
            "sub": gettext("of %(minutes)s minutes; no plan is published yet", minutes=event.round_minutes),
        }
    address = f"/scheduling/events/{event.id}/plan"
    if overview.lost:
        return {
            "figure": overview.lost,
            "label": ngettext(
                "conversation that lost its interpreter", "conversations that lost their interpreter", overview.lost
            ),
            "sub": gettext("of %(total)s in the plan", total=plan.conversations),
            "url": address,
            "tone": "warn",
        }
    item: Item = {
        "figure": plan.without_interpreter,
        "label": gettext("candidates without an interpreter"),
        "sub": gettext("beside %(total)s conversations in the plan", total=plan.conversations),
        "url": address,
    }
    return item | ({"tone": "warn"} if plan.without_interpreter else {})


def draw_overview_stands(overview: Overview) -> list[Item]:
    """The hall's stands in their states, each leading to its employer."""
    return [_draw(overview, one) for one in overview.stands]


def _draw(overview: Overview, one: StandState) -> Item:
    employers = f"/events/{overview.event.id}/employers"
    note = ""
    if one.minutes_left is not None:
        note = gettext("%(minutes)s min", minutes=max(one.minutes_left, 1))
    missing = one.state == "taken" and not one.has_vacancies and overview.is_open
    return draw_stand(
        one.stand,
        one.state,
        name=one.employer or "",
        note=note,
        flag=gettext("no vacancies yet") if missing else "",
        url=f"{employers}/{one.invitation_id}" if one.invitation_id else (employers if overview.is_open else ""),
    )


def chart_of_answers(overview: Overview) -> Item | None:
    """Title and bars of the answers of the last seven days; nothing as long as nobody was asked."""
    if overview.invited.invited == 0:
        return None
    days = answers_of_week(overview)
    total = sum(figure for _, figure in days)
    last_is_today = bool(days) and days[-1][0] == overview.today
    labels = [_short_day(day) for day, _ in days]
    if last_is_today:
        labels[-1] = gettext("today")
    return {
        "title": ngettext("%(num)d answer in seven days", "%(num)d answers in seven days", total),
        "items": list(zip(labels, [figure for _, figure in days], strict=True)) if total else [],
    }


def chart_of_arrivals(overview: Overview) -> Item | None:
    """Title and line of who came in, over time; nothing before the day."""
    if overview.state not in DAY_CAME:
        return None
    zone, counts = overview.event.time_zone, overview.invited
    came = overview.arrivals[-1][1] if overview.arrivals else 0
    return {
        "title": ngettext("%(num)d person came in", "%(num)d people came in", came),
        "items": [(time_of(moment, zone), figure) for moment, figure in overview.arrivals],
        "limit": counts.coming + counts.no_show,
    }


def describe_when(overview: Overview, how_far: str) -> str:
    """'Thursday 10 December 2026, 13:00–16:30 · in 8 days'."""
    event = overview.event
    zone = event.time_zone
    times = f"{time_of(event.starts_at, zone)}–{time_of(event.ends_at, zone)}"
    return f"{date_long(event.starts_at, zone)}, {times} · {event.venue.name} · {how_far}"


def _day_words(day: date) -> str:
    return format_date(day, "EEEE d MMMM", locale=_language())


def _short_day(day: date) -> str:
    return format_date(day, "EEE d", locale=_language())


def _language() -> str:
    locale = get_locale()
    return locale.language if locale else "nl"
