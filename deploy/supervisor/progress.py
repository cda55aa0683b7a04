"""What a person at the keyboard sees while things start: one line a step."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

WIDTH = 34


@contextmanager
def step(what: str) -> Iterator[None]:
    """Print the step, do it, print how long it took."""
    click.echo(f"  {what:<{WIDTH}}", nl=False)
    begun = time.monotonic()
    try:
        yield
    except Exception:
        click.echo("failed")
        raise
    except BaseException:
        # Ctrl-C: what is said next begins on a line of its own.
        click.echo()
        raise
    click.echo(f"{time.monotonic() - begun:5.1f} s")
