"""What the models choose from: every conversation that could be, with the rounds in which it could be."""

from dataclasses import dataclass

from .instance import Instance, bits


@dataclass(frozen=True, slots=True)
class Choice:
    """A candidate and a stand who may talk: their score, the team needed (or DIRECT), and the set of rounds possible.

    `must`: a fixed conversation; its one round is the one it is fixed in.
    """

    candidate: int
    stand: int
    team: int
    score: int
    rounds: int
    must: bool = False


def list_choices(instance: Instance) -> list[Choice]:
    """Every pair with at least one round, candidate by candidate. Fixed conversations must not clash."""
    fixed = {
        (instance.candidate_at[one.candidate], instance.stand_at[one.stand]): one.round
        for one in instance.problem.fixed
    }
    busy: dict[int, int] = {}
    for (candidate, _), number in fixed.items():
        busy[candidate] = busy.get(candidate, 0) | 1 << number
    seats = [sum(1 << number for number, count in enumerate(counts) if count) for counts in instance.seats]
    served = [_rounds_of_team(instance, team) for team in instance.teams]
    served.append(-1)  # DIRECT is the last: any round
    found = []
    for candidate, options in enumerate(instance.options):
        if not instance.limit[candidate]:
            continue
        free = instance.present[candidate] & ~busy.get(candidate, 0)
        for stand, option in options.items():
            if (candidate, stand) in fixed:
                only = 1 << fixed[candidate, stand]
                found.append(Choice(candidate, stand, option.team, option.score, only, must=True))
            elif rounds := free & seats[stand] & served[option.team]:
                found.append(Choice(candidate, stand, option.team, option.score, rounds))
    return found


def _rounds_of_team(instance: Instance, team: int) -> int:
    rounds = 0
    for interpreter in bits(team):
        rounds |= instance.duty[interpreter]
    return rounds
