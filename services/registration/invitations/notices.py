"""What others are told about invitations. Each function records; nobody is told before the commit."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from services.registration.accounts.rules import load_organisation
from services.registration.accounts.sessions import end_links
from services.registration.candidates.rules import person_of
from services.registration.events.models import Event
from services.registration.invitations.models import Invitation
from services.registration.invitations.passes import pass_text
from services.registration.invitations.states import planning_state
from shared import clock
from shared.events import CancelCalendarEntry, InvitationAnswered, PutCalendarEntry, SendMessage
from shared.identity import LinkFor, extend_links, issue_link
from shared.identity.links import count_links
from shared.outbox import record

LINK_OUTLASTS_EVENT = timedelta(days=1)
CALENDAR_KEY = "visit"
"""The candidate's one calendar entry for an event."""
REMIND_BEFORE = 24 * 60
"""Minutes before the start at which somebody who comes is reminded."""


def issue_candidate_link(session: Session, event: Event, invitation: Invitation) -> None:
    """Give the candidate a personal link to the own page, until a day after the event."""
    candidate = invitation.candidate
    link_for = LinkFor(
        kind="candidate",
        person_id=candidate.id,
        person_name=candidate.name,
        language=candidate.language,
        organisation_id=event.organisation_id,
        organisation_name=load_organisation(session, event.organisation_id).name,
        path=f"/my/invitation/{invitation.id}",
        event_id=event.id,
    )
    invitation.link_id = issue_link(session, link_for, event.ends_at + LINK_OUTLASTS_EVENT - clock.now())


def replace_candidate_link(session: Session, invitation: Invitation) -> None:
    """Give the candidate another link: whoever has the old one sees nothing any more, planning learns the new one."""
    end_links(session, invitation.candidate_id, invitation.event_id)
    issue_candidate_link(session, invitation.event, invitation)
    if invitation.version > 0:
        tell_planner(session, invitation)


def move_links(session: Session, event: Event) -> None:
    """Links that were given out keep working until a day after the event, whenever that is now."""
    extend_links(session, event.id, "candidate", event.ends_at + LINK_OUTLASTS_EVENT)


def send(
    session: Session,
    invitation: Invitation,
    template: str,
    values: Mapping[str, Any],
    version: int,
    signing_seed: bytes | None = None,
) -> None:
    """Write to the candidate, with the personal link and, given the seed, the pass.

    `version` is that of what the message tells; an older message that comes later is not sent. How it reaches the
    candidate is notifications' choice: e-mail, SMS, or a letter that waits to be printed.
    """
    message = SendMessage(
        message_id=uuid.uuid4(),
        organisation_id=invitation.organisation_id,
        template=template,
        person=person_of(invitation.candidate),
        values=dict(values),
        event_id=invitation.event_id,
        link_id=invitation.link_id,
        pass_code=pass_text(signing_seed, invitation.pass_content) if signing_seed else None,
        version=version,
    )
    _record(session, invitation, message)


def put_in_calendar(
    session: Session,
    invitation: Invitation,
    template: str,
    values: Mapping[str, Any],
    signing_seed: bytes | None = None,
) -> None:
    """Write to a candidate who comes, with an entry for the calendar; given the seed, with the pass and a reminder.

    The version of the invitation orders what is said of the entry.
    """
    entry = PutCalendarEntry(
        **_about_entry(invitation, template),
        starts_at=invitation.event.starts_at,
        ends_at=invitation.event.ends_at,
        values={**values, "number": invitation.number},
        pass_code=pass_text(signing_seed, invitation.pass_content) if signing_seed else None,
    )
    _record(session, invitation, entry)
    if signing_seed:
        remind(session, invitation, signing_seed)


def take_out_of_calendar(session: Session, invitation: Invitation, template: str, values: Mapping[str, Any]) -> None:
    """Write to a candidate who does not come after all; the entry leaves the calendar if there was one."""
    _record(session, invitation, CancelCalendarEntry(**_about_entry(invitation, template), values=dict(values)))


def _about_entry(invitation: Invitation, template: str) -> dict[str, Any]:
    """What both commands about the entry say."""
    return {
        "message_id": uuid.uuid4(),
        "organisation_id": invitation.organisation_id,
        "event_id": invitation.event_id,
        "person": person_of(invitation.candidate),
        "key": CALENDAR_KEY,
        "version": invitation.version,
        "template": template,
        "link_id": invitation.link_id,
    }


def _record(
    session: Session, invitation: Invitation, command: SendMessage | PutCalendarEntry | CancelCalendarEntry
) -> None:
    record(session, command)
    invitation.message_id, invitation.not_delivered, invitation.paper = command.message_id, None, None


def remind(session: Session, invitation: Invitation, signing_seed: bytes) -> None:
    """Ask for a reminder the day before, in place of an earlier one. Not sent to who does not come by then."""
    reminder = SendMessage(
        message_id=uuid.uuid4(),
        organisation_id=invitation.organisation_id,
        template="candidate_reminder",
        person=person_of(invitation.candidate),
        values={"number": invitation.number},
        event_id=invitation.event_id,
        link_id=invitation.link_id,
        pass_code=pass_text(signing_seed, invitation.pass_content),
        version=invitation.version,
        before_start=REMIND_BEFORE,
    )
    record(session, reminder)


def send_invitation(session: Session, invitation: Invitation, signing_seed: bytes) -> None:
    """Ask the candidate. Whom only paper reaches counts as asked when the letter was printed."""
    values = {"number": invitation.number, "readable_name": invitation.candidate.readable_name}
    # Rises with each new pass and each new link: an older invitation that comes later does not take its place.
    version = invitation.pass_version + count_links(session, invitation.candidate_id, invitation.event_id)
    send(session, invitation, "candidate_invited", values, version, signing_seed)
    if invitation.candidate.contact_by == "paper":
        invitation.paper = "waits"
    else:
        mark_sent(invitation)


def mark_sent(invitation: Invitation) -> None:
    """The invitation is on its way, or was printed."""
    if invitation.state == "drafted":
        invitation.state, invitation.sent_at = "sent", clock.now()


def tell_planner(session: Session, invitation: Invitation) -> None:
    """Tell planning what the candidate answered and needs, under the next version."""
    invitation.version += 1
    candidate = invitation.candidate
    record(
        session,
        InvitationAnswered(
            organisation_id=invitation.organisation_id,
            event_id=invitation.event_id,
            invitation_id=invitation.id,
            version=invitation.version,
            state=planning_state(invitation.state),
            number=invitation.number,
            candidate=person_of(candidate),
            readable_name=candidate.readable_name,
            languages=dict(candidate.languages),
            sectors=tuple(candidate.sectors),
            hours=candidate.hours,
            school_hours=candidate.school_hours,
            wished_employers=tuple(invitation.wished_employers),
            first_round=invitation.first_round,
            last_round=invitation.last_round,
            link_id=invitation.link_id,
            did_sectors=tuple(candidate.did_sectors),
        ),
    )
