"""Who talks to whom in which round, with which interpreter: a problem in, a plan and a bound out.

Pure Python over plain values; no web, no database. `problem.py` and `plan.py` say what goes in and comes out. The rest,
by what it is for; `docs/planner.md` tells how it works together:

* the planner: `process.py` starts `child.py`, which runs `solver.py`, stage by stage: `selecting`, `timing`,
  `seating` with `chains`, `neighbourhoods`; `rotation`; `shortening` with `annealing`, `waiting`, `patterns` and
  `idle_bound`; `moves` and `moves_bound`. They share `instance`, `choices`, `groups`, `draft`, `linear` and `watch`;
* on the day: `replan.py`, with `changes`, `keeping`, `continuing`, `shortlist`, `filling`, `handing`, `standing`,
  `staying` and `idle`;
* the greedy planner, a yardstick, and quick where models get no time: `greedy.py`, with `board`, `crew`, `placing`,
  `improving`, `bound` and `idle`;
* why: `explain.py`, with `obstacles` and `unneeded`; fixed conversations that clash: `clashes.py`, with `staffing` and
  `unserved`;
* the judge: `check.py`. Files: `formats.py`, `fields`, `validity`. Invented events: `generate.py`, `generate_changes`.
"""

from .bound import upper_bound
from .changes import Difference, change_problem, compare
from .check import Verdict, check
from .errors import InvalidInput, PlannerFailed
from .explain import EmptySeats, Explainer
from .formats import from_json, to_json
from .generate import generate
from .greedy import solve_greedily
from .obstacles import Reason
from .plan import Clash, Conversation, Plan, Progress, Status
from .problem import Candidate, Changes, Fixed, Interpreter, Level, Pair, Problem, Rules, Stand
from .process import plan_anew, solve
from .unneeded import IdleInterpreter
from .validity import validate

__all__ = [
    "Candidate",
    "Changes",
    "Clash",
    "Conversation",
    "Difference",
    "EmptySeats",
    "Explainer",
    "Fixed",
    "IdleInterpreter",
    "Interpreter",
    "InvalidInput",
    "Level",
    "Pair",
    "Plan",
    "PlannerFailed",
    "Problem",
    "Progress",
    "Reason",
    "Rules",
    "Stand",
    "Status",
    "Verdict",
    "change_problem",
    "check",
    "compare",
    "from_json",
    "generate",
    "plan_anew",
    "solve",
    "solve_greedily",
    "to_json",
    "upper_bound",
    "validate",
]
