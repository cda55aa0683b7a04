"""Watches what a reader does beside reading: it must open no file, no connection and no program."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

FORBIDDEN = ("open", "socket.", "subprocess.", "os.system", "os.exec", "os.spawn", "ctypes.", "urllib.", "shutil.")
_watched = threading.local()


class ReachedOut(AssertionError):
    """The reader did more than read; the text says what."""


def _listen(event: str, arguments: tuple[object, ...]) -> None:
    seen = getattr(_watched, "seen", None)
    if seen is not None and event.startswith(FORBIDDEN):
        seen.append(f"{event} {arguments[:1]!r}")


# It stays for as long as the process lives: Python has no way to take it out again.
sys.addaudithook(_listen)


@contextmanager
def only_reading() -> Iterator[None]:
    """Raises ReachedOut at the end when this thread opened anything inside, even when the reader hid the fault."""
    _watched.seen = []
    try:
        yield
        seen = list(_watched.seen)
    finally:
        _watched.seen = None
    if seen:
        raise ReachedOut(", ".join(seen))
