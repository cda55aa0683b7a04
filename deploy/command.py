"""The `handdruk` command: what operators do, and the roles of a container."""

import importlib
import importlib.util
import sys
from typing import get_args

import click

from deploy.errors import CannotContinue
from shared.settings import Service, SettingsError

SERVICE = click.Choice(get_args(Service))
ELSEWHERE = {
    "alive": ("deploy.alive", "alive"),
    "plan": ("deploy.plan", "plan"),
    "dkim": ("deploy.dkim", "dkim"),
    "demo": ("deploy.demo", "demo"),
    "staff": ("deploy.staff", "staff"),
}
"""Groups that live in modules of their own, loaded when they are called."""
MAKE_THEIR_OWN = {"run", "reset"}
"""Commands that take their settings from the environment alone; the others use those that `run` left."""


class LazyGroup(click.Group):
    """Finds its subcommands where they live, so that `handdruk web` imports no planner."""

    def list_commands(self, context: click.Context) -> list[str]:
        """The commands that are installed."""
        there = [name for name, (module, _) in ELSEWHERE.items() if importlib.util.find_spec(module)]
        return sorted([*super().list_commands(context), *there])

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """One command by its name; None when there is none."""
        if name in ELSEWHERE and importlib.util.find_spec(ELSEWHERE[name][0]):
            module, attribute = ELSEWHERE[name]
            found: click.Command = getattr(importlib.import_module(module), attribute)
            return found
        return super().get_command(context, name)


@click.group(cls=LazyGroup)
@click.pass_context
def handdruk(context: click.Context) -> None:
    """Handdruk: Meet & Greets from the first stand to the last handshake."""
    if context.invoked_subcommand not in MAKE_THEIR_OWN:
        from deploy.installation import adopt_settings

        adopt_settings()


@handdruk.command()
def run() -> None:
    """Start everything on this machine and stay; Ctrl-C stops it."""
    from deploy.supervisor.start import run as start

    start()


@handdruk.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def reset(yes: bool) -> None:
    """Delete all data of the installation on this machine."""
    from deploy.supervisor.reset import reset as delete

    delete(ask=not yes)


@handdruk.command()
def doctor() -> None:
    """Check every part, and say what to do about what is wrong."""
    from deploy.doctor import examine

    sys.exit(examine())


@handdruk.command()
@click.argument("service", type=SERVICE, required=False)
def migrate(service: Service | None) -> None:
    """Bring the database of a SERVICE up to date, or of all of them."""
    from shared.migration import migrate as upgrade
    from shared.settings import SERVICES, load_settings

    for name in [service] if service else SERVICES:
        upgrade(name, load_settings(name).database_url)
        click.echo(f"{name}: up to date")


@handdruk.command()
@click.argument("service", type=SERVICE)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1), help="Processes.")
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1), help="Requests at once in each.")
def web(service: Service, host: str, port: int, workers: int, threads: int) -> None:
    """Serve the pages and the API of a SERVICE."""
    from deploy.web import serve

    serve(service, host, port, workers, threads)


@handdruk.command()
@click.argument("service", type=SERVICE)
@click.option("--queue", help="A queue other than the service's own, such as planning.")
@click.option("--concurrency", default=2, show_default=True, type=click.IntRange(1), help="Tasks at once.")
def worker(service: Service, queue: str | None, concurrency: int) -> None:
    """Do the background work of a SERVICE."""
    from deploy.worker import work

    work(service, queue or service, concurrency)


@handdruk.command()
def beat() -> None:
    """Start what is scheduled, for all services. Run exactly one."""
    from deploy.beat import tick

    tick()


@handdruk.command()
@click.option("--folder", required=True, type=click.Path(file_okay=False))
@click.option("--smtp-port", default=1025, show_default=True, type=click.IntRange(1, 65535))
@click.option("--page-port", default=8025, show_default=True, type=click.IntRange(1, 65535))
def mail(folder: str, smtp_port: int, page_port: int) -> None:
    """Catch every mail in FOLDER and show it on a page of this machine."""
    from pathlib import Path

    from deploy.servers.mailcatcher.run import catch

    catch(Path(folder), smtp_port, page_port)


def main() -> None:
    """The entry point: what is wrong is told in a sentence, not in a traceback."""
    try:
        handdruk(standalone_mode=True)
    except (CannotContinue, SettingsError) as fault:
        click.echo(str(fault), err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
