"""The limit of a provider, held for all workers together."""

import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from services.notifications.channels.pace import MOST_REST, Pace, let_rest, list_resting, take_turn
from tests.factories.notifications import facts, send_message, tell
from tests.service_under_test import ServiceUnderTest
from tests.services.notifications.conftest import Post

SLOW = Pace(0.01)
WORK = """
import sys
from pathlib import Path
from services.notifications.messages.sending import Sender
from shared.database import make_engine, make_sessions
from shared.settings import Settings, DkimKey

values = eval(sys.stdin.read())
settings = Settings(**{**values, "static_folder": Path(values["static_folder"])})
sessions = make_sessions(make_engine(settings.database_url), settings.secret_keys)
sender = Sender(settings)
for _ in range(200):
    sender.send_due(sessions)
"""


def test_turns_are_taken_one_after_the_other(notifications: ServiceUnderTest) -> None:
    with notifications.sessions.begin() as session:
        assert take_turn(session, "sms", SLOW) == 0
        assert 90 < take_turn(session, "sms", SLOW) <= 100
        assert take_turn(session, "email", SLOW) == 0, "another channel has turns of its own"
        assert set(list_resting(session)) == {"sms", "email"}


def test_turn_that_another_worker_took_is_taken(notifications: ServiceUnderTest) -> None:
    with notifications.sessions.begin() as one:
        assert take_turn(one, "sms", SLOW) == 0
    with notifications.sessions.begin() as other:
        assert take_turn(other, "sms", SLOW) > 0


def test_provider_that_asks_for_it_is_left_alone_and_not_for_ever(notifications: ServiceUnderTest) -> None:
    with notifications.sessions.begin() as session:
        let_rest(session, "sms", 50)
        let_rest(session, "sms", 5)
        assert 40 < list_resting(session)["sms"] <= 50, "the longer rest counts"
        assert take_turn(session, "sms", Pace(1000)) > 40
        let_rest(session, "sms", 10**9)
        assert list_resting(session)["sms"] <= MOST_REST.total_seconds()
        let_rest(session, "email", -5)
        assert "email" not in list_resting(session)


@pytest.mark.timeout(180)
def test_two_workers_together_keep_to_the_limit(post: Post) -> None:
    per_second, letters, window = 5.0, 30, 2.0
    event = tell(post.service, facts())
    post.service.deliver_all([send_message(event) for _ in range(letters)])
    values = {**asdict(post.service.floor.settings), "smtp_url": post.mail.url, "mail_per_second": per_second}
    values["static_folder"] = str(values["static_folder"])
    workers = [_start_worker(values) for _ in range(2)]
    try:
        post.mail.wait_for(letters, 120)
    finally:
        for worker in workers:
            worker.kill()
            worker.wait(30)
    times = post.mail.times
    most = max(sum(begin <= at < begin + window for at in times) for begin in times)
    # Turns lie apart when they are taken; on the way one letter may catch up with another.
    assert most <= per_second * window + 3, f"{most} letters within {window} s"
    assert len({mail.address for mail in post.mail.received}) == len(post.mail.received) == letters


def _start_worker(values: dict[str, object]) -> subprocess.Popen[str]:
    root = Path(__file__).parents[4]
    worker = subprocess.Popen([sys.executable, "-c", WORK], cwd=root, stdin=subprocess.PIPE, text=True)
    assert worker.stdin is not None
    worker.stdin.write(repr(values))
    worker.stdin.close()
    return worker
