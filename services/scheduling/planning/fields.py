"""Values out of a JSON file, read one by one, so that what is wrong can be named by its path."""

import json
from collections.abc import Callable, Collection
from typing import Self, TypeVar

from .errors import InvalidInput

T = TypeVar("T")

MOST = 1e300
"""Past this a number could no longer be counted with."""
MOST_WHOLE = 2**63 - 1
"""Past this a whole number does not go through to the planner's process (frames.py), nor into a database."""
MOST_QUOTED = 60
"""Characters of a text from a file that a sentence repeats."""


class Node:
    """A value at its place in the file. The path is only put together when something is wrong."""

    __slots__ = ("_key", "_parent", "value")

    def __init__(self, value: object, parent: Self | None = None, key: str | int = "") -> None:
        self.value = value
        self._parent = parent
        self._key = key

    @property
    def path(self) -> str:
        """The place, as a person would write it down: `stands[2].seats[0]`."""
        if self._parent is None:
            return ""
        before = self._parent.path
        if isinstance(self._key, int):
            return f"{before}[{self._key}]"
        return f"{before}.{self._key}" if before else self._key

    def refuse(self, what: str) -> InvalidInput:
        """Return the error that says what is wrong here."""
        return InvalidInput(self.path, what)

    def members(self, required: Collection[str], optional: Collection[str] = ()) -> dict[str, "Node"]:
        """Read an object with these names, all of the required ones and no other than the optional ones."""
        found = self.entries()
        for name in required:
            if name not in found:
                raise self.refuse(f'"{name}" is missing')
        for name, node in found.items():
            if name not in required and name not in optional:
                raise InvalidInput(node.path, "unknown key")
        return found

    def entries(self) -> dict[str, "Node"]:
        """Read an object with any names that a path can show: a sentence with it may be read on a terminal."""
        if not isinstance(self.value, dict):
            raise self.refuse(f"must be an object, not {_kind(self.value)}")
        for name in self.value:
            if not name.isprintable():
                raise self.refuse("has a key with characters that cannot be shown")
            if len(name) > MOST_QUOTED:
                raise self.refuse(f"has a key of more than {MOST_QUOTED} characters")
        return {name: Node(value, self, name) for name, value in self.value.items()}

    def items(self) -> list["Node"]:
        """Read a list."""
        if not isinstance(self.value, list):
            raise self.refuse(f"must be a list, not {_kind(self.value)}")
        return [Node(value, self, number) for number, value in enumerate(self.value)]

    def each(self, read: Callable[["Node"], T]) -> tuple[T, ...]:
        """Read a list of values of one kind."""
        return tuple(read(node) for node in self.items())

    def couple(self, read: Callable[["Node"], T]) -> tuple[T, T]:
        """Read a list of exactly two values of one kind."""
        found = self.each(read)
        if len(found) != 2:
            raise self.refuse(f"must be a list of 2, not of {len(found)}")
        return found[0], found[1]

    def text(self) -> str:
        """Read a text that can be shown and written again: no control characters, no halves of surrogate pairs."""
        if not isinstance(self.value, str):
            raise self.refuse(f"must be a text, not {_kind(self.value)}")
        if not self.value.isprintable():
            raise self.refuse("has characters that cannot be shown")
        return self.value

    def whole(self) -> int:
        """Read a whole number."""
        if type(self.value) is not int:
            raise self.refuse(f"must be a whole number, not {_kind(self.value)}")
        if abs(self.value) > MOST_WHOLE:
            raise self.refuse("is too large a number")
        return self.value

    def number(self) -> float:
        """Read a number, whole or not; a whole number stays whole."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            raise self.refuse(f"must be a number, not {_kind(self.value)}")
        if not abs(self.value) <= MOST:
            raise self.refuse("is too large a number")
        return self.value


def parse(text: str | bytes) -> Node:
    """Read a JSON text. Raises InvalidInput, with line and column, where it is none, or a key stands twice."""
    try:
        return Node(json.loads(text, object_pairs_hook=_once_each, parse_constant=_no_number))
    except json.JSONDecodeError as error:
        raise InvalidInput("", f"not JSON: {error.msg} (line {error.lineno}, column {error.colno})") from error
    except UnicodeDecodeError as error:
        raise InvalidInput("", f"not text in UTF-8 (byte {error.start})") from error
    except RecursionError as error:
        raise InvalidInput("", "not a file of ours: nested too deeply") from error
    except InvalidInput:
        raise
    except ValueError as error:  # a number of more than 4,300 digits
        raise InvalidInput("", f"not JSON: {error}") from error


def _once_each(members: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(members)
    if len(found) < len(members):
        raise InvalidInput("", f"{_first_doubled(members)} stands twice in one object")
    return found


def _first_doubled(members: list[tuple[str, object]]) -> str:
    seen: set[str] = set()
    for name, _ in members:
        if name in seen:
            return f'the key "{quote(name)}"' if name.isprintable() else "a key with characters that cannot be shown"
        seen.add(name)
    return "a key"


def quote(text: str) -> str:
    """As much of a text from a file as a sentence has room for."""
    return text if len(text) <= MOST_QUOTED else f"{text[:MOST_QUOTED]}…"


def _no_number(name: str) -> object:
    raise InvalidInput("", f"not JSON: {name} is no number")


def _kind(value: object) -> str:
    if value is None:
        return "null"
    names = {bool: "true or false", int: "a number", float: "a number", str: "a text", list: "a list"}
    return names.get(type(value), "an object")
