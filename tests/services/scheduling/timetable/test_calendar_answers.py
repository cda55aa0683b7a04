"""What interpreters' calendars answer to their blocks, and what the organiser sees of it."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from services.scheduling.interpreters.models import Engagement
from services.scheduling.timetable.models import RosterBlock
from shared import clock
from shared.events import CalendarEntryAnswered, MessageAnswered
from tests.factories.scheduling import World, tell_world
from tests.service_under_test import ORGANISATION_ID, ServiceUnderTest, post_form
from tests.services.scheduling.timetable.test_plans import make_plan, publish


@pytest.fixture
def world(scheduling: ServiceUnderTest) -> World:
    """An event with a published plan, in which interpreters work."""
    world = tell_world(scheduling)
    publish(scheduling, make_plan(scheduling, world))
    return world


def _block(service: ServiceUnderTest) -> RosterBlock:
    with service.session() as session:
        return session.scalars(select(RosterBlock).order_by(RosterBlock.interpreter_id, RosterBlock.key)).all()[0]


def _answer(block: RosterBlock, answer: str, **changes: object) -> CalendarEntryAnswered:
    said = CalendarEntryAnswered(
        organisation_id=ORGANISATION_ID,
        event_id=block.event_id,
        person_kind="interpreter",
        person_id=block.interpreter_id,
        key=block.key,
        version=block.version,
        answer=answer,
        comment="Ziek <b>helaas</b>",
        answered_at=clock.now(),
    )
    return replace(said, **changes)


def _rounds(service: ServiceUnderTest, interpreter_id: uuid.UUID) -> set[int]:
    with service.session() as session:
        return set(session.scalars(select(Engagement).where(Engagement.interpreter_id == interpreter_id)).one().rounds)


def _own(block: RosterBlock) -> set[int]:
    return set(range(block.content["first_round"], block.content["last_round"] + 1))


def test_a_no_takes_the_rounds_and_shows_the_gap(scheduling: ServiceUnderTest, world: World) -> None:
    block = _block(scheduling)
    scheduling.deliver(_answer(block, "declined"))
    assert (_block(scheduling).answer, _block(scheduling).comment) == ("declined", "Ziek <b>helaas</b>")
    assert not _rounds(scheduling, block.interpreter_id) & _own(block)
    page = scheduling.signed_in().get(f"/events/{world.event.event_id}/plan").get_data(as_text=True)
    assert "no interpreter now" in page
    assert "Make a new plan" in page
    assert "<b>helaas</b>" not in page
    own = scheduling.signed_in(
        "interpreter", kind="interpreter", subject_id=block.interpreter_id, event_id=world.event.event_id
    )
    assert "You said that you cannot be there" in own.get(f"/my/day/{world.event.event_id}").get_data(as_text=True)


def test_a_yes_after_a_no_gives_the_rounds_back(scheduling: ServiceUnderTest, world: World) -> None:
    block = _block(scheduling)
    before = _rounds(scheduling, block.interpreter_id)
    for answer in ("declined", "accepted"):
        scheduling.deliver(_answer(block, answer))
    assert _rounds(scheduling, block.interpreter_id) == before
    assert _block(scheduling).answer == "accepted"


def test_perhaps_is_shown_and_takes_nothing(scheduling: ServiceUnderTest, world: World) -> None:
    block = _block(scheduling)
    before = _rounds(scheduling, block.interpreter_id)
    scheduling.deliver(_answer(block, "tentative"))
    assert _rounds(scheduling, block.interpreter_id) == before
    page = scheduling.signed_in().get(f"/events/{world.event.event_id}/plan").get_data(as_text=True)
    assert "Ask whether they come" in page
    assert "Make a new plan" not in page


def test_a_no_on_the_own_page_shows_the_gap_as_well(scheduling: ServiceUnderTest, world: World) -> None:
    block = _block(scheduling)
    own = scheduling.signed_in(
        "interpreter", kind="interpreter", subject_id=block.interpreter_id, event_id=world.event.event_id
    )
    said = {"answer": "declined"}
    assert post_form(own, f"/my/day/{world.event.event_id}", said).status_code == 303
    page = scheduling.signed_in().get(f"/events/{world.event.event_id}/plan").get_data(as_text=True)
    assert "no interpreter now" in page
    assert "Make a new plan" in page
    assert "You said that you cannot be there" in own.get(f"/my/day/{world.event.event_id}").get_data(as_text=True)


def test_rounds_given_back_on_the_own_page_show_the_gap(scheduling: ServiceUnderTest, world: World) -> None:
    block = _block(scheduling)
    scheduling.deliver(_answer(block, "accepted"))
    with scheduling.session() as session:
        engagement = session.scalars(select(Engagement).where(Engagement.interpreter_id == block.interpreter_id)).one()
        engagement.rounds = sorted(set(engagement.rounds) - _own(block))
    page = scheduling.signed_in().get(f"/events/{world.event.event_id}/plan").get_data(as_text=True)
    assert "no interpreter now" in page


def test_twice_and_out_of_order_the_newest_counts(scheduling: ServiceUnderTest, world: World) -> None:
    block, now = _block(scheduling), clock.now()
    newest = _answer(block, "accepted", answered_at=now)
    for answer in (newest, _answer(block, "declined", answered_at=now - timedelta(minutes=1)), newest):
        scheduling.deliver(answer)
    assert _block(scheduling).answer == "accepted"


@pytest.mark.parametrize(
    "changes",
    [{"version": 0}, {"key": "interpreting:99"}, {"key": "stand"}, {"person_kind": "contact"},
     {"person_id": uuid.UUID(int=1)}],
)  # fmt: skip
def test_an_answer_to_something_else_changes_nothing(
    scheduling: ServiceUnderTest, world: World, changes: dict[str, object]
) -> None:
    scheduling.deliver(_answer(_block(scheduling), "declined", **changes))
    assert _block(scheduling).answer == "needs_action"


def test_a_word_by_message_answers_the_question_to_come(scheduling: ServiceUnderTest, world: World) -> None:
    interpreter_id = world.interpreters[0]
    said = MessageAnswered(
        organisation_id=ORGANISATION_ID, event_id=world.event.event_id, message_id=uuid.uuid4(),
        template="interpreter_invited", person_kind="interpreter", person_id=interpreter_id, answer="accepted",
        answered_at=clock.now(),
    )  # fmt: skip
    scheduling.deliver(said)
    scheduling.deliver(replace(said, answer="declined", answered_at=said.answered_at - timedelta(hours=1)))
    with scheduling.session() as session:
        engagement = session.scalars(select(Engagement).where(Engagement.interpreter_id == interpreter_id)).one()
    assert (engagement.answer, engagement.answered_at) == ("accepted", said.answered_at)
