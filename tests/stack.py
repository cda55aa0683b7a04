"""The whole system as `make run` starts it, for journeys and fault tests: every part real, on ports of its own.

Fixtures: `stack` (one a test process, empty), `faulty_stack` (the same, mended after the test), `new_stack` (makes
one for a test about starting and stopping).
"""

import functools
import json
import os
import re
import signal
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from deploy.installation import place_control_socket
from deploy.probes import silent_workers
from deploy.servers.ports import LOOPBACK, accepts, choose_free
from deploy.servers.prefixes import ending_with_parent
from deploy.servers.waiting import wait_for
from deploy.supervisor.control import Control
from shared.settings import Service, load_settings

ROOT = Path(__file__).parents[1]
START_SECONDS = 250
"""`make run` promises 15 s on a machine of its own; two test processes and a browser share this one."""
PORTS = ("gateway", "registration", "scheduling", "notifications", "mail_page", "smtp", "postgres", "valkey")
PARTS = (
    "postgres", "valkey", "mail", "beat", "gateway", "web-registration", "web-scheduling", "web-notifications",
    "worker-registration", "worker-scheduling", "worker-notifications", "worker-planning",
)  # fmt: skip
READY = "Handdruk runs."
ASKS_FOR_A_SYSTEM = re.compile(r"\b(faulty_|new_)?stack: (\"?Stack|NewStack|Callable)")


@dataclass(frozen=True)
class Mail:
    """A mail as the catcher shows it."""

    id: str
    to: list[str]
    subject: str
    headers: list[list[str]]
    text: str | None
    html: str | None
    parts: list[dict[str, Any]]
    inbox_url: str

    def links(self) -> list[str]:
        """The addresses in the plain text, in their order."""
        return re.findall(r"https?://[^\s<>\"]+", self.text or "")

    def content(self, content_type: str) -> bytes:
        """The bytes of the first part of this kind. Raises AssertionError when there is none."""
        for part in self.parts:
            if part["content_type"] == content_type:
                return _get(f"{self.inbox_url}/mail/{self.id}/part/{part['number']}")
        raise AssertionError(f"{self.subject!r} has no {content_type}: {[part['content_type'] for part in self.parts]}")


class Inbox:
    """Every mail that the stack sent."""

    def __init__(self, url: str) -> None:
        self.url = url

    def mails(self, to: str = "", subject: str = "") -> list[Mail]:
        """Mails, oldest first: to one address, with these words in the subject."""
        rows = json.loads(_get(f"{self.url}/api/mails?{urllib.parse.urlencode({'to': to})}"))
        fields = ("id", "to", "subject", "headers", "text", "html", "parts")
        mails = [Mail(**{name: row[name] for name in fields}, inbox_url=self.url) for row in reversed(rows)]
        return [mail for mail in mails if subject in mail.subject]

    def wait_for(self, to: str, subject: str = "", count: int = 1, seconds: float = 60) -> list[Mail]:
        """The mails to an address, as soon as there are `count`. Raises AssertionError after `seconds`."""
        if not wait_for(lambda: len(self.mails(to, subject)) >= count, seconds, pause=0.2):
            raise AssertionError(f"{len(self.mails(to, subject))} of {count} mails to {to} with {subject!r} came")
        return self.mails(to, subject)


class Stack:
    """One running system with a state folder of its own."""

    def __init__(self, folder: Path, **environ: str) -> None:
        self.folder = folder
        self.ports = dict(zip(PORTS, choose_free(len(PORTS)), strict=True))
        self.environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith("HANDDRUK_")},
            **{f"HANDDRUK_{name.upper()}_PORT": str(port) for name, port in self.ports.items()},
            "HANDDRUK_STATE_FOLDER": str(folder),
            "HANDDRUK_DEMO": "no",
            "PYTHONUNBUFFERED": "1",
            **environ,
        }
        self.process: subprocess.Popen[bytes] | None = None

    # ── the whole ───────────────────────────────────────────────────────────────────────────────────────────

    def launch(self) -> None:
        """Begin `handdruk run` and do not wait."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.output_file.open("wb") as output:
            self.process = subprocess.Popen(
                # A test run that is killed takes the system along.
                [*ending_with_parent("TERM"), sys.executable, "-m", "deploy.command", "run"],
                cwd=ROOT, env=self.environ, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                start_new_session=True,
            )  # fmt: skip

    def start(self) -> None:
        """`handdruk run`, until it says that it runs. Raises AssertionError with what it said otherwise."""
        self.launch()
        if not wait_for(lambda: READY in self.output or self.exit_code is not None, START_SECONDS) or (
            self.exit_code is not None
        ):
            self.end()
            raise AssertionError(f"the stack did not start:\n{self.output}\n{self.logs()}")

    def end(self, number: int = signal.SIGINT) -> int:
        """End it as Ctrl-C does; the exit code."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(120)

    @property
    def exit_code(self) -> int | None:
        """The exit code of `handdruk run`; None while it runs."""
        return self.process.poll() if self.process else None

    @property
    def output_file(self) -> Path:
        """Where what it prints is kept: beside the state folder, which may be emptied."""
        return self.folder.with_name(self.folder.name + ".output")

    @property
    def output(self) -> str:
        """What it printed so far."""
        return self.output_file.read_text()

    def logs(self, part: str = "") -> str:
        """The ends of the log files, or of one part's."""
        files = sorted((self.folder / "log").glob(f"{part or '*'}.log"))
        return "\n".join(f"── {file.name}\n{file.read_text(errors='replace')[-3000:]}" for file in files)

    # ── the parts ───────────────────────────────────────────────────────────────────────────────────────────

    @property
    def control(self) -> Control:
        """Orders to the supervisor."""
        return Control(place_control_socket(self.folder))

    def stop(self, part: str) -> None:
        """Stop a part (see PARTS) in an orderly way, and keep it stopped."""
        self.control.stop([part])

    def resume(self, part: str) -> None:
        """Start a stopped part."""
        self.control.start([part])

    def kill(self, part: str, *, whole: bool = True) -> None:
        """kill -9 a part, with its children when `whole`, as a crash does; the supervisor starts it again."""
        self.control.kill(part, whole=whole)

    def mend(self) -> None:
        """Start what is stopped and wait until everything works."""
        if self.exit_code is not None:
            raise AssertionError(f"the stack has ended:\n{self.output}")
        self.control.start([name for name, state in self.control.states().items() if state.state != "RUNNING"])
        if not wait_for(self.works, START_SECONDS, pause=0.3):
            raise AssertionError(f"the stack does not mend: {self.control.states()}\n{self.logs()}")

    def works(self) -> bool:
        """Whether every program runs, every service answers through the gateway and every queue has a worker."""
        if any(state.state != "RUNNING" for state in self.control.states().values()):
            return False
        addresses = [f"{self.base_url}{prefix}/readyz" for prefix in ("", "/scheduling", "/notifications")]
        if not all(_answers(address) for address in addresses) or not accepts(self.ports["smtp"]):
            return False
        return not silent_workers(load_settings("registration", self.settings))

    # ── what is inside ──────────────────────────────────────────────────────────────────────────────────────

    @property
    def base_url(self) -> str:
        """The gateway's address, without a slash at the end."""
        return f"http://{LOOPBACK}:{self.ports['gateway']}"

    @property
    def inbox(self) -> Inbox:
        """The mails it sent."""
        return Inbox(f"http://{LOOPBACK}:{self.ports['mail_page']}")

    @property
    def settings(self) -> dict[str, str]:
        """The HANDDRUK_ variables of the running system."""
        lines = (self.folder / "settings.env").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)

    def database_url(self, service: Service) -> str:
        """The address of a service's database."""
        return self.settings[f"HANDDRUK_{service.upper()}_DATABASE_URL"]

    @property
    def redis_url(self) -> str:
        """The address of the broker."""
        return self.settings["HANDDRUK_REDIS_URL"]

    def run(self, *words: str, stdin: str | None = None) -> "subprocess.CompletedProcess[str]":
        """Run a command of `handdruk` against this system, such as `demo load`."""
        command = [sys.executable, "-m", "deploy.command", *words]
        return subprocess.run(
            command, cwd=ROOT, env=self.environ, input=stdin, capture_output=True, text=True, check=False
        )


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The whole system, empty and migrated; one for all tests of this process that ask for it."""
    made = Stack(tmp_path_factory.mktemp("stack") / "var")
    made.start()
    yield made
    made.end()


@pytest.fixture
def faulty_stack(stack: Stack) -> Iterator[Stack]:
    """The whole system, for a test that breaks parts of it."""
    stack.mend()
    yield stack
    stack.mend()


@pytest.fixture
def new_stack(tmp_path: Path) -> Iterator[Callable[..., Stack]]:
    """Makes a system that is not yet started, with environment variables of the test's choice; ended afterwards."""
    made: list[Stack] = []

    def make(name: str = "var", **environ: str) -> Stack:
        made.append(Stack(tmp_path / name, **environ))
        return made[-1]

    yield make
    for one in made:
        one.end()


# ── one system at a time ──────────────────────────────────────────────────────────────────────────────────────────────


class OneSystemScheduling(LoadScopeScheduling):
    """Files go to whichever test process is free; all files with whole systems go to the same one.

    Two systems at once are too much for two cores. (`--dist loadgroup` would do this by a mark, and does not with
    pytest 9.2.)
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "whole systems" if has_whole_systems(ROOT / file) else file


@functools.cache
def has_whole_systems(file: Path) -> bool:
    """Whether the tests of a file, or the fixtures of its folder, ask for one of the fixtures here."""
    texts = [one.read_text() for one in (file, file.with_name("conftest.py")) if one.exists()]
    return any(ASKS_FOR_A_SYSTEM.search(text) for text in texts)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneSystemScheduling:
    """How pytest-xdist hands out the tests."""
    return OneSystemScheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that asks for a system in a way that `has_whole_systems` does not see would run beside another."""
    for item in items:
        asks = {"stack", "faulty_stack", "new_stack"} & set(getattr(item, "fixturenames", ()))
        if asks and not has_whole_systems(item.path):
            raise pytest.UsageError(f"{item.nodeid} asks for {asks}: write the fixture with its type in its file")


def _get(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=10) as answer:
        content: bytes = answer.read()
        return content


def _answers(address: str) -> bool:
    try:
        _get(address)
    except OSError:
        return False
    return True
