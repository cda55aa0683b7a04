"""The one-command start: what is in the way is said, what runs is stopped, what was written is kept."""

import shutil
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from deploy.errors import CannotContinue
from deploy.servers.ports import LOOPBACK, is_free
from deploy.servers.waiting import wait_for
from deploy.supervisor.checks import require_disk
from tests.deploy.processes import belonging_to
from tests.stack import Stack

NewStack = Callable[..., Stack]
pytestmark = pytest.mark.timeout(900)
"""Whole systems are started here, beside another test process on two cores."""


def test_start_stop_and_start_again_keeps_data_and_leaves_nothing(new_stack: NewStack) -> None:
    # A space and a percent sign: both mean something to the shell and to supervisor.
    stack = new_stack("var 100% vol")
    stack.start()
    with psycopg.connect(_plain(stack.database_url("registration"))) as connection:
        connection.execute("CREATE TABLE kept (name text)")
        connection.execute("INSERT INTO kept VALUES ('Їжакевич-Ґалаґан')")
    secrets = (stack.folder / "secrets.json").read_text()
    assert stack.end() == 0
    assert "Stopped. The data are kept in" in stack.output
    assert belonging_to(stack.folder) == []
    assert [port for port in stack.ports.values() if not is_free(port)] == []
    stack.start()
    with psycopg.connect(_plain(stack.database_url("registration"))) as connection:
        assert connection.execute("SELECT name FROM kept").fetchall() == [("Їжакевич-Ґалаґан",)]
    assert (stack.folder / "secrets.json").read_text() == secrets


def test_killed_start_leaves_nothing_and_the_next_start_works(new_stack: NewStack) -> None:
    stack = new_stack()
    stack.start()
    assert len(belonging_to(stack.folder)) > 10
    assert stack.process is not None
    stack.process.kill()
    stack.process.wait()
    # At once: the next start waits until what the killed one left has ended.
    stack.start()
    assert stack.works()
    assert stack.end(signal.SIGTERM) == 0
    assert wait_for(lambda: belonging_to(stack.folder) == [], 30)


def test_second_start_with_the_same_data_is_refused(stack: Stack) -> None:
    done = stack.run("run")
    assert done.returncode == 1
    assert f"Handdruk runs already with the data in {stack.folder}" in done.stderr
    assert stack.process is not None
    assert f"(process {stack.process.pid})" in done.stderr
    assert stack.run("reset", "--yes").returncode == 1
    assert stack.works()


@pytest.mark.parametrize("part", ["gateway", "postgres", "mail_page"])
def test_taken_port_is_named_with_the_variable_that_changes_it(new_stack: NewStack, part: str) -> None:
    stack = new_stack()
    with socket.create_server((LOOPBACK, stack.ports[part])):
        done = stack.run("run")
    assert done.returncode == 1
    assert f"Port {stack.ports[part]} ({part.replace('_', ' ')}) is taken" in done.stderr
    assert f"HANDDRUK_{part.upper()}_PORT=" in done.stderr
    assert "Traceback" not in done.stderr
    assert belonging_to(stack.folder) == []


def test_port_that_is_no_port_is_refused(new_stack: NewStack) -> None:
    done = new_stack(HANDDRUK_GATEWAY_PORT="80000").run("run")
    assert done.returncode == 1
    assert "HANDDRUK_GATEWAY_PORT must be a port number from 1 to 65535, and is '80000'." in done.stderr


def test_setting_that_does_not_hold_is_refused_with_its_name(new_stack: NewStack) -> None:
    done = new_stack(HANDDRUK_SECRET_KEY="kort-geheim").run("run")
    assert done.returncode == 1
    assert "HANDDRUK_SECRET_KEY" in done.stderr
    assert "kort-geheim" not in done.stderr


def test_full_disk_is_refused(tmp_path: Path) -> None:
    require_disk(tmp_path)
    # The kernel's own file system has no room, on every machine.
    assert shutil.disk_usage("/proc").free == 0
    with pytest.raises(CannotContinue, match="has 0 MB left"):
        require_disk(Path("/proc"))


def test_folder_that_cannot_be_written_is_refused(new_stack: NewStack) -> None:
    done = new_stack(HANDDRUK_STATE_FOLDER="/proc/handdruk").run("run")
    assert done.returncode == 1
    assert "/proc/handdruk cannot be written" in done.stderr
    assert "Traceback" not in done.stderr


def test_reset_empties_the_folder_after_asking(new_stack: NewStack) -> None:
    stack = new_stack()
    (stack.folder / "mail").mkdir(parents=True)
    (stack.folder / "mail" / "1.eml").write_text("kept until somebody says yes")
    refused = stack.run("reset", stdin="n\n")
    assert "Nothing was deleted." in refused.stdout
    assert (stack.folder / "mail" / "1.eml").exists()
    assert stack.run("reset", stdin="y\n").returncode == 0
    assert list(stack.folder.iterdir()) == []


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")
