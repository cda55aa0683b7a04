"""The whole problem for CP-SAT (OR-Tools), as its manual would have it: a Boolean for each choice and round.

Interpreters are counted by groups, which makes it easier for CP-SAT than naming them would.
"""

from collections import defaultdict
from collections.abc import Callable

from ortools.sat.python import cp_model

from services.scheduling.planning import Problem
from services.scheduling.planning.choices import list_choices
from services.scheduling.planning.groups import group_interpreters
from services.scheduling.planning.instance import DIRECT, Instance, bits

WORKERS = 8
Booleans = dict[tuple[int, ...], list[cp_model.IntVar]]


def solve(problem: Problem, seconds: float, tell: Callable[[int, int | None], None]) -> tuple[int, int]:
    """The best value found and the bound proven within so many seconds, building the model not counted."""
    model = _build(Instance(problem))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = WORKERS
    solver.solve(model, _Teller(tell))
    return round(solver.objective_value), int(solver.best_objective_bound)


class _Teller(cp_model.CpSolverSolutionCallback):
    """Tells of every better solution."""

    def __init__(self, tell: Callable[[int, int | None], None]) -> None:
        super().__init__()
        self._tell = tell

    def on_solution_callback(self) -> None:
        """Called by the solver."""
        self._tell(round(self.objective_value), int(self.best_objective_bound))


def _build(instance: Instance) -> cp_model.CpModel:
    model = cp_model.CpModel()
    of_candidate: Booleans = defaultdict(list)
    of_day: Booleans = defaultdict(list)
    at_stand: Booleans = defaultdict(list)
    of_team: Booleans = defaultdict(list)
    worth = []
    for choice in list_choices(instance):
        own = []
        for number in bits(choice.rounds):
            taken = model.new_bool_var("")
            own.append(taken)
            worth.append(choice.score * taken)
            of_candidate[choice.candidate,].append(taken)
            of_day[choice.candidate, number].append(taken)
            at_stand[choice.stand, number].append(taken)
            if choice.team != DIRECT:
                of_team[choice.team, number].append(taken)
        model.add_at_most_one(own)
        if choice.must:
            model.add_bool_or(own)
    for day in of_day.values():
        model.add_at_most_one(day)
    for (candidate,), taken_by in of_candidate.items():
        model.add(sum(taken_by) <= instance.limit[candidate])
        steps = [step for step in instance.steps[: instance.limit[candidate]] if step]
        climbed = [model.new_bool_var("") for _ in steps]
        model.add(sum(climbed) <= sum(taken_by))
        worth += [step * up for step, up in zip(steps, climbed, strict=True)]
    for (stand, number), sitting in at_stand.items():
        model.add(sum(sitting) <= instance.seats[stand][number])
    _add_interpreters(model, instance, of_team)
    model.maximize(sum(worth))
    return model


def _add_interpreters(model: cp_model.CpModel, instance: Instance, of_team: Booleans) -> None:
    groups = group_interpreters(instance)
    work: Booleans = defaultdict(list)
    for (team, number), asked in of_team.items():
        serving = []
        for at, group in enumerate(groups):
            if team in group.teams and group.duty >> number & 1:
                flow = model.new_int_var(0, len(group.members), "")
                serving.append(flow)
                work[at, number].append(flow)
        model.add(sum(asked) <= sum(serving))
    for at, group in enumerate(groups):
        for rounds, most in group.limits(instance.rounds):
            inside = [flow for number in bits(rounds) for flow in work[at, number]]
            if inside:
                model.add(sum(inside) <= most)
