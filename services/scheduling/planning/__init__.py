"""Who talks to whom in which round, with which interpreter: a problem in, a plan and a bound out.

Pure Python over plain values; no web, no database. `problem.py` and `plan.py` say what goes in and comes out.
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
