"""Looking at processes from outside: who started whom, and who is still there. Linux only, as the kernel tells it."""

import time
from pathlib import Path


def children_of(parent: int) -> list[int]:
    """The processes that this one started and that have not ended."""
    return [number for number, (state, whose) in _list_processes().items() if whose == parent and state != "Z"]


def wait_until_gone(number: int, seconds: float = 60) -> bool:
    """Wait for a process to end; False when it is still there after so many seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        state, _ = _list_processes().get(number, ("Z", 0))
        if state == "Z":
            return True
    return False


def _list_processes() -> dict[int, tuple[str, int]]:
    """State and parent of every process."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                words = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it ended meanwhile
            found[int(folder.name)] = words[0], int(words[1])
    return found
