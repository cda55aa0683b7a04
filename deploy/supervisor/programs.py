"""Every program that `make run` keeps running."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

from deploy.installation import Installation
from deploy.servers import nginx
from deploy.servers.prefixes import ending_with_parent
from shared.settings import SERVICES

GROUPS = ("servers", "services", "gateway")
"""In the order of starting; stopping goes the other way: workers before the broker, the gateway before all."""
WEB_THREADS = 4


@dataclass(frozen=True)
class Program:
    """A process under supervision."""

    name: str
    group: str
    command: list[str] = field(repr=False)
    stop_signal: str = "TERM"
    patience: int = 15
    """Seconds between the request to stop and the kill."""


def list_programs(installation: Installation) -> list[Program]:
    """The programs of this installation; servers whose address the environment gives are left out."""
    return [*_servers(installation), *_services(installation), _gateway(installation)]


def _servers(installation: Installation) -> Iterator[Program]:
    if installation.postgres:
        # INT is what PostgreSQL calls a fast shutdown: it does not wait for its clients.
        yield Program("postgres", "servers", installation.postgres.command(), stop_signal="INT", patience=60)
    if installation.valkey:
        yield Program("valkey", "servers", installation.valkey.command())
    if installation.catches_mail:
        ports = installation.ports
        words = ["mail", "--smtp-port", str(ports.smtp), "--page-port", str(ports.mail_page),
                 "--folder", str(installation.folder / "mail")]  # fmt: skip
        yield Program("mail", "servers", _ours(*words))


def _services(installation: Installation) -> Iterator[Program]:
    for service in SERVICES:
        port = str(getattr(installation.ports, service))
        words = _ours("web", service, "--port", port, "--threads", str(WEB_THREADS))
        yield Program(f"web-{service}", "services", words)
        yield Program(f"worker-{service}", "services", _ours("worker", service, "--concurrency", "1"))
    # A plan takes minutes; in a worker of its own it keeps nobody's message waiting.
    words = _ours("worker", "scheduling", "--queue", "planning", "--concurrency", "1")
    yield Program("worker-planning", "services", words)
    yield Program("beat", "services", _ours("beat"))


def _gateway(installation: Installation) -> Program:
    words = [*ending_with_parent("QUIT"), *nginx.command(nginx.local_folder(installation.folder))]
    return Program("gateway", "gateway", words)


def _ours(*words: str) -> list[str]:
    """A command of `handdruk` by this very Python, ended by the kernel should the supervisor be killed."""
    return [*ending_with_parent("TERM"), sys.executable, "-m", "deploy.command", *words]
