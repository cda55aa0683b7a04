"""Personal links end here too, and last as long as the event that they are for."""

import itertools
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.registration.invitations.rules import load_invitation, reissue_pass
from services.scheduling.events.rules import load_attendees, load_event
from services.scheduling.interpreters.rules import LINK_LASTS_AFTER, engage_interpreter
from shared import clock
from shared.events import EventChanged, EventFacts, EventPublished, InvitationAnswered, LinkRevoked
from shared.identity import EndedSession, PersonalLink, link_address, revoke_links
from shared.identity.sessions import link_mark
from tests.factories.invitations import SIGNING_SEED, make_invitations
from tests.factories.scheduling import make_answer, make_facts, make_interpreter, tell_world
from tests.queries import queries_of
from tests.service_under_test import ORGANISATION_ID, ServiceUnderTest


def revocation(link_id: uuid.UUID | None) -> LinkRevoked:
    assert link_id is not None
    return LinkRevoked(ORGANISATION_ID, link_id, clock.now() + timedelta(days=14))


# ── a link of registration ────────────────────────────────────────────────────────────────────────────────────


def test_a_new_pass_in_registration_ends_the_session_here(
    registration: ServiceUnderTest, scheduling: ServiceUnderTest
) -> None:
    """The whole way: a cookie that registration made, and what registration tells."""
    with registration.session() as session:
        (invitation,) = make_invitations(session, answers=["accepted"])
    scheduling.deliver_all(registration.outbox())
    here = scheduling.client()
    _let_in(registration, here, invitation.link_id)
    address = f"/my/timetable/{invitation.event_id}"
    scheduling.deliver(EventPublished(make_facts(event_id=invitation.event_id)))
    assert here.get(address).status_code == 200
    registration.forget_outbox()
    with registration.session() as session:
        found = load_invitation(session, invitation.event_id, invitation.id)
        reissue_pass(session, found, SIGNING_SEED)
    scheduling.deliver_all(registration.outbox())
    with queries_of(scheduling) as statements:
        answer = here.get(address)
    assert answer.status_code == 410
    assert answer.get_data(as_text=True).count('<section class="hd-prose" lang="') == 4
    assert sum("ended_session" in one for one in statements) == 1
    with scheduling.session() as session:
        assert [one.link_id for one in load_attendees(session, invitation.event_id)] == [found.link_id]
    _let_in(registration, here, found.link_id)
    assert here.get(address).status_code == 200


def _let_in(registration: ServiceUnderTest, here: FlaskClient, link_id: uuid.UUID | None) -> None:
    """Open the link at registration; one cookie serves both."""
    assert link_id is not None
    settings, there = registration.floor.settings, registration.client()
    assert there.get(link_address(settings, link_id).removeprefix(settings.base_url)).status_code == 303
    cookie = there.get_cookie("handdruk")
    assert cookie is not None
    here.set_cookie("handdruk", cookie.value)


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_a_revoked_link_stays_dead_whatever_comes_in_which_order(
    scheduling: ServiceUnderTest, order: tuple[int, ...]
) -> None:
    event = make_facts()
    first = make_answer(event, 101)
    second: InvitationAnswered = replace(first, version=2, link_id=uuid.uuid4())
    told = [first, second, revocation(first.link_id), revocation(first.link_id)]
    scheduling.deliver(EventPublished(event))
    scheduling.deliver_all([told[number] for number in order])
    with scheduling.session() as session:
        assert [one.link_id for one in load_attendees(session, event.event_id)] == [second.link_id]
        assert first.link_id is not None
        assert second.link_id is not None
        assert session.get(EndedSession, link_mark(first.link_id)) is not None
        assert session.get(EndedSession, link_mark(second.link_id)) is None


def test_a_revocation_that_comes_after_all_sessions_ended_leaves_nothing(scheduling: ServiceUnderTest) -> None:
    scheduling.deliver(LinkRevoked(ORGANISATION_ID, uuid.uuid4(), clock.now() - timedelta(seconds=1)))
    with scheduling.session() as session:
        assert session.scalar(select(func.count()).select_from(EndedSession)) == 0


# ── an interpreter's link, which is made here ─────────────────────────────────────────────────────────────────


def test_an_interpreters_revoked_link_ends_the_session(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, interpreters=2)
    address = f"/my/day/{world.event.event_id}"
    browsers = [_opened(scheduling, one) for one in world.interpreters]
    assert [one.get(address).status_code for one in browsers] == [200, 200]
    with scheduling.session() as session:
        (revoked,) = revoke_links(session, world.interpreters[0], world.event.event_id)
        assert revoke_links(session, world.interpreters[0]) == []
        assert revoked == _links(session, world.interpreters[0])[0].id
    assert [one.get(address).status_code for one in browsers] == [410, 200]


def _opened(scheduling: ServiceUnderTest, interpreter_id: uuid.UUID) -> FlaskClient:
    with scheduling.session() as session:
        (link,) = _links(session, interpreter_id)
    settings, client = scheduling.floor.settings, scheduling.client()
    path = link_address(settings, link.id, "scheduling").removeprefix(f"{settings.base_url}/scheduling")
    assert client.get(path).status_code == 303
    return client


def _links(session: Session, interpreter_id: uuid.UUID) -> list[PersonalLink]:
    return list(session.scalars(select(PersonalLink).where(PersonalLink.person_id == interpreter_id)))


def later(event: EventFacts, version: int, days: int, moved: bool = True) -> EventChanged:
    day = timedelta(days=days)
    return EventChanged(
        replace(event, version=version, starts_at=event.starts_at + day, ends_at=event.ends_at + day), moved
    )


@pytest.mark.parametrize(
    ("changes", "days"),
    [
        ([(2, 30, True)], 30),
        ([(2, -3, True)], -3),
        ([(2, 30, True), (2, 30, True)], 30),
        # News of the move comes after a newer version, or never.
        ([(3, 30, False), (2, 10, True)], 30),
        ([(3, 30, True), (2, 10, True)], 30),
    ],
)
def test_an_interpreters_link_lasts_as_long_after_the_event_when_it_moves(
    scheduling: ServiceUnderTest, changes: list[tuple[int, int, bool]], days: int
) -> None:
    world = tell_world(scheduling, interpreters=1)
    other = make_facts()
    scheduling.deliver(EventPublished(other))
    _engage_elsewhere(scheduling, other)
    scheduling.deliver_all(later(world.event, version, moved_by, moved) for version, moved_by, moved in changes)
    with scheduling.session() as session:
        (link,) = _links(session, world.interpreters[0])
        assert link.expires_at == world.event.ends_at + timedelta(days=days) + LINK_LASTS_AFTER
        untouched = session.scalars(select(PersonalLink).where(PersonalLink.event_id == other.event_id)).one()
        assert abs(untouched.expires_at - other.ends_at - LINK_LASTS_AFTER) < timedelta(minutes=1)


def _engage_elsewhere(scheduling: ServiceUnderTest, event: EventFacts) -> None:
    with scheduling.session() as session:
        engage_interpreter(session, load_event(session, event.event_id), make_interpreter(session), range(2))


def test_a_revoked_link_is_not_extended(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, interpreters=1)
    with scheduling.session() as session:
        revoke_links(session, world.interpreters[0])
        before = _links(session, world.interpreters[0])[0].expires_at
    scheduling.deliver(later(world.event, 2, 30))
    with scheduling.session() as session:
        (link,) = _links(session, world.interpreters[0])
    assert (link.expires_at, link.revoked_at is None) == (before, False)
