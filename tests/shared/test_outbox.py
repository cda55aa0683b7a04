"""Event and fact in one transaction; each event handled once; nothing lost when the broker forgets."""

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from celery import Celery
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from shared import clock
from shared.database import make_engine, make_sessions
from shared.events import OrganisationChanged
from shared.inbox import InboxRow, handle
from shared.outbox import OutboxRow, record
from shared.relay import FIRST_WAIT, KEEP_SENT, acknowledge, forget_old, relay_pending
from shared.settings import Service, Settings
from shared.worker import make_celery

EVENT = OrganisationChanged(uuid.uuid4(), 1, "Werkregio Їжакевич-Ґалаґан", "werk@example.org")


@pytest.fixture
def sessions(new_database: Callable[[Service], str]) -> sessionmaker[Session]:
    return make_sessions(make_engine(new_database("registration")))


@pytest.fixture
def celery(all_settings: dict[Service, Settings]) -> Celery:
    """A broker that works."""
    return make_celery(all_settings["registration"])


def rows(sessions: sessionmaker[Session]) -> list[OutboxRow]:
    with sessions() as session:
        return list(session.scalars(select(OutboxRow).order_by(OutboxRow.position)))


def test_record_writes_a_row_for_each_receiver(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        record(session, EVENT)
    assert [row.receiver for row in rows(sessions)] == ["notifications", "scheduling"]
    assert len({row.event_id for row in rows(sessions)}) == 1


def test_record_leaves_nothing_when_the_transaction_fails(sessions: sessionmaker[Session]) -> None:
    def fail() -> None:
        with sessions.begin() as session:
            record(session, EVENT)
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert rows(sessions) == []


def test_relay_sends_each_row_once_until_its_acknowledgement_is_late(
    sessions: sessionmaker[Session], celery: Celery
) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        with sessions.begin() as session:
            record(session, EVENT)
        assert relay_pending(sessions, celery, "registration") == 2
        assert relay_pending(sessions, celery, "registration") == 0
        traveller.shift(FIRST_WAIT + timedelta(seconds=1))
        assert relay_pending(sessions, celery, "registration") == 2


def test_relay_leaves_an_acknowledged_row_alone(sessions: sessionmaker[Session], celery: Celery) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        with sessions.begin() as session:
            record(session, EVENT)
        relay_pending(sessions, celery, "registration")
        with sessions.begin() as session:
            acknowledge(session, "scheduling", [rows(sessions)[0].event_id])
        traveller.shift(FIRST_WAIT + timedelta(seconds=1))
        assert relay_pending(sessions, celery, "registration") == 1


def test_relay_keeps_rows_when_the_broker_is_away(
    sessions: sessionmaker[Session], all_settings: dict[Service, Settings]
) -> None:
    nobody_there = Celery("registration", broker="redis://127.0.0.1:1/0")
    nobody_there.conf.broker_transport_options = {"socket_connect_timeout": 0.5, "max_retries": 1}
    with sessions.begin() as session:
        record(session, EVENT)
    assert relay_pending(sessions, nobody_there, "registration") == 0
    assert [row.attempts for row in rows(sessions)] == [0, 0]


def test_forget_old_deletes_only_what_was_acknowledged_long_ago(sessions: sessionmaker[Session]) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        with sessions.begin() as session:
            record(session, EVENT)
            session.flush()
            acknowledge(session, "scheduling", [row.event_id for row in session.scalars(select(OutboxRow))])
        traveller.shift(KEEP_SENT + timedelta(days=1))
        with sessions.begin() as session:
            forget_old(session)
    assert [row.receiver for row in rows(sessions)] == ["notifications"]


def test_handle_reacts_once_to_five_deliveries_at_the_same_moment(sessions: sessionmaker[Session]) -> None:
    event_id, handled, reacted = uuid.uuid4(), [], []
    start = threading.Barrier(5)

    def react(session: Session, event: OrganisationChanged) -> None:
        reacted.append(event.name)

    def deliver() -> None:
        start.wait()
        with sessions.begin() as session:
            handled.append(handle(session, {OrganisationChanged: react}, event_id, EVENT))

    threads = [threading.Thread(target=deliver) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(handled) == [False, False, False, False, True]
    assert reacted == [EVENT.name]


def test_handle_forgets_the_delivery_when_the_reaction_fails(sessions: sessionmaker[Session]) -> None:
    def fail(session: Session, event: OrganisationChanged) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), sessions.begin() as session:
        handle(session, {OrganisationChanged: fail}, uuid.uuid4(), EVENT)
    with sessions() as session:
        assert session.scalars(select(InboxRow)).all() == []
