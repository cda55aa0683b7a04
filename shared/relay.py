"""The relay: outbox rows become Celery tasks, in the queue of each receiver.

Woken after every commit that recorded something, swept by beat for when the waking was lost. Two relays at once
share the work (SKIP LOCKED). No request ever waits for the broker: the web processes relay in a thread.
"""

import threading
import uuid
from collections.abc import Sequence
from datetime import timedelta

import structlog
from celery import Celery
from kombu.exceptions import OperationalError
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, sessionmaker

from shared import clock
from shared.inbox import InboxRow
from shared.outbox import OutboxRow

log = structlog.get_logger()
BATCH = 200
FIRST_WAIT = timedelta(seconds=20)
"""How long an acknowledgement may take before an event is sent again; doubles with each attempt."""
LONGEST_WAIT = timedelta(minutes=10)
KEEP_SENT = timedelta(days=7)
KEEP_HANDLED = timedelta(days=90)
"""Far longer than an event can be on its way, so that a late second delivery is still recognised."""


def relay_pending(sessions: sessionmaker[Session], celery: Celery, sender: str) -> int:
    """Hand every row that is due to Celery; how many. Stops at the first sign that the broker is away."""
    total = 0
    while (sent := _relay_batch(sessions, celery, sender)) > 0:
        total += sent
        if sent < BATCH:
            break
    return total


def _relay_batch(sessions: sessionmaker[Session], celery: Celery, sender: str) -> int:
    due = (
        select(OutboxRow)
        .where(OutboxRow.acknowledged_at.is_(None), OutboxRow.due_at <= clock.now())
        .order_by(OutboxRow.position)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    with sessions.begin() as session:
        sent = 0
        for row in session.scalars(due):
            if not _send(celery, sender, row):
                break
            row.due_at = clock.now() + min(FIRST_WAIT * 2 ** min(row.attempts, 10), LONGEST_WAIT)
            row.attempts += 1
            sent += 1
    return sent


def _send(celery: Celery, sender: str, row: OutboxRow) -> bool:
    try:
        celery.send_task(
            f"{row.receiver}.receive",
            kwargs={"event_id": str(row.event_id), "name": row.name, "payload": row.payload, "sender": sender},
            queue=row.receiver,
            headers={"request_id": row.request_id},
            retry=False,
            ignore_result=True,
        )
    except (OperationalError, OSError) as fault:
        log.warning("broker_away", fault=type(fault).__name__)
        return False
    return True


def acknowledge(session: Session, receiver: str, event_ids: Sequence[uuid.UUID]) -> None:
    """The receiver handled these: their rows are done."""
    session.execute(
        update(OutboxRow)
        .where(OutboxRow.receiver == receiver, OutboxRow.event_id.in_(event_ids))
        .where(OutboxRow.acknowledged_at.is_(None))
        .values(acknowledged_at=clock.now())
    )


def forget_old(session: Session) -> None:
    """Delete rows that are long done: they were kept to look into, and hold people's names."""
    now = clock.now()
    session.execute(delete(OutboxRow).where(OutboxRow.acknowledged_at < now - KEEP_SENT))
    session.execute(delete(InboxRow).where(InboxRow.handled_at < now - KEEP_HANDLED))


class Relay:
    """The relay of one process: `wake` returns at once, a thread of its own does the sending."""

    def __init__(self, sessions: sessionmaker[Session], celery: Celery, sender: str) -> None:
        self._sessions, self._celery, self._sender = sessions, celery, sender
        self._due = threading.Event()
        self._start = threading.Lock()
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """Something was recorded: send it soon."""
        self._due.set()
        with self._start:
            # Started at the first wake-up and not before, since a server that forks would lose the thread.
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="relay", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            self._due.wait()
            self._due.clear()
            try:
                relay_pending(self._sessions, self._celery, self._sender)
            except Exception:
                # The rows are safe; beat's sweep or the next wake-up tries again.
                log.exception("relay_failed")
