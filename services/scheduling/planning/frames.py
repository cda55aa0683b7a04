"""What the planner's two processes tell each other: the request one way, progress and plans the other, as MessagePack.

A frame is one byte for its kind, four for its length, and the body.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from .errors import InvalidInput
from .plan import Plan, Progress
from .problem import Changes, Problem


@dataclass(frozen=True, slots=True)
class Day:
    """The plan of a day under way, what changed, and the first round that can still be planned anew."""

    plan: Plan
    changes: Changes
    from_round: int


@dataclass(frozen=True, slots=True)
class Request:
    """Plan the problem, or what is left of its `day`.

    `deadline` is on the clock that all processes of a machine share (time.monotonic), `parent` the asker's id.
    """

    problem: Problem
    seed: int
    deadline: float
    parent: int
    day: Day | None = None


@dataclass(frozen=True, slots=True)
class Better:
    """A plan on the way, better than those before."""

    plan: Plan


@dataclass(frozen=True, slots=True)
class Final:
    """The plan; nothing comes after it."""

    plan: Plan


@dataclass(frozen=True, slots=True)
class Refused:
    """What was asked cannot be used; nothing comes after it."""

    path: str
    what: str

    def error(self) -> InvalidInput:
        """What was raised in the other process."""
        return InvalidInput(self.path, self.what)


Frame = Progress | Better | Final | Refused

_HEAD = struct.Struct(">cI")
_TYPES: dict[bytes, type[Frame]] = {b"p": Progress, b"b": Better, b"f": Final, b"r": Refused}
_KINDS = {thing: kind for kind, thing in _TYPES.items()}


def pack_request(request: Request) -> bytes:
    """Write a request: quicker than pickle, and nothing but values can come out of it."""
    return msgspec.msgpack.encode(request)


def unpack_request(body: bytes) -> Request:
    """Read what `pack_request` wrote."""
    return msgspec.msgpack.decode(body, type=Request)


def pack(frame: Frame) -> bytes:
    """Write a frame."""
    body = msgspec.msgpack.encode(frame)
    return _HEAD.pack(_KINDS[type(frame)], len(body)) + body


def take(received: bytearray) -> Iterator[Frame]:
    """Take the whole frames off the front of what was received; the beginning of another one stays."""
    while len(received) >= _HEAD.size:
        kind, length = _HEAD.unpack_from(received)
        end = _HEAD.size + length
        if len(received) < end:
            return
        body = bytes(received[_HEAD.size : end])
        del received[:end]
        yield msgspec.msgpack.decode(body, type=_TYPES[kind])
