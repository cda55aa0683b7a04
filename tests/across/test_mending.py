"""An address is corrected where a message failed; who keeps the person takes it over, and nobody is told twice."""

import uuid
from dataclasses import replace

import pytest
from sqlalchemy import select

from services.registration.candidates.models import Candidate
from services.registration.invitations.models import Invitation
from services.registration.invitations.rules import invite_candidates, needs_paper
from services.registration.stands.models import Contact
from services.scheduling.events.models import Attendee, Stand
from services.scheduling.interpreters.models import Interpreter
from shared.events import AddressMended, InvitationAnswered, SendMessage
from tests.factories import candidates, events, invitations, stands
from tests.factories import scheduling as planning
from tests.service_under_test import ORGANISATION_ID, ServiceUnderTest

OLD, NEW = "dead@example.org", "right@example.org"


def _mended(kind: str, person_id: uuid.UUID, **changes: str | None) -> AddressMended:
    return replace(AddressMended(ORGANISATION_ID, kind, person_id, "email", OLD, NEW), **changes)


@pytest.fixture
def candidate_id(registration: ServiceUnderTest) -> uuid.UUID:
    """Somebody who said yes, with an address that does not work."""
    with registration.session() as session:
        one = candidates.make_candidate(session, email=OLD)
        invited = invitations.make_invitations(session, candidates=[one], answers=("accepted",))
        invited[0].not_delivered = "address_refused"
        return one.id


def test_candidate_gets_the_address_and_planning_hears_and_nothing_is_sent(
    registration: ServiceUnderTest, candidate_id: uuid.UUID
) -> None:
    registration.forget_outbox()
    registration.deliver(_mended("candidate", candidate_id, old="Dead@Example.org"))
    with registration.session() as session:
        assert session.scalars(select(Candidate.email)).one() == NEW
        assert session.scalars(select(Invitation.not_delivered)).one() is None
    (told,) = registration.outbox(InvitationAnswered)
    assert told.candidate.email == NEW
    assert registration.outbox(SendMessage) == []


def test_who_was_corrected_meanwhile_keeps_the_newer_address(
    registration: ServiceUnderTest, candidate_id: uuid.UUID
) -> None:
    registration.deliver(_mended("candidate", candidate_id, old="older@example.org"))
    with registration.session() as session:
        assert session.scalars(select(Candidate.email)).one() == OLD


def test_somebody_without_an_address_is_written_to_from_now_on(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        one = candidates.make_candidate(session)
        candidate_id = one.id
        (waiting,) = invite_candidates(session, events.make_event(session), [one.id], invitations.SIGNING_SEED)
        assert needs_paper(waiting)
    registration.deliver(_mended("candidate", candidate_id, old=None))
    registration.deliver(_mended("candidate", candidate_id, channel="sms", old=None, new="+31612345678"))
    with registration.session() as session:
        row, invitation = session.scalars(select(Candidate)).one(), session.scalars(select(Invitation)).one()
        assert (row.email, row.mobile, row.contact_by) == (NEW, "+31612345678", "email")
        assert (invitation.state, needs_paper(invitation)) == ("sent", False)


def test_contact_gets_the_address_and_planning_hears(
    registration: ServiceUnderTest, scheduling: ServiceUnderTest
) -> None:
    with registration.session() as session:
        employer = stands.make_employer(session, email=OLD)
        invited = stands.make_invitation(session, events.make_event(session), employer)
        stands.make_booking(session, invited, "4")
        contact_id = invited.contact_id
    scheduling.deliver_all(registration.outbox())
    registration.forget_outbox()
    registration.deliver(_mended("contact", contact_id))
    assert registration.outbox(SendMessage) == []
    scheduling.deliver_all(registration.outbox())
    with registration.session() as session:
        assert session.scalars(select(Contact.email)).one() == NEW
    with scheduling.session() as session:
        contact = session.scalars(select(Stand.contact)).one()
    assert contact is not None
    assert contact["email"] == NEW


def test_mailbox_of_another_contact_is_left_to_a_person(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        employer = stands.make_employer(session, email=OLD)
        contact_id = stands.make_contact(session, employer).id
        session.add(
            Contact(
                organisation_id=employer.organisation_id, employer_id=employer.id, name="Other", email=NEW.upper(),
                language="nl", created_at=employer.created_at,
            )
        )  # fmt: skip
    registration.deliver(_mended("contact", contact_id))
    with registration.session() as session:
        assert set(session.scalars(select(Contact.email))) == {OLD, NEW.upper()}


def test_interpreter_gets_the_address(scheduling: ServiceUnderTest) -> None:
    with scheduling.session() as session:
        interpreter = _interpreter(session)
    scheduling.deliver(_mended("interpreter", interpreter.id, old=interpreter.email))
    scheduling.deliver(_mended("interpreter", interpreter.id, old="older@example.org", new="third@example.org"))
    with scheduling.session() as session:
        assert session.scalars(select(Interpreter.email)).one() == NEW


def test_events_about_people_that_are_nobody_change_nothing(
    registration: ServiceUnderTest, scheduling: ServiceUnderTest
) -> None:
    for kind in ("candidate", "contact", "interpreter", "staff"):
        for service in (registration, scheduling):
            service.deliver(_mended(kind, uuid.uuid4()))
    with scheduling.session() as session:
        assert session.scalars(select(Attendee)).all() == []


def _interpreter(session):
    """An interpreter of the region."""
    return planning.make_interpreter(session, "Olena")
