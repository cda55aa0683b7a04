"""Changes by chance to what is right."""

import random

from tests.fuzz.seeds import DICTIONARY

MOST_BYTES = 20_000


def mutated(chance: random.Random, seeds: tuple[bytes, ...]) -> bytes:
    """A seed with a few things done to it."""
    raw = bytearray(chance.choice(seeds))
    for _ in range(chance.randint(1, 8)):
        at, other = chance.randrange(len(raw) + 1), chance.choice(seeds)
        until = min(len(raw), at + chance.randrange(200))
        raw[at:until] = chance.choice(
            (
                b"",
                bytes(raw[at:until]) * chance.randint(2, 9),
                chance.choice(DICTIONARY),
                other[: chance.randrange(400)],
                chance.randbytes(chance.randint(1, 9)),
            )
        )
    return bytes(raw[:MOST_BYTES])
