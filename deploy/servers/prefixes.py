"""Words that stand before a server's command: not as root, and not longer than the process that started it."""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

NOBODY = 65534
UNSHARE = ("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}")
"""A user namespace: the process sees itself as nobody, files go on belonging to root."""
SETPRIV = (
    "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
    "--inh-caps=+dac_override", "--ambient-caps=+dac_override",
)  # fmt: skip
"""Really becomes nobody; keeps the right to walk through folders such as root's home, where the checkout may lie."""


def not_as_root(folder: Path) -> list[str]:
    """The words before a command that refuses root, such as PostgreSQL's, and whose data lie in `folder`.

    Gives the folder to the user under whom the command will run. Empty for an ordinary user, or where nothing works.
    """
    if os.geteuid() != 0:
        return []
    for words, owner in ((UNSHARE, 0), (SETPRIV, NOBODY)):
        if _works(words):
            _give(folder, owner)
            return list(words)
    return []


def ending_with_parent(signal: str) -> list[str]:
    """The words that make the kernel send `signal` to the command when the process that started it is gone."""
    return ["setpriv", f"--pdeathsig={signal}"] if _works(("setpriv", f"--pdeathsig={signal}")) else []


@cache
def _works(words: tuple[str, ...]) -> bool:
    """Containers and hardened kernels forbid some of this, so it is tried."""
    if shutil.which(words[0]) is None:
        return False
    return subprocess.run([*words, "true"], capture_output=True, check=False).returncode == 0


def _give(folder: Path, owner: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if folder.stat().st_uid == owner:
        return
    for parent, _, names in os.walk(folder):
        for path in (Path(parent), *(Path(parent, name) for name in names)):
            os.lchown(path, owner, owner)
