"""Small problems for the tests: made by hand with good defaults, or drawn by Hypothesis, absurd ones included."""

from collections.abc import Mapping, Sequence
from random import Random

from hypothesis import strategies as st

from services.scheduling.planning import (
    Candidate,
    Conversation,
    Fixed,
    Interpreter,
    Level,
    Pair,
    Plan,
    Problem,
    Rules,
    Stand,
    check,
)

DUTCH = {"nl": Level.C2}
UKRAINIAN = {"uk": Level.C2}
RUSSIAN = {"ru": Level.C1}
CODES = ("nl", "uk", "ru", "en")
NAMES = ("Їжакевич-Ґалаґан", "O'Brien", "李", "n" * 200)


def stand(name: str = "S1", seats: Sequence[int] = (1, 1, 1), languages: Mapping[str, Level] = DUTCH) -> Stand:
    """A stand whose people speak Dutch."""
    return Stand(name, languages, tuple(seats))


def candidate(
    name: str = "C1",
    languages: Mapping[str, Level] = DUTCH,
    rounds: tuple[int, int] = (0, 2),
    limit: int | None = None,
) -> Candidate:
    """A candidate who speaks Dutch."""
    return Candidate(name, languages, rounds, limit)


def interpreter(
    name: str = "I1",
    pairs: Sequence[tuple[str, str]] = (("uk", "nl"),),
    rounds: Sequence[int] = (0, 1, 2),
    stretch: tuple[int, int] | None = None,
) -> Interpreter:
    """An interpreter of Ukrainian and Dutch."""
    return Interpreter(name, tuple(pairs), tuple(rounds), stretch)


def everybody_may_talk(problem: Problem, score: int = 50) -> Problem:
    """The same problem with every candidate and every stand as a pair."""
    pairs = tuple(Pair(one.id, other.id, score) for one in problem.candidates for other in problem.stands)
    return Problem(
        problem.rounds,
        problem.rules,
        problem.stands,
        problem.candidates,
        problem.interpreters,
        pairs,
        problem.fixed,
    )


def plan_of(problem: Problem, *conversations: Conversation, bound: int = 10**9) -> Plan:
    """A plan of these conversations that says the truth about itself, whatever rules it breaks."""
    counted = check(problem, Plan(conversations, 0, bound, 0, 0, 0.0, "within_gap"))
    return Plan(conversations, counted.value, bound, counted.idle_rounds, counted.interpreter_moves, 0.0, "within_gap")


LEVELS = st.sampled_from(Level)
USUAL = st.sampled_from((DUTCH, UKRAINIAN, RUSSIAN, {"uk": Level.C2, "nl": Level.A2}, {"nl": Level.C2, "en": Level.B2}))
ANY_LANGUAGES = st.dictionaries(st.sampled_from(CODES), LEVELS, max_size=3)
TWO_CODES = st.lists(st.sampled_from(CODES[:3]), min_size=2, max_size=2, unique=True).map(lambda two: (two[0], two[1]))
STRETCHES = st.tuples(st.integers(1, 3), st.integers(0, 2)).map(lambda pair: (pair[0], pair[0] + pair[1]))
ABSURD = st.sampled_from((False, False, False, True))


@st.composite
def problems(draw: st.DrawFn, most: int = 5, most_rounds: int = 6, most_pairs: int = 25) -> Problem:
    """A valid problem up to this size: mostly with something to plan, each part absurd now and then."""
    rounds = draw(st.integers(0 if draw(ABSURD) else 1, most_rounds))
    stands = _draw_stands(draw, rounds, most)
    candidates = _draw_candidates(draw, rounds, most)
    interpreters = _draw_interpreters(draw, rounds)
    everyone = draw(st.permutations([(one.id, other.id) for one in candidates for other in stands]))
    left_out = draw(st.integers(0, len(everyone))) if draw(ABSURD) else 0
    scores = st.just(0) if draw(ABSURD) else st.integers(0, 100)
    pairs = tuple(Pair(*both, draw(scores)) for both in everyone[left_out:][:most_pairs])
    return Problem(rounds, _draw_rules(draw), stands, candidates, interpreters, pairs)


def _draw_stands(draw: st.DrawFn, rounds: int, most: int) -> tuple[Stand, ...]:
    count = draw(st.integers(0 if draw(ABSURD) else 1, most))
    seats = st.lists(st.integers(0, 2), min_size=rounds, max_size=rounds)
    languages = ANY_LANGUAGES if draw(ABSURD) else USUAL
    return tuple(Stand(f"S{at}", draw(languages), tuple(draw(seats)), (at, at % 2)) for at in range(count))


def _draw_candidates(draw: st.DrawFn, rounds: int, most: int) -> tuple[Candidate, ...]:
    count = draw(st.integers(0 if draw(ABSURD) else 1, most))
    whole = st.just((0, rounds - 1))
    part = st.integers(0, rounds).flatmap(lambda first: st.tuples(st.just(first), st.integers(first - 1, rounds - 1)))
    windows = part if draw(ABSURD) else whole
    limits = st.none() | st.integers(0, 3) if draw(ABSURD) else st.none()
    languages = ANY_LANGUAGES if draw(ABSURD) else USUAL
    return tuple(
        Candidate(f"C{at} {NAMES[at % 4]}", draw(languages), draw(windows), draw(limits)) for at in range(count)
    )


def _draw_interpreters(draw: st.DrawFn, rounds: int) -> tuple[Interpreter, ...]:
    duty = st.lists(st.integers(0, rounds - 1), unique=True) if rounds else st.just([])
    given = duty if draw(ABSURD) else st.just(list(range(rounds)))
    pairs = st.lists(TWO_CODES, min_size=0 if draw(ABSURD) else 1, max_size=2)
    return tuple(
        Interpreter(f"I{at}", tuple(draw(pairs)), tuple(draw(given)), draw(st.none() | STRETCHES))
        for at in range(draw(st.integers(0, 3)))
    )


def _draw_rules(draw: st.DrawFn) -> Rules:
    ladders = st.lists(st.integers(0, 1000), max_size=4).map(lambda steps: tuple(sorted(steps, reverse=True)))
    if draw(ABSURD):
        return Rules(draw(LEVELS), draw(ladders), draw(st.integers(0, 4)), draw(STRETCHES))
    return Rules(stretch=draw(STRETCHES))


@st.composite
def problems_with_fixed(
    draw: st.DrawFn, most: int = 4, most_rounds: int = 4, most_pairs: int = 12, most_fixed: int = 3
) -> Problem:
    """A problem with conversations fixed at random: mostly possible ones, sometimes not."""
    free = draw(problems(most, most_rounds, most_pairs))
    if not free.rounds or not free.candidates or not free.stands:
        return free
    listed = [(pair.candidate, pair.stand) for pair in free.pairs]
    everyone = [(one.id, other.id) for one in free.candidates for other in free.stands]
    pair = st.sampled_from(listed or everyone) | st.sampled_from(everyone)
    whole = st.tuples(pair, st.integers(0, free.rounds - 1))
    fixed = tuple(Fixed(*both, number) for both, number in draw(st.lists(whole, unique=True, max_size=most_fixed)))
    return Problem(free.rounds, free.rules, free.stands, free.candidates, free.interpreters, free.pairs, fixed)


def crowded_problem(seed: int, candidates: int, stands: int, rounds: int, interpreters: int) -> Problem:
    """A problem in which everything is short: seats, rounds, interpreters and rest. The same for the same seed."""
    random = Random(seed)
    usual = (UKRAINIAN, RUSSIAN, DUTCH, {"uk": Level.C2, "nl": Level.A2}, {"ru": Level.C2, "en": Level.B1})
    hosts = (DUTCH, DUTCH, {"nl": Level.C2, "en": Level.B2}, {"nl": Level.C1, "ru": Level.B1})
    known = (("uk", "nl"), ("nl", "ru"), ("ru", "en"))
    windows = [
        sorted(random.choices(range(rounds), k=2)) if random.random() < 0.3 else (0, rounds - 1)
        for _ in range(candidates)
    ]
    people = [
        Candidate(f"C{at}", random.choice(usual), (first, last), random.choice((None, None, 1, 2)))
        for at, (first, last) in enumerate(windows)
    ]
    places = [
        Stand(f"S{at}", random.choice(hosts), tuple(random.choice((0, 1, 1, 2)) for _ in range(rounds)), (at, 0))
        for at in range(stands)
    ]
    helpers = [
        Interpreter(
            f"I{at}",
            tuple(random.sample(known, random.choice((1, 2)))),
            tuple(sorted(random.sample(range(rounds), random.randint(rounds // 2, rounds)))),
            random.choice((None, (1, 2), (2, 3))),
        )
        for at in range(interpreters)
    ]
    pairs = [
        Pair(one.id, other.id, random.randint(0, 100)) for one in people for other in places if random.random() < 0.8
    ]
    return Problem(rounds, Rules(), tuple(places), tuple(people), tuple(helpers), tuple(pairs))
