"""The parts of planning anew, where a whole plan would hide a mistake: rest, ladder and hand-overs across the round."""

from services.scheduling.planning import Conversation, Problem, Rules
from services.scheduling.planning.continuing import Continuation
from services.scheduling.planning.crew import Crew
from services.scheduling.planning.groups import Group
from services.scheduling.planning.handing import hand_out_around
from services.scheduling.planning.instance import Instance, span
from services.scheduling.planning.selecting import Selecting
from tests.services.scheduling.planning.problems import (
    UKRAINIAN,
    candidate,
    everybody_may_talk,
    interpreter,
    stand,
)


def test_interpreters_are_the_same_only_with_the_same_work_within_the_stretch() -> None:
    people = (candidate("C1", UKRAINIAN, (0, 3)), candidate("C2", UKRAINIAN, (0, 3)))
    helpers = tuple(interpreter(f"I{at}", rounds=range(4), stretch=(1, 3)) for at in (1, 2))
    problem = everybody_may_talk(Problem(4, Rules(), (stand(seats=(2, 2, 2, 2)),), people, helpers))
    past = [Conversation("C1", "S1", 0, "I1")]
    to_come = {"C1": span(2, 3), "C2": span(2, 3)}
    near = Continuation(problem, 2, to_come, past)
    assert [(group.members, group.worked) for group in near.groups] == [((0,), 0b1), ((1,), 0)]
    far = Continuation(problem, 3, to_come, past)
    assert [(group.members, group.worked) for group in far.groups] == [((0, 1), 0)]


def test_capacity_counts_work_that_is_over_as_rest_needed() -> None:
    group = Group(frozenset((0,)), span(2, 5), (2, 3), (0, 1), worked=0b11)
    assert group.capacity(0b100) == 0
    assert group.capacity(span(2, 5)) == 2 * 2
    assert (0b111, 4) in list(group.limits(6))


def test_selection_climbs_the_ladder_on_from_where_it_was() -> None:
    problem = everybody_may_talk(Problem(3, Rules(max_conversations=2), (stand("S1"), stand("S2")), (candidate(),)))
    day = Continuation(problem, 1, {"C1": span(1, 2)}, [Conversation("C1", "S1", 0)])
    choices = day.start({}).choices[:-1]
    selection = Selecting(day.instance, day.groups, choices, day.later, {0: 1}).run(60)
    assert selection is not None
    assert selection.bound == 300 + 50


def _crew() -> Crew:
    """Team 0 is I1 and I2, team 1 is I1 alone: only that one knows Polish."""
    people = (candidate("C1", UKRAINIAN), *(candidate(name, {"pl": UKRAINIAN["uk"]}) for name in ("C2", "C3")))
    helpers = (interpreter("I1", (("uk", "nl"), ("pl", "nl")), stretch=(1, 2)), interpreter("I2", stretch=(1, 2)))
    crew = Crew(Instance(everybody_may_talk(Problem(3, Rules(), (stand(),), people, helpers))))
    assert crew.teams == [0b11, 0b01]
    return crew


def test_interpreter_passes_on_what_leaves_no_time_for_what_nobody_else_can_do() -> None:
    crew = _crew()
    assert hand_out_around(crew, span(0, 2), [(2, 0, 0), (1, 1, 1)], {(0, 2): 0})
    assert crew.jobs == [{}, {0: (1, 1)}, {1: (0, 0)}]


def test_nothing_is_handed_out_when_the_stretch_leaves_no_way() -> None:
    crew = _crew()
    assert not hand_out_around(crew, span(0, 2), [(0, 2, 1), (2, 0, 0), (1, 1, 1)], {(2, 0): 0, (0, 2): 0})
    assert crew.jobs == [{}, {}, {}]
