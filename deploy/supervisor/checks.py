"""What must be in order before anything is started, each with the sentence for when it is not."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from deploy.errors import CannotContinue
from deploy.installation import Installation
from deploy.servers.ports import is_free
from deploy.servers.waiting import wait_for
from deploy.supervisor.control import Control

LEAST_FREE_BYTES = 300_000_000
"""A new database cluster with its write-ahead log takes about 90 MB, for a start."""
LET_GO_SECONDS = 5


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the folder for this process. Raises CannotContinue when another process runs it."""
    with (folder / "run" / "lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            raise CannotContinue(
                f"Handdruk runs already with the data in {folder} (process {file.read().strip() or 'unknown'}). "
                "Stop it there with Ctrl-C, or give this one a folder of its own in HANDDRUK_STATE_FOLDER."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def end_leftover(installation: Installation) -> None:
    """A start that was killed leaves a supervisor that is still stopping its programs: let it finish."""
    control = Control(installation.control_socket)
    if control.is_there():
        control.shut_down()
    if not wait_for(lambda: not _leftover_runs(installation, control), 90, pause=0.2):
        raise CannotContinue("An earlier start is still being stopped. Try again in a minute.")


def _leftover_runs(installation: Installation, control: Control) -> bool:
    """Whether the process itself is there: its last deed is to remove the socket, which may be the next one's then."""
    try:
        pid = int(installation.supervisor_pid_file.read_text())
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError):
        return control.is_there()
    return str(installation.supervisor_configuration).encode() in command


def require_free_ports(installation: Installation) -> None:
    """Raises CannotContinue naming the first port that somebody else uses."""
    unused = set()
    if installation.postgres is None:
        unused.add("postgres")
    if installation.valkey is None:
        unused.add("valkey")
    if not installation.catches_mail:
        unused |= {"smtp", "mail_page"}
    for name, port in asdict(installation.ports).items():
        # What a killed start left needs a moment to let go.
        if name not in unused and not wait_for(lambda port=port: is_free(port), LET_GO_SECONDS):  # type: ignore[misc]
            raise CannotContinue(
                f"Port {port} ({name.replace('_', ' ')}) is taken by another program. Stop that program, "
                f"or choose another port: HANDDRUK_{name.upper()}_PORT={port + 1000} make run"
            )


def require_disk(folder: Path) -> None:
    """Raises CannotContinue when the disk has no room for the databases to work."""
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE_BYTES:
        raise CannotContinue(
            f"The disk of {folder} has {free // 1_000_000} MB left, and the databases need "
            f"{LEAST_FREE_BYTES // 1_000_000} MB to work. Make room, or put the data elsewhere: HANDDRUK_STATE_FOLDER."
        )
    if os.statvfs(folder).f_files and os.statvfs(folder).f_favail < 10_000:
        raise CannotContinue(f"The disk of {folder} can hold no more files. Make room.")
