"""A worker process killed with -9 in the middle of a send."""

import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from deploy.servers.waiting import wait_for
from tests.factories.notifications import facts, send_message, tell
from tests.mail import hang
from tests.services.notifications.conftest import Post

WORK = """
import os, sys
from pathlib import Path
from services.notifications.messages.sending import Sender
from shared.database import make_engine, make_sessions
from shared.settings import Settings

values = eval(sys.stdin.read())
settings = Settings(**{**values, "static_folder": Path(values["static_folder"])})
Sender(settings).send_due(make_sessions(make_engine(settings.database_url), settings.secret_keys))
"""


def _start_worker(post: Post) -> subprocess.Popen[str]:
    values = {**asdict(post.service.floor.settings), "smtp_url": post.mail.url}
    values["static_folder"] = str(values["static_folder"])
    root = Path(__file__).parents[4]
    worker = subprocess.Popen([sys.executable, "-c", WORK], cwd=root, stdin=subprocess.PIPE, text=True)
    assert worker.stdin is not None
    worker.stdin.write(repr(values))
    worker.stdin.close()
    return worker


@pytest.mark.parametrize("stage", ["rcpt", "data"])
def test_worker_killed_in_mid_send_loses_nothing(post: Post, stage: str) -> None:
    event = tell(post.service, facts())
    command, another = send_message(event), send_message(event)
    post.service.deliver(command)
    post.mail.fault(command.person.email or "", hang(stage))
    worker = _start_worker(post)
    try:
        assert wait_for(lambda: bool(post.mail.attempts), 60), "the worker never spoke to the server"
    finally:
        worker.kill()
        worker.wait(30)
    assert post.states() == ["sending"]
    post.service.deliver(another)
    assert post.send() == 1, "others need not wait for the lease of the dead"
    post.let_time_pass()
    assert post.send() == 1
    assert sorted(mail.address for mail in post.mail.received) == sorted(
        one.person.email or "" for one in (command, another)
    )
    assert [attempt.outcome for attempt in post.attempts()] == ["lost", "accepted", "accepted"]
