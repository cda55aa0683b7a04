"""What runs on this machine because of a test, asked of the kernel."""

from pathlib import Path


def belonging_to(folder: Path) -> list[str]:
    """The command lines of all processes that were started with this state folder."""
    wanted = f"HANDDRUK_STATE_FOLDER={folder}\0".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if wanted in (process / "environ").read_bytes() + b"\0":
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            # It ended while we looked, or belongs to somebody else.
            continue
    return found
