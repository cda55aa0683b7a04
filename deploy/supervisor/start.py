"""The one-command start: prepare, start in order, show each step, watch, stop cleanly."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from urllib.parse import urlsplit

import click
from alembic.util import CommandError
from sqlalchemy.exc import SQLAlchemyError

from deploy.errors import CannotContinue
from deploy.installation import ROOT, Installation, database_name, open_installation
from deploy.probes import service_is_ready, silent_workers
from deploy.servers import nginx
from deploy.servers.ports import accepts
from deploy.servers.prefixes import ending_with_parent
from deploy.servers.waiting import wait_for
from deploy.supervisor import checks
from deploy.supervisor.configuration import write_configuration
from deploy.supervisor.control import UP, Control, ProgramState
from deploy.supervisor.programs import list_programs
from deploy.supervisor.progress import step
from deploy.supervisor.watch import watch
from shared.migration import migrate
from shared.settings import SERVICES, SettingsError, load_settings

SERVICE_SECONDS = 240
"""On two busy cores a dozen processes take their time; one that falls over ends the wait at once."""
STOP_SECONDS = 90


class Interrupted(BaseException):
    """Somebody pressed Ctrl-C or ended the process; no handler of faults on the way may take it for one."""


def run() -> None:
    """Start everything, stay until Ctrl-C or SIGTERM, stop everything.

    Raises CannotContinue with a sentence when something is in the way.
    """
    installation = open_installation()
    with checks.only_one(installation.folder):
        _prepare(installation)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _interrupt)
        supervisor = _launch(installation)
        control = Control(installation.control_socket)
        try:
            demo = _start_all(installation, control, supervisor)
            _tell(installation, demo)
            watch(control, supervisor, installation)
        except Interrupted:
            click.echo("\nStopping")
        finally:
            _stop_all(control, supervisor)
        click.echo(f"Stopped. The data are kept in {installation.folder}")


def _prepare(installation: Installation) -> None:
    checks.end_leftover(installation)
    checks.require_disk(installation.folder)
    checks.require_free_ports(installation)
    os.environ.update(installation.settings())
    try:
        for service in SERVICES:
            load_settings(service)
    except SettingsError as fault:
        raise CannotContinue(str(fault)) from None
    installation.write_settings()
    if installation.postgres:
        fresh = not installation.postgres.folder.exists()
        with step("PostgreSQL, a new data folder" if fresh else "PostgreSQL, the data folder"):
            installation.postgres.initialise()
    if installation.valkey:
        installation.valkey.initialise()
    settings = load_settings(SERVICES[0])
    nginx.write_local_configuration(
        installation.folder, installation.ports, settings.static_folder, urlsplit(settings.base_url).hostname or ""
    )


def _launch(installation: Installation) -> "subprocess.Popen[bytes]":
    """Supervisor in a session of its own, so that Ctrl-C reaches it through us and in our order."""
    file = write_configuration(installation, list_programs(installation))
    words = [*ending_with_parent("TERM"), sys.executable, "-m", "supervisor.supervisord", "-c", str(file)]
    with (installation.logs / "supervisor.log").open("ab") as log:
        return subprocess.Popen(
            words, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )


def _start_all(installation: Installation, control: Control, supervisor: "subprocess.Popen[bytes]") -> str:
    """Start what there is in its order; what `handdruk demo load` said."""
    if not wait_for(lambda: control.is_there() or supervisor.poll() is not None, 20) or supervisor.poll() is not None:
        raise CannotContinue(f"The supervisor did not start. {_end_of_log(installation, 'supervisor')}")
    groups: dict[str, list[str]] = {}
    for state in control.states().values():
        groups.setdefault(state.group, []).append(state.name)
    with step("Databases, broker and mail"):
        control.start(groups.get("servers", []))
        _wait_for_servers(installation)
    with step("Migrations"):
        migrate_all()
    # The demo needs the databases alone, and one of the cores: it is loaded while the services start.
    with _loading_demo() as loading, step("Services, workers and demo" if loading else "Services and workers"):
        control.start([*groups["services"], *groups["gateway"]])
        _wait_for_services(installation, control)
        return _wait_for_demo(loading) if loading else ""


def _wait_for_servers(installation: Installation) -> None:
    if installation.postgres:
        installation.postgres.wait_until_ready(30)
        for service in SERVICES:
            installation.postgres.create_database(database_name(service))
    if installation.valkey:
        installation.valkey.wait_until_ready(30)
    if installation.catches_mail and not wait_for(lambda: accepts(installation.ports.smtp), 30):
        raise CannotContinue(f"The mail catcher did not start. See {installation.logs / 'mail.log'}")


def migrate_all() -> None:
    """Bring the database of every service up to date. Raises CannotContinue."""
    for service in SERVICES:
        try:
            migrate(service, load_settings(service).database_url)
        except (SQLAlchemyError, CommandError) as fault:
            reason = str(fault).splitlines()[0]
            raise CannotContinue(f"The database of {service} could not be brought up to date: {reason}") from fault


def _wait_for_services(installation: Installation, control: Control) -> None:
    begun = control.states()
    for service in SERVICES:
        port = getattr(installation.ports, service)
        _wait_while_up(installation, control, begun, lambda port=port: service_is_ready(port))  # type: ignore[misc]
    nginx.wait_until_ready(installation.ports.gateway)
    settings = load_settings(SERVICES[0])
    _wait_while_up(installation, control, begun, lambda: not silent_workers(settings, 0.5))


def _wait_while_up(
    installation: Installation, control: Control, begun: dict[str, ProgramState], ready: Callable[[], bool]
) -> None:
    """Wait for `ready` as long as no program has fallen over. Raises CannotContinue with the end of its log."""

    def find_fallen() -> list[str]:
        return [name for name, now in control.states().items() if now.state not in UP or now.pid != begun[name].pid]

    if not wait_for(lambda: ready() or bool(find_fallen()), SERVICE_SECONDS, pause=0.1):
        raise CannotContinue(f"Not everything was ready within {SERVICE_SECONDS} s. See {installation.logs}")
    fallen = find_fallen()
    if fallen:
        raise CannotContinue(f"{fallen[0]} does not stay up. {_end_of_log(installation, fallen[0])}")


def _end_of_log(installation: Installation, part: str) -> str:
    """The last lines of a part's log, where the reason stands."""
    file = installation.logs / f"{part}.log"
    lines = file.read_text(errors="replace").splitlines() if file.exists() else []
    return "\n".join([f"The end of {file}:", *lines[-15:]])


@contextmanager
def _loading_demo() -> Iterator["subprocess.Popen[str] | None"]:
    """Load the demo into an installation that has no data, in a process of its own; None when it is not wanted."""
    if os.environ.get("HANDDRUK_DEMO", "yes") == "no":
        yield None
        return
    words = [*ending_with_parent("TERM"), sys.executable, "-m", "deploy.command", "demo", "load", "--if-empty"]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as loading:
        try:
            yield loading
        finally:
            loading.kill()


def _wait_for_demo(loading: "subprocess.Popen[str]") -> str:
    said, faults = loading.communicate()
    if loading.returncode != 0:
        raise CannotContinue(f"The demo could not be loaded: {faults.strip()[-2000:]}")
    return said.strip()


def _tell(installation: Installation, demo: str) -> None:
    click.echo(f"\nHanddruk runs. Open {load_settings(SERVICES[0]).base_url}/")
    if installation.catches_mail:
        click.echo(f"Every mail it sends is on http://127.0.0.1:{installation.ports.mail_page}/")
    if demo:
        click.echo(f"\n{demo}")
    click.echo("\nCtrl-C stops everything; the data stay.")


def _stop_all(control: Control, supervisor: "subprocess.Popen[bytes]") -> None:
    """Ask the supervisor to stop everything; kill what does not listen. A second Ctrl-C changes nothing."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    if supervisor.poll() is None:
        control.shut_down()
        # Asking wakes the supervisor, which otherwise looks once a second whether a program has ended.
        wait_for(lambda: not control.is_there(), STOP_SECONDS, pause=0.1)
        with suppress(subprocess.TimeoutExpired):
            supervisor.wait(10)
    if supervisor.poll() is None:
        supervisor.kill()
        supervisor.wait()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise Interrupted
