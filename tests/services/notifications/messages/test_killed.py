"""A worker process killed with -9 at every step of a send: everything arrives, and what was noted is not sent again."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import pytest

from deploy.servers.waiting import wait_for
from shared.events import SendMessage
from tests.factories.notifications import facts, send_message, tell
from tests.mail import hang
from tests.services.notifications.conftest import Post

WORK = """
import sys
from functools import partial
from pathlib import Path
from services.notifications.messages import sending
from shared.database import make_engine, make_sessions
from shared.settings import Settings

def stop_here(*arguments, call=None, after=False, **named):
    # Nothing is replaced: the step is only not taken, or not come back from, before the process is killed.
    if after:
        call(*arguments, **named)
    print("here", flush=True)
    sys.stdin.read()

values, step, after = eval(sys.stdin.readline())
settings = Settings(**{**values, "static_folder": Path(values["static_folder"])})
sender = sending.Sender(settings)
sessions = make_sessions(make_engine(settings.database_url), settings.secret_keys)
if step == "send_due":
    sender.send_due(sessions)
    stop_here()
elif step:
    setattr(sending, step, partial(stop_here, call=getattr(sending, step), after=after))
sender.send_due(sessions)
"""


@contextmanager
def _worker(post: Post, step: str = "", after: bool = False) -> Iterator["subprocess.Popen[str]"]:
    """A worker process that stops at a step of `sending`; killed at the end of the block."""
    values = {**asdict(post.service.floor.settings), "smtp_url": post.mail.url}
    values["static_folder"] = str(values["static_folder"])
    root = Path(__file__).parents[4]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    worker = subprocess.Popen([sys.executable, "-c", WORK], cwd=root, text=True, **pipes)
    assert worker.stdin is not None
    print((values, step, after), file=worker.stdin, flush=True)
    try:
        yield worker
    finally:
        worker.kill()
        worker.wait(30)
        for pipe in (worker.stdin, worker.stdout):
            if pipe is not None:
                pipe.close()


def _queue_two(post: Post) -> list[SendMessage]:
    event = tell(post.service, facts())
    return [send_message(event), send_message(event)]


def _kill_at_step(post: Post, step: str, after: bool = False) -> None:
    with _worker(post, step, after) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "here\n", "the worker never came to the step"


@pytest.mark.parametrize("stage", ["greeting", "mail", "rcpt", "data"])
def test_worker_killed_while_it_speaks_to_the_server_loses_nothing(post: Post, stage: str) -> None:
    command, another = _queue_two(post)
    post.service.deliver(command)
    before = post.mail.connections
    post.mail.fault("" if stage in {"greeting", "mail"} else command.person.email or "", hang(stage))
    with _worker(post):
        # The server has come to the fault once the address or, before it, the connection is there.
        seen = post.mail.attempts if stage in {"rcpt", "data"} else None
        assert wait_for(lambda: bool(seen) if seen is not None else post.mail.connections > before, 60)
        assert wait_for(lambda: post.states() == ["sending"], 60)
    assert post.states() == ["sending"]
    post.service.deliver(another)
    assert post.send() == 1, "others need not wait for the lease of the dead"
    post.let_time_pass()
    assert post.send() == 1
    assert sorted(mail.address for mail in post.mail.received) == sorted(
        one.person.email or "" for one in (command, another)
    )
    assert [attempt.outcome for attempt in post.attempts()] == ["lost", "accepted", "accepted"]


def test_worker_killed_with_a_letter_in_hand_has_not_tried_it(post: Post) -> None:
    command, another = _queue_two(post)
    for one in (command, another):
        post.service.deliver(one)
    _kill_at_step(post, "begin_attempt")
    assert (post.states(), post.attempts()) == (["queued", "queued"], [])
    post.let_time_pass()
    assert post.send() == 2
    assert [attempt.outcome for attempt in post.attempts()] == ["accepted", "accepted"]
    assert len(post.mail.received) == 2


def test_worker_killed_between_the_reply_and_its_note_sends_the_same_mail_again(post: Post) -> None:
    command, _ = _queue_two(post)
    post.service.deliver(command)
    _kill_at_step(post, "write_outcome")
    assert post.states() == ["sending"]
    assert len(post.mail.received) == 1
    post.let_time_pass()
    assert post.send() == 1
    first, again = post.mail.received
    assert first.mail["Message-ID"] == again.mail["Message-ID"], "mail programs know it for the same"
    assert first.text == again.text
    assert [attempt.outcome for attempt in post.attempts()] == ["lost", "accepted"]


def test_worker_killed_before_its_note_is_committed_has_noted_nothing(post: Post) -> None:
    command, _ = _queue_two(post)
    post.service.deliver(command)
    _kill_at_step(post, "write_outcome", after=True)
    assert (post.states(), [one.outcome for one in post.attempts()]) == (["sending"], [None])
    post.let_time_pass()
    assert post.send() == 1


def test_worker_killed_after_its_note_sends_nothing_again(post: Post) -> None:
    command, _ = _queue_two(post)
    post.service.deliver(command)
    _kill_at_step(post, "send_due")
    assert post.states() == ["sent"]
    post.let_time_pass()
    assert post.send() == 0
    assert len(post.mail.received) == 1
