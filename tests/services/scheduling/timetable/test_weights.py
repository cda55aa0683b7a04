"""What counts: kept per event, shown before it is saved, and used by the next plan."""

from dataclasses import asdict, replace
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.scheduling.events.rules import load_event
from services.scheduling.timetable.questions import build_problem, load_weights
from services.scheduling.timetable.scores import Weights
from services.scheduling.timetable.weights import estimate_effect, save_weights
from shared.events import StandBooked
from tests.factories.scheduling import World, make_answer, tell_world
from tests.queries import count_queries
from tests.service_under_test import STRANGER_ORGANISATION_ID, ServiceUnderTest, post_form
from tests.services.scheduling.timetable.asking import send
from tests.services.scheduling.timetable.test_plans import make_plan

DEFAULTS = asdict(Weights())
ONLY_WISHES = {**dict.fromkeys(DEFAULTS, 0), "wish": 1}


def address_of(world: World) -> str:
    return f"/events/{world.event.event_id}/plan/weights"


def scores(service: ServiceUnderTest, world: World) -> set[int]:
    with service.session() as session:
        problem = build_problem(session, load_event(session, world.event.event_id))
        return {pair.score for pair in problem.pairs}


def wish(service: ServiceUnderTest, world: World, stand: StandBooked) -> None:
    service.deliver(make_answer(world.event, 140, wished_employers=(stand.employer_id,)))


def test_event_has_the_defaults_until_somebody_changes_them(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    with scheduling.session() as session:
        assert load_weights(session, world.event.event_id) == Weights()
    assert f'value="{Weights().wish}"' in scheduling.signed_in().get(address_of(world)).get_data(as_text=True)


def test_saved_weights_make_the_scores(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, stands=2, candidates=1)
    wish(scheduling, world, world.stands[0])
    client = scheduling.signed_in()
    answer = post_form(client, address_of(world), {name: str(value) for name, value in ONLY_WISHES.items()})
    assert answer.status_code == 303
    assert scores(scheduling, world) == {10, 100}


def test_each_event_has_weights_of_its_own(scheduling: ServiceUnderTest) -> None:
    one, other = tell_world(scheduling), tell_world(scheduling)
    with scheduling.session() as session:
        save_weights(session, load_event(session, one.event.event_id), Weights(**ONLY_WISHES))
    with scheduling.session() as session:
        assert load_weights(session, other.event.event_id) == Weights()


def test_work_that_is_reached_without_a_car_counts(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, stands=1, candidates=1)
    before = scores(scheduling, world)
    stand = world.stands[0]
    reachable = tuple(replace(one, reachable_without_car=True) for one in stand.vacancies)
    scheduling.deliver(replace(stand, version=2, vacancies=reachable))
    (plain,), (more,) = before, scores(scheduling, world)
    assert more > plain


def test_experience_that_the_employer_wishes_for_counts(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, stands=1, candidates=1)
    (stand,), (answer,) = world.stands, world.answers
    (without_wish,) = scores(scheduling, world)
    wished = tuple(replace(one, wanted_experience=("care", "childcare")) for one in stand.vacancies)
    scheduling.deliver(replace(stand, version=2, vacancies=wished))
    (unfulfilled,) = scores(scheduling, world)
    assert unfulfilled < without_wish
    experienced = replace(answer, version=2, did_sectors=("it", "childcare"))
    for event in (experienced, answer, experienced):
        scheduling.deliver(event)
    assert scores(scheduling, world) == {without_wish}


def test_effect_of_the_employers_wish_is_shown(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, stands=1, candidates=2)
    (stand,) = world.stands
    scheduling.deliver(replace(stand, version=2, vacancies=(replace(stand.vacancies[0], wanted_experience=("care",)),)))
    scheduling.deliver(replace(world.answers[0], version=2, did_sectors=("care",)))
    only_employers = Weights(**{**dict.fromkeys(DEFAULTS, 0), "employer_wish": 1})
    with scheduling.session() as session:
        event = load_event(session, world.event.event_id)
        assert {(band.lowest, band.after) for band in estimate_effect(session, event, only_employers).bands} >= {
            (10, 1), (80, 1),
        }  # fmt: skip
        save_weights(session, event, only_employers)
    assert scores(scheduling, world) == {10, 100}


@pytest.mark.parametrize("path", ["", "/effect"])
@pytest.mark.parametrize(("value", "status"), [("0", 0), ("100", 0), ("-1", 422), ("101", 422), ("a", 422), ("", 422)])
def test_weight_is_a_whole_number_up_to_a_hundred(
    scheduling: ServiceUnderTest, path: str, value: str, status: int
) -> None:
    world = tell_world(scheduling)
    typed = {**{name: str(number) for name, number in DEFAULTS.items()}, "hours": value}
    answer = post_form(scheduling.signed_in(), address_of(world) + path, typed, page=address_of(world))
    assert answer.status_code == (status or 303)
    if status:
        shown = answer.get_data(as_text=True)
        assert "hd-field--error" in shown
        assert f'value="{value}"' in shown


def test_database_takes_no_other_weights(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    for name in DEFAULTS:
        for wrong in (-1, 101):
            with scheduling.session() as session:
                save_weights(session, load_event(session, world.event.event_id), Weights())
            with pytest.raises(IntegrityError), scheduling.session() as session:
                session.execute(text(f"UPDATE event_weights SET {name} = {wrong}"))


def test_effect_is_shown_and_nothing_is_kept(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, stands=2, candidates=4)
    wish(scheduling, world, world.stands[0])
    typed = {name: str(value) for name, value in ONLY_WISHES.items()}
    answer = post_form(scheduling.signed_in(), address_of(world) + "/effect", typed, page=address_of(world))
    shown = scheduling.signed_in().get(answer.location).get_data(as_text=True)
    assert "10 of 10 pairs get another score" in shown
    assert "Score 10 to 19" in shown
    assert "now 0, then 9" in shown
    with scheduling.session() as session:
        assert load_weights(session, world.event.event_id) == Weights()


def test_effect_that_is_none_is_said(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, stands=2, candidates=4)
    typed = {name: str(value) for name, value in DEFAULTS.items()}
    client = scheduling.signed_in()
    answer = post_form(client, address_of(world) + "/effect", typed, page=address_of(world))
    assert "Nothing changes:" in client.get(answer.location).get_data(as_text=True)
    assert "Nothing changes:" not in client.get(address_of(world)).get_data(as_text=True)


def test_effect_counts_every_pair_once_before_and_after(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, stands=3, candidates=7)
    with scheduling.session() as session:
        effect = estimate_effect(session, load_event(session, world.event.event_id), Weights(**ONLY_WISHES))
    assert effect.pairs == 21
    assert sum(band.before for band in effect.bands) == sum(band.after for band in effect.bands) == 21


def test_page_says_which_wishes_the_present_plan_meets(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, stands=2, candidates=1)
    wish(scheduling, world, world.stands[1])
    make_plan(scheduling, world)
    shown = scheduling.signed_in().get(address_of(world)).get_data(as_text=True)
    assert "1 of 1 wish is met" in shown
    assert world.stands[1].employer in shown


def test_page_costs_the_same_for_many(scheduling: ServiceUnderTest) -> None:
    small, large = tell_world(scheduling, stands=1, candidates=1), tell_world(scheduling, stands=9, candidates=40)
    counts = [count_queries(scheduling, address_of(one), "organiser") for one in (small, large)]
    assert counts[0] == counts[1]


def test_api_shows_changes_and_weighs(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    address = f"/api{address_of(world)}"
    client = scheduling.signed_in()
    assert client.get(address).get_json() == DEFAULTS
    effect = send(scheduling, address + "/effect", ONLY_WISHES, "POST").get_json()
    assert (effect["pairs"], effect["changed"]) == (15, 15)
    assert client.get(address).get_json() == DEFAULTS
    assert send(scheduling, address, ONLY_WISHES).get_json() == ONLY_WISHES
    assert client.get(address).get_json() == ONLY_WISHES


@pytest.mark.parametrize("body", [{}, {**DEFAULTS, "wish": 101}, {**DEFAULTS, "wish": None}, {**DEFAULTS, "age": 1}])
def test_api_refuses_what_are_no_weights(scheduling: ServiceUnderTest, body: dict[str, Any]) -> None:
    world = tell_world(scheduling)
    assert send(scheduling, f"/api{address_of(world)}", body).status_code == 422


def test_strangers_and_others_do_not_get_at_them(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    assert scheduling.signed_in("desk_adviser").get(address_of(world)).status_code == 403
    stranger = scheduling.signed_in(organisation_id=STRANGER_ORGANISATION_ID)
    assert stranger.get(address_of(world)).status_code == 404
