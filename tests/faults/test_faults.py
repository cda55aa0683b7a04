"""Parts die, hang and forget; nothing is lost and nothing is doubled (rule 4 of the domain)."""

import os
import signal
from collections.abc import Callable

import pytest
import redis
from sqlalchemy import text

from deploy.servers.waiting import wait_for
from tests.faults.conftest import DEADLINE, Running


def test_broker_stopped_the_request_succeeds_and_the_event_follows(running: Running) -> None:
    running.stack.stop("valkey")
    running.rename("Named while the broker was away")
    assert running.waiting() > 0
    running.stack.resume("valkey")
    running.wait_until_known("Named while the broker was away")
    running.wait_until_quiet()


def test_broker_that_hangs_holds_up_no_request(running: Running) -> None:
    broker = running.stack.control.states()["valkey"].pid
    os.kill(broker, signal.SIGSTOP)
    try:
        running.rename("Named while the broker hung")
    finally:
        os.kill(broker, signal.SIGCONT)
    running.wait_until_known("Named while the broker hung")


def test_broker_that_forgets_everything_loses_no_event(running: Running) -> None:
    running.stack.stop("worker-scheduling")
    running.rename("Named before the broker forgot")
    with redis.Redis.from_url(running.stack.redis_url) as broker:
        assert wait_for(lambda: broker.llen("scheduling") > 0, DEADLINE)
        broker.flushall()
    running.stack.resume("worker-scheduling")
    running.wait_until_known("Named before the broker forgot")
    running.wait_until_quiet()


def test_worker_killed_in_mid_task_finishes_it_later_and_once(running: Running) -> None:
    with running.session("scheduling") as session:
        # The task of the event waits on this row, and so is under way when its worker dies.
        session.execute(text("SELECT 1 FROM event WHERE id = :id FOR UPDATE"), {"id": running.event_id})
        running.rename("Named while the worker died")
        assert wait_for(lambda: _waits_for_a_lock(running), DEADLINE, pause=0.1)
        running.stack.kill("worker-scheduling")
    running.wait_until_known("Named while the worker died")
    running.wait_until_quiet()
    with running.session("scheduling") as session:
        doubled = session.scalar(text("SELECT count(*) - count(DISTINCT event_id) FROM inbox"))
        assert doubled == 0


def _waits_for_a_lock(running: Running) -> bool:
    with running.engines["scheduling"].connect() as connection:
        waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        return bool(connection.scalar(waiting))


def test_database_killed_and_back_loses_nothing(running: Running) -> None:
    running.rename("Named before the database died")
    running.stack.kill("postgres")
    running.stack.mend()
    for engine in running.engines.values():
        engine.dispose()
    running.wait_until_known("Named before the database died")
    running.rename("Named after the database came back")
    running.wait_until_known("Named after the database came back")


def test_database_away_gives_a_sentence_and_no_fault_page(running: Running) -> None:
    visitor = running.visitor()
    assert visitor.get("/events").status_code == 200
    running.stack.stop("postgres")
    answer = visitor.get("/events")
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers
    running.stack.mend()
    assert visitor.get("/events").status_code == 200


def test_mail_server_down_delays_each_mail_and_doubles_none(running: Running, unique: Callable[[], str]) -> None:
    addresses = [unique() for _ in range(5)]
    running.stack.stop("mail")
    for address in addresses:
        running.send_message(address)
    running.wait_until_quiet()
    running.stack.mend()
    for address in addresses:
        assert len(running.stack.inbox.wait_for(address, seconds=DEADLINE)) == 1
    later = running.stack.inbox.wait_for(running_last(running, unique), seconds=DEADLINE)
    assert len(later) == 1
    assert [len(running.stack.inbox.mails(address)) for address in addresses] == [1] * 5


def test_broker_lost_with_all_its_memory_every_mail_arrives_once(running: Running, unique: Callable[[], str]) -> None:
    addresses = [unique() for _ in range(10)]
    for address in addresses:
        running.send_message(address)
    running.stack.kill("valkey")
    running.stack.stop("valkey")
    for file in (running.stack.folder / "valkey").glob("*.rdb"):
        file.unlink()
    for address in (late := [unique() for _ in range(3)]):
        running.send_message(address)
    running.stack.resume("valkey")
    running.stack.mend()
    for address in (*addresses, *late):
        running.stack.inbox.wait_for(address, seconds=DEADLINE)
    running.stack.inbox.wait_for(running_last(running, unique), seconds=DEADLINE)
    assert [len(running.stack.inbox.mails(address)) for address in (*addresses, *late)] == [1] * 13


def test_database_killed_in_mid_send_every_mail_arrives_once(running: Running, unique: Callable[[], str]) -> None:
    addresses = [unique() for _ in range(20)]
    for address in addresses:
        running.send_message(address)
    running.stack.inbox.wait_for(addresses[0], seconds=DEADLINE)
    running.stack.kill("postgres")
    running.stack.mend()
    for engine in running.engines.values():
        engine.dispose()
    for address in addresses:
        running.stack.inbox.wait_for(address, seconds=DEADLINE)
    running.stack.inbox.wait_for(running_last(running, unique), seconds=DEADLINE)
    assert [len(running.stack.inbox.mails(address)) for address in addresses] == [1] * 20


def running_last(running: Running, unique: Callable[[], str]) -> str:
    """One mail more: once it has come, whatever was sent twice before it would have come too."""
    address = unique()
    running.send_message(address)
    return address


@pytest.mark.parametrize("part", ["worker-notifications", "worker-registration", "beat"])
def test_mail_arrives_once_although_a_part_dies(running: Running, unique: Callable[[], str], part: str) -> None:
    addresses = [unique() for _ in range(10)]
    for address in addresses:
        running.send_message(address)
    running.stack.kill(part)
    for address in addresses:
        running.stack.inbox.wait_for(address, seconds=DEADLINE)
    running.wait_until_quiet()
    assert [len(running.stack.inbox.mails(address)) for address in addresses] == [1] * 10
