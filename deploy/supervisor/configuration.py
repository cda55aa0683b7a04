"""The configuration that supervisor reads, written from the list of programs."""

import os
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

from deploy.installation import ROOT, Installation
from deploy.supervisor.programs import GROUPS, Program


def write_configuration(installation: Installation, programs: Sequence[Program]) -> Path:
    """Write supervisor's configuration; its path."""
    file = installation.supervisor_configuration
    installation.control_socket.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    sections = [_supervisor(installation), *(_program(installation, program) for program in programs)]
    file.write_text("\n".join([*sections, *_groups(programs)]))
    return file


def _supervisor(installation: Installation) -> str:
    socket = _escape(str(installation.control_socket))
    # Without a name for root supervisor warns at every start; it changes nothing.
    user = "user=root\n" if os.geteuid() == 0 else ""
    return f"""[unix_http_server]
file={socket}
chmod=0700

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface

[supervisord]
nodaemon=true
silent=true
logfile={_escape(str(installation.logs / "supervisor.log"))}
logfile_maxbytes=1MB
logfile_backups=1
pidfile={_escape(str(installation.supervisor_pid_file))}
childlogdir={_escape(str(installation.logs))}
directory={_escape(str(ROOT))}
{user}"""


def _program(installation: Installation, program: Program) -> str:
    # Supervisor expands the names of log files twice.
    log = _escape(_escape(str(installation.logs / f"{program.name}.log")))
    return f"""[program:{program.name}]
command={_escape(shlex.join(program.command))}
autostart=false
autorestart=true
startsecs=1
startretries=10
stopsignal={program.stop_signal}
stopwaitsecs={program.patience}
killasgroup=true
redirect_stderr=true
stdout_logfile={log}
stdout_logfile_maxbytes=5MB
stdout_logfile_backups=1
"""


def _groups(programs: Sequence[Program]) -> Iterator[str]:
    for place, group in enumerate(GROUPS):
        names = ",".join(program.name for program in programs if program.group == group)
        if names:
            yield f"[group:{group}]\nprograms={names}\npriority={10 * (place + 1)}\n"


def _escape(text: str) -> str:
    """Supervisor expands %(name)s everywhere."""
    return text.replace("%", "%%")
