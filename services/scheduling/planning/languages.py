"""Can these two talk, and if not by themselves, with which interpreters?"""

from collections.abc import Iterable, Mapping

from .problem import Interpreter, Level


def spoken(languages: Mapping[str, Level], least: Level) -> frozenset[str]:
    """Return the languages known at the level `least` or better."""
    return frozenset(code for code, level in languages.items() if level >= least)


def talk_directly(one: frozenset[str], other: frozenset[str]) -> bool:
    """Say whether two sides, given as what they speak well enough, share a language."""
    return not one.isdisjoint(other)


def bridge(interpreter: Interpreter, one: frozenset[str], other: frozenset[str]) -> tuple[str, str] | None:
    """Return the first pair of the interpreter that joins both sides, as (language of `one`, language of `other`)."""
    return join(interpreter.pairs, one, other)


def join(pairs: Iterable[tuple[str, str]], one: frozenset[str], other: frozenset[str]) -> tuple[str, str] | None:
    """Return the first of the pairs that joins both sides, as (language of `one`, language of `other`)."""
    for first, second in pairs:
        if first in one and second in other:
            return first, second
        if second in one and first in other:
            return second, first
    return None


def serving(interpreters: Iterable[Interpreter], one: frozenset[str], other: frozenset[str]) -> list[int]:
    """Return the numbers of the interpreters who can stand between both sides, whatever the round."""
    return [number for number, interpreter in enumerate(interpreters) if bridge(interpreter, one, other)]
