"""Deleting an installation's data."""

import shutil

import click

from deploy.errors import CannotContinue
from deploy.installation import open_installation
from deploy.supervisor.checks import end_leftover, only_one


def reset(ask: bool) -> None:
    """Delete the state folder: databases, queues, mails, logs, secrets. Raises CannotContinue while it runs."""
    installation = open_installation()
    folder = installation.folder
    with only_one(folder):
        end_leftover(installation)
        if ask and not click.confirm(f"Delete everything in {folder}: databases, mails, logs, secrets?"):
            click.echo("Nothing was deleted.")
            return
        try:
            for inside in folder.iterdir():
                if inside.is_dir() and not inside.is_symlink():
                    shutil.rmtree(inside)
                else:
                    inside.unlink()
        except OSError as fault:
            raise CannotContinue(f"{fault.filename} could not be deleted: {fault.strerror}.") from None
    click.echo(f"{folder} is empty.")
