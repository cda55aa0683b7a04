"""Answers of candidates by message and from the calendar do what the own page does."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest

from services.registration.invitations.models import Invitation
from shared import clock
from shared.events import CalendarEntryAnswered, InvitationAnswered, MessageAnswered
from tests.factories.invitations import make_invitations
from tests.service_under_test import ORGANISATION_ID, ServiceUnderTest


@pytest.fixture
def invitation(registration: ServiceUnderTest) -> Invitation:
    """A candidate was invited and did not answer yet."""
    with registration.session() as session:
        [invitation] = make_invitations(session)
        return invitation


def _by_message(invitation: Invitation, answer: str = "accepted", seconds: int = 0) -> MessageAnswered:
    return MessageAnswered(
        organisation_id=ORGANISATION_ID,
        event_id=invitation.event_id,
        message_id=invitation.message_id or uuid.uuid4(),
        template="candidate_invited",
        person_kind="candidate",
        person_id=invitation.candidate_id,
        answer=answer,
        answered_at=clock.now() + timedelta(seconds=seconds),
    )


def _by_calendar(invitation: Invitation, answer: str) -> CalendarEntryAnswered:
    return CalendarEntryAnswered(
        organisation_id=ORGANISATION_ID,
        event_id=invitation.event_id,
        person_kind="candidate",
        person_id=invitation.candidate_id,
        key="visit",
        version=1,
        answer=answer,
        comment="",
        answered_at=clock.now(),
    )


def _state(service: ServiceUnderTest, invitation: Invitation) -> tuple[str, str | None]:
    with service.session() as session:
        found = session.get_one(Invitation, invitation.id)
        return found.state, found.answered_by


def test_a_word_by_message_is_the_candidates_answer(registration: ServiceUnderTest, invitation: Invitation) -> None:
    registration.deliver(_by_message(invitation))
    assert _state(registration, invitation) == ("accepted", "candidate")
    assert [one.state for one in registration.outbox(InvitationAnswered)] == ["accepted"]


def test_a_change_of_mind_counts_and_an_older_word_does_not(
    registration: ServiceUnderTest, invitation: Invitation
) -> None:
    yes, no = _by_message(invitation), _by_message(invitation, "declined", 1)
    for said in (yes, no, yes):
        registration.deliver(said)
    assert _state(registration, invitation)[0] == "declined"


@pytest.mark.parametrize(
    ("answer", "state"), [("accepted", "accepted"), ("declined", "declined"), ("tentative", "sent")]
)
def test_the_calendar_answers_for_the_candidate(
    registration: ServiceUnderTest, invitation: Invitation, answer: str, state: str
) -> None:
    registration.deliver(_by_calendar(invitation, answer))
    assert _state(registration, invitation)[0] == state


@pytest.mark.parametrize(
    "changes", [{"template": "event_moved"}, {"person_kind": "contact"}, {"person_id": uuid.UUID(int=1)}]
)
def test_a_word_about_something_else_changes_nothing(
    registration: ServiceUnderTest, invitation: Invitation, changes: dict[str, object]
) -> None:
    registration.deliver(replace(_by_message(invitation), **changes))
    assert _state(registration, invitation)[0] == "sent"


def test_a_word_that_comes_too_late_changes_nothing_and_breaks_nothing(
    registration: ServiceUnderTest, invitation: Invitation
) -> None:
    with clock.at(clock.now() + timedelta(days=400)):
        registration.deliver(_by_message(invitation))
    assert _state(registration, invitation)[0] == "sent"
