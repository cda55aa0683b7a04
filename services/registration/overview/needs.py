"""What needs the organiser: a sentence, a reason and one button each, the most pressing first."""

from collections.abc import Callable, Iterator
from typing import Any

from flask_babel import gettext, ngettext

from services.registration.overview.rules import Overview

Need = dict[str, Any]
"""sentence, reason, button, and url (a link) or action (a form that posts); no button where the page's main one does"""
MOST_STANDS = 3
"""How many stands without work are named one by one."""
SOON_DAYS = 7
"""From when on a missing answer or plan presses."""


def list_needs(overview: Overview) -> list[Need]:
    """All needs of the event in its present state; nothing for one that is over or does not take place."""
    if overview.state == "draft":
        return list(_draft(overview))
    if overview.state == "closed":
        return list(_closed(overview))
    if not overview.is_open:
        return []
    parts: tuple[Callable[[Overview], Iterator[Need]], ...] = (
        _undelivered, _interpreters, _work, _stands, _candidates, _plan, _door)  # fmt: skip
    return [need for part in parts for need in part(overview)]


def _draft(overview: Overview) -> Iterator[Need]:
    event = overview.event
    if overview.booked.stands == 0:
        yield _need(
            gettext("There are no stands in the hall yet."),
            gettext("Employers book a stand on the floor plan."),
            gettext("Place the stands"),
            url=f"/venues/{event.venue_id}/plans/{event.floor_plan_id}",
        )
        return
    yield _need(
        gettext("The event is not published yet."),
        gettext("Nobody outside your organisation knows of it. After publishing you can invite employers."),
    )


def _closed(overview: Overview) -> Iterator[Need]:
    yield _need(
        gettext("The event is over."),
        gettext("Put it in the archive when you are done with it. Its figures stay."),
        gettext("Put in the archive"),
        action=f"/events/{overview.event.id}/archive",
    )


def _undelivered(overview: Overview) -> Iterator[Need]:
    _, _, answers = _addresses(overview)
    lost = overview.booked.undelivered
    if lost:
        sentence = ngettext(
            "A message to %(num)d employer did not arrive.", "Messages to %(num)d employers did not arrive.", lost
        )
        where = "/notifications/not-arrived"
        yield _need(sentence, gettext("The address may be wrong."), gettext("See which"), url=where)
    lost = overview.invited.not_delivered
    if lost:
        sentence = ngettext(
            "A message to %(num)d candidate did not arrive.", "Messages to %(num)d candidates did not arrive.", lost
        )
        yield _need(sentence, gettext("Call, or correct the address."), gettext("See who"), url=f"{answers}?only=lost")


def _interpreters(overview: Overview) -> Iterator[Need]:
    plan = overview.plan
    if overview.lost:
        sentence = ngettext(
            "%(num)d conversation has no interpreter any more.",
            "%(num)d conversations have no interpreter any more.",
            overview.lost,
        )
        reason = gettext("An interpreter said no after the plan was published.")
        yield _need(sentence, reason, gettext("See which"), url=f"/scheduling/events/{overview.event.id}/plan#gaps")
    if plan is None or plan.without_interpreter == 0:
        return
    sentence = ngettext(
        "%(num)d candidate has no conversation for want of an interpreter.",
        "%(num)d candidates have no conversation for want of an interpreter.",
        plan.without_interpreter,
    )
    reason = gettext(
        "Ask somebody else too, and make the plan again. It has %(total)s conversations now.", total=plan.conversations
    )
    yield _need(
        sentence, reason, gettext("Ask interpreters"), url=f"/scheduling/events/{overview.event.id}/interpreters"
    )


def _work(overview: Overview) -> Iterator[Need]:
    silent = [one for one in overview.stands if one.state == "taken" and not one.has_vacancies]
    employers, _, _ = _addresses(overview)
    for one in silent[:MOST_STANDS]:
        yield _need(
            gettext("%(employer)s has no vacancies yet.", employer=one.employer),
            gettext("Stand %(label)s. Without vacancies nobody is sent there for their work.", label=one.stand.label),
            gettext("See the employer"),
            url=f"{employers}/{one.invitation_id}" if one.invitation_id else employers,
        )
    more = len(silent) - MOST_STANDS
    if more > 0:
        sentence = ngettext(
            "%(num)d more stand has no vacancies yet.", "%(num)d more stands have no vacancies yet.", more
        )
        yield _need(sentence, "", gettext("See the employers"), url=employers)


def _stands(overview: Overview) -> Iterator[Need]:
    if overview.booked.free == 0 or overview.state == "running":
        return
    employers, _, _ = _addresses(overview)
    free = [one.stand.label for one in overview.stands if one.state == "free"]
    sentence = (
        gettext("Stand %(label)s is still free.", label=free[0])
        if len(free) == 1
        else ngettext("%(num)d stand is still free.", "%(num)d stands are still free.", len(free))
    )
    waiting = overview.booked.invited - overview.booked.declined - overview.booked.booked
    reason = (
        ngettext("%(num)d invited employer has no stand yet.", "%(num)d invited employers have no stand yet.", waiting)
        if waiting > 0
        else gettext("Nobody who was invited is still choosing.")
    )
    yield _need(sentence, reason, gettext("Invite employers"), url=employers)


def _candidates(overview: Overview) -> Iterator[Need]:
    counts, (_, candidates, answers) = overview.invited, _addresses(overview)
    if counts.invited == 0:
        yield _need(gettext("No candidate is invited yet."), "", gettext("Invite candidates"), url=candidates)
    if counts.needs_paper:
        sentence = ngettext("%(num)d invitation goes on paper.", "%(num)d invitations go on paper.", counts.needs_paper)
        url = f"/notifications/events/{overview.event.id}/letters"
        yield _need(sentence, gettext("Print them and hand them out."), gettext("Print"), url=url)
    if counts.sent and overview.days_left <= SOON_DAYS and overview.state == "published":
        sentence = ngettext("%(num)d candidate did not answer.", "%(num)d candidates did not answer.", counts.sent)
        yield _need(
            sentence,
            gettext("A call helps more than another message."),
            gettext("See who"),
            url=f"{answers}?only=silent",
        )
    if counts.waitlisted:
        sentence = ngettext(
            "%(num)d person is on the waiting list.", "%(num)d people are on the waiting list.", counts.waitlisted
        )
        reason = ngettext("%(num)d candidate said no.", "%(num)d candidates said no.", counts.declined)
        yield _need(
            sentence, reason if counts.declined else "", gettext("Offer places"), url=f"{answers}?only=waitlisted"
        )


def _plan(overview: Overview) -> Iterator[Need]:
    full = overview.booked.stands > 0 and overview.booked.booked == overview.booked.stands
    if overview.plan is not None or not (full or overview.days_left <= SOON_DAYS):
        return
    yield _need(
        gettext("The plan is not published yet."),
        gettext("Employers, candidates and interpreters do not know when they talk with whom."),
        gettext("Make the plan"),
        url=f"/scheduling/events/{overview.event.id}/plan",
    )


def _door(overview: Overview) -> Iterator[Need]:
    if overview.phones == 0 and overview.days_left <= 2:
        yield _need(
            gettext("No phone is ready for the door yet."),
            gettext("Any phone will do. Its camera reads the codes."),
            gettext("Get a phone ready"),
            url=f"/events/{overview.event.id}/devices",
        )


def _addresses(overview: Overview) -> tuple[str, str, str]:
    """The pages of the event's employers, of the candidates to choose from, and of what was answered."""
    address = f"/events/{overview.event.id}"
    return f"{address}/employers", f"{address}/candidates", f"{address}/invitations"


def _need(sentence: str, reason: str, button: str = "", **where: str) -> Need:
    return {"sentence": sentence, "reason": reason, "button": button, **where}
