"""What a plan leaves open and why: kept when it is made, told on the page and in the API without asking the planner."""

import uuid
from dataclasses import replace
from typing import Any

import pytest

from services.scheduling.events.rules import load_event
from services.scheduling.interpreters.models import Interpreter
from services.scheduling.planning.obstacles import MOST_NAMED
from services.scheduling.timetable import rules
from services.scheduling.timetable.models import Plan
from services.scheduling.timetable.naming import name_in_the_way
from services.scheduling.timetable.rules import People
from services.scheduling.timetable.unneeded import name_rounds, tell_idle
from tests.factories.scheduling import World, make_answer, tell_world
from tests.queries import queries_of
from tests.service_under_test import ServiceUnderTest
from tests.services.scheduling.timetable.asking import ask
from tests.services.scheduling.timetable.test_plans import make_plan, publish
from tests.services.scheduling.timetable.test_replanning import at_round, published, replan

UNCHANGED = ("unmet-wishes", "free-seats", "idle-interpreters")


def page_of(service: ServiceUnderTest, world: World) -> str:
    return service.signed_in().get(f"/events/{world.event.event_id}/plan").get_data(as_text=True)


def people_of(service: ServiceUnderTest, world: World) -> People:
    with service.session() as session:
        return rules.load_people(session, load_event(session, world.event.event_id))


def test_idle_interpreter_has_a_reason_on_the_page_and_in_the_api(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, stands=1, candidates=1, interpreters=1, rounds=3)
    plan_id = make_plan(scheduling, world)
    [idle] = ask(scheduling, f"plans/{plan_id}/idle-interpreters").get_json()
    assert idle["interpreter_id"] == str(world.interpreters[0])
    assert (idle["reason"], len(idle["rounds"])) == ("met_already", 2)
    met = "1 candidate who needs these languages meets every stand that fits at another time (101)."
    assert idle["sentences"][1:] == [met]
    page = page_of(scheduling, world)
    assert "Interpreters without work in some rounds" in page
    assert "1 interpreter, and why" in page
    for told in (idle["name"], *idle["sentences"]):
        assert told in page


def test_interpreter_whom_nobody_needs_is_told(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, stands=1, candidates=0, interpreters=1, rounds=2)
    scheduling.deliver(make_answer(world.event, 101, languages={"nl": "B2"}))
    plan_id = make_plan(scheduling, world)
    [idle] = ask(scheduling, f"plans/{plan_id}/idle-interpreters").get_json()
    assert idle["sentences"] == ["No work in rounds 1\u20132.", "Nobody who comes needs these languages at a stand."]


def test_interpreters_with_work_in_every_round_are_not_listed(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, stands=1, candidates=1, interpreters=1, rounds=1)
    plan_id = make_plan(scheduling, world)
    assert ask(scheduling, f"plans/{plan_id}/idle-interpreters").get_json() == []
    assert "Interpreters without work" not in page_of(scheduling, world)


def test_those_on_the_seats_are_named(scheduling: ServiceUnderTest) -> None:
    """Of three candidates for the one seat, two are told who sits there: as a missing one and in the page."""
    world = tell_world(scheduling, stands=1, candidates=0, interpreters=1, rounds=1)
    answers = [make_answer(world.event, 101 + n, languages={"nl": "B2"}) for n in range(3)]
    scheduling.deliver_all(answers)
    plan_id = make_plan(scheduling, world)
    with scheduling.session() as session:
        [sitting] = rules.load_plan(session, plan_id).conversations
        number = next(one.number for one in answers if one.invitation_id == sitting.invitation_id)
    found = ask(scheduling, f"plans/{plan_id}/missing").get_json()
    assert {one["sentence"] for one in found} == {f"All seats are taken in the rounds that fit ({number})."}
    assert f"All seats are taken in the rounds that fit ({number})." in page_of(scheduling, world)


def test_reasons_stay_those_of_the_time_when_the_plan_was_made(scheduling: ServiceUnderTest) -> None:
    """Somebody who says yes later is not in them, and the page sends as many queries as before."""
    world = tell_world(scheduling, stands=2, candidates=3, interpreters=1, rounds=4)
    plan_id = make_plan(scheduling, world)
    before = [ask(scheduling, f"plans/{plan_id}/{what}").get_json() for what in UNCHANGED]
    with queries_of(scheduling) as few:
        page_of(scheduling, world)
    scheduling.deliver_all([make_answer(world.event, 150 + n) for n in range(9)])
    assert [ask(scheduling, f"plans/{plan_id}/{what}").get_json() for what in UNCHANGED] == before
    with queries_of(scheduling) as many:
        page_of(scheduling, world)
    assert len(few) == len(many)
    assert not any("event_weights" in one for one in many)  # the planner's question is not built for a page


def test_plan_from_before_reasons_were_kept_is_shown_without(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, stands=2, candidates=1, rounds=2)
    plan_id = make_plan(scheduling, world)
    with scheduling.session() as session:
        session.get_one(Plan, plan_id).reasons = None
    for what in UNCHANGED:
        answer = ask(scheduling, f"plans/{plan_id}/{what}")
        assert (answer.status_code, answer.get_json()["code"]) == (409, "plan_unexplained")
    page = page_of(scheduling, world)
    assert "Publish the plan" in page
    assert "Interpreters without work" not in page
    address = f"/plans/{plan_id}/why?conversation={world.stands[0].booking_id}.0"
    assert address not in page
    assert scheduling.signed_in().get(address, headers={"HX-Request": "true"}).status_code == 404


def test_replan_tells_of_the_rounds_to_come_only(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, stands=2, candidates=2, interpreters=2, rounds=4)
    publish(scheduling, make_plan(scheduling, world))
    with at_round(world, 2):
        draft = replan(scheduling, world)
        seats = ask(scheduling, f"plans/{draft.id}/free-seats").get_json()
        idle = ask(scheduling, f"plans/{draft.id}/idle-interpreters").get_json()
    assert draft.from_round
    assert seats
    assert all(one["round"] >= draft.from_round for one in seats)
    assert idle
    assert all(number >= draft.from_round for one in idle for number in one["rounds"])


def test_conversation_from_before_languages_were_corrected_has_been(scheduling: ServiceUnderTest) -> None:
    """The planner is not told of a conversation that could not be planned any more, but it has been."""
    world = tell_world(scheduling, stands=1, candidates=1, interpreters=1, rounds=4)
    [stand], [answer] = world.stands, world.answers
    wished = replace(answer, version=2, wished_employers=(stand.employer_id,), last_round=1)
    scheduling.deliver(wished)
    publish(scheduling, make_plan(scheduling, world))
    scheduling.deliver(replace(wished, version=3, languages={"pl": "C1"}))
    before = published(scheduling, world).conversations
    with at_round(world, before[0].round):
        draft = replan(scheduling, world, leave_out_absent=False)
        assert [one.booking_id for one in draft.conversations] == [stand.booking_id]
        for what in ("unmet-wishes", "missing"):
            assert ask(scheduling, f"plans/{draft.id}/{what}").get_json() == []


# ── in words ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("rounds", "words"), [([0], "1"), ([0, 1], "1\u20132"), ([6, 0, 1, 2], "1\u20133, 7"), ([1, 3, 5], "2, 4, 6")]
)
def test_rounds_in_a_row_are_told_together(rounds: list[int], words: str) -> None:
    assert name_rounds(rounds) == words


def kept(reason: str, figures: dict[str, Any], *people: str) -> dict[str, Any]:
    return {"rounds": [0], "reason": reason, "figures": figures, "people": {reason: list(people)}}


@pytest.mark.parametrize(
    ("reason", "figures", "told"),
    [
        ("rest", {"most": 4, "window": 5}, "Time to rest: at most 4 of 5 rounds in a row."),
        ("possible", {}, "There is work; the planner stopped before it was given out."),
        ("absent", {"absent": 1}, "1 candidate who needs these languages is not there then (101)."),
        (
            "limit_reached",
            {"limit_reached": 7},
            "7 candidates who need these languages have as many conversations as one can have on a day (101 …).",
        ),
        ("busy", {"busy": 2}, "2 candidates who need these languages talk elsewhere then (101 …)."),
        (
            "seats_taken",
            {"seats_taken": 2, "stands": ["S"]},
            "For 2 candidates who need these languages all seats are taken then, by 101.",
        ),
    ],
)
def test_every_rule_has_its_sentence(
    scheduling: ServiceUnderTest, reason: str, figures: dict[str, Any], told: str
) -> None:
    world = tell_world(scheduling, candidates=1)
    with scheduling.app.test_request_context(headers={"Accept-Language": "en"}):
        people = people_of(scheduling, world)
        sentences = tell_idle(kept(reason, figures, str(world.answers[0].invitation_id)), people)
        assert sentences == ["No work in round 1.", told]


def test_stands_that_are_not_open_take_no_seats(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    with scheduling.app.test_request_context(headers={"Accept-Language": "en"}):
        sentences = tell_idle(kept("seats_taken", {"seats_taken": 1, "stands": []}), people_of(scheduling, world))
    assert sentences[1] == "For 1 candidate who needs these languages the stands are not open then."


def test_those_who_are_gone_are_not_named(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, candidates=MOST_NAMED, interpreters=1)
    people, gone = people_of(scheduling, world), str(uuid.uuid4())
    known = [str(one.invitation_id) for one in world.answers]
    with scheduling.session() as session:
        name = session.get_one(Interpreter, world.interpreters[0]).name
    assert name_in_the_way("So it is.", [gone], people) == "So it is."
    assert (
        name_in_the_way("So it is.", [gone, known[0], str(world.interpreters[0])], people) == f"So it is (101, {name})."
    )
    assert name_in_the_way("So it is.", known, people) == "So it is (101, 102, 103, 104, 105 …)."
    assert name_in_the_way("So it is.", known, people, number=MOST_NAMED) == "So it is (101, 102, 103, 104, 105)."
