"""A service's Celery app: its queue, the task that receives events, the relay's sweep, and its scheduled jobs."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from celery import Celery
from celery.signals import before_task_publish, task_postrun, task_prerun, worker_process_init
from kombu.exceptions import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from shared import relay
from shared.database import make_engine, make_sessions
from shared.inbox import Reactions, handle, read_event
from shared.logs import configure_logs
from shared.outbox import jobs_asked_for
from shared.settings import Settings

log = structlog.get_logger()
SWEEP_SECONDS = 3


@dataclass(frozen=True)
class Job:
    """Work of a room that a worker does: on a schedule (`every`), when asked (`Worker.ask`), or both.

    `do` gets the service's sessions and opens its own transactions, so that it can commit between steps.
    `queue` is left out for the service's own queue.
    """

    name: str
    do: Callable[..., None]
    every: timedelta | None = None
    queue: str | None = None


def make_celery(settings: Settings) -> Celery:
    """The Celery app with the settings that every service shares."""
    # Not strict: tasks are bound methods here, of which Celery would count `self` as an argument still to be given.
    celery = Celery(settings.service, broker=settings.redis_url, set_as_current=False, strict_typing=False)
    celery.conf.update(
        task_default_queue=settings.service,
        # A task whose worker was killed comes back: it is acknowledged when done, not when begun.
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        task_ignore_result=True,
        # Longer than any task runs. Together with the restore interval this is the time until a lost task returns.
        broker_transport_options={
            "visibility_timeout": 60,
            "unacked_restore_interval": 1,
            "unacked_restore_throttle": 1,
            "unacked_mutex_expire": 5,
            "socket_timeout": 5,
            "socket_connect_timeout": 0.5,
            "socket_keepalive": True,
            "health_check_interval": 10,
            "max_retries": 1,
        },
        broker_connection_timeout=2,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_pool_limit=4,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        worker_cancel_long_running_tasks_on_connection_loss=True,
        worker_send_task_events=False,
        enable_utc=True,
        timezone="UTC",
    )
    return celery


class Worker:
    """What runs in a service's worker processes, and how its web processes ask for work."""

    def __init__(self, settings: Settings, reactions: Reactions, jobs: Sequence[Job] = ()) -> None:
        self.settings = settings
        self.reactions = reactions
        self.celery = make_celery(settings)
        self._engine = make_engine(settings.database_url)
        self.sessions: sessionmaker[Session] = make_sessions(self._engine, settings.secret_keys)
        self._add_floor_tasks()
        for job in jobs:
            self._add_job(job)
        # weak=False: Celery would otherwise forget these receivers, which nobody else holds.
        worker_process_init.connect(lambda **_: self._engine.dispose(close=False), weak=False)

    def ask(self, job_name: str, **arguments: str) -> bool:
        """Ask for a job to run soon; False when the broker is away, and then the job's schedule will find the work."""
        task = self.celery.tasks[f"{self.settings.service}.{job_name}"]
        try:
            task.apply_async(kwargs=arguments, queue=task.queue, retry=False)
        except (OperationalError, OSError) as fault:
            log.warning("broker_away", fault=type(fault).__name__)
            return False
        return True

    def receive(self, event_id: str, name: str, payload: dict[str, Any], sender: str) -> None:
        """Handle one event and tell its sender. A fault leaves the row with the sender, who sends it again."""
        event = read_event(name, payload)
        with self.sessions.begin() as session:
            handled = handle(session, self.reactions, uuid.UUID(event_id), event)
        for job_name, arguments in jobs_asked_for(session):
            self.ask(job_name, **arguments)
        log.info("event_handled" if handled else "event_known", name=name, event_id=event_id)
        self.celery.send_task(
            f"{sender}.acknowledge",
            kwargs={"receiver": self.settings.service, "event_ids": [event_id]},
            queue=sender,
            retry=False,
        )
        if handled:
            self.relay()

    def relay(self) -> None:
        """Send what waits in this service's outbox."""
        relay.relay_pending(self.sessions, self.celery, self.settings.service)

    def _acknowledge(self, receiver: str, event_ids: list[str]) -> None:
        with self.sessions.begin() as session:
            relay.acknowledge(session, receiver, [uuid.UUID(text) for text in event_ids])

    def _forget_old(self) -> None:
        with self.sessions.begin() as session:
            relay.forget_old(session)

    def _add_floor_tasks(self) -> None:
        service = self.settings.service
        # Not shared: a shared task is registered with every Celery application of the process.
        self.celery.task(name=f"{service}.receive", shared=False)(self.receive)
        self.celery.task(name=f"{service}.acknowledge", shared=False)(self._acknowledge)
        self._schedule("relay", self.relay, timedelta(seconds=SWEEP_SECONDS), service)
        self._schedule("forget_old", self._forget_old, timedelta(hours=1), service)

    def _add_job(self, job: Job) -> None:
        def run(**arguments: str) -> None:
            job.do(self.sessions, **arguments)
            self.relay()

        self._schedule(job.name, run, job.every, job.queue or self.settings.service)

    def _schedule(self, name: str, run: Callable[..., None], every: timedelta | None, queue: str) -> None:
        full_name = f"{self.settings.service}.{name}"
        self.celery.task(name=full_name, queue=queue, shared=False)(run)
        if every is not None:
            seconds = every.total_seconds()
            self.celery.conf.beat_schedule[full_name] = {
                "task": full_name,
                "schedule": seconds,
                # A sweep that waited longer than its own interval is worth nothing: the next one does its work.
                "options": {"queue": queue, "expires": max(seconds * 2, 10), "retry": False},
            }


def _send_request_id(headers: dict[str, Any] | None = None, **_: object) -> None:
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    if headers is not None and request_id:
        headers.setdefault("request_id", request_id)


def _take_request_id(task: Any = None, **_: object) -> None:
    structlog.contextvars.clear_contextvars()
    request_id = getattr(task.request, "request_id", None) or (task.request.headers or {}).get("request_id")
    structlog.contextvars.bind_contextvars(request_id=request_id or str(uuid.uuid4()), task=task.name)


def _drop_request_id(**_: object) -> None:
    structlog.contextvars.clear_contextvars()


before_task_publish.connect(_send_request_id)
task_prerun.connect(_take_request_id)
task_postrun.connect(_drop_request_id)


def start_worker(settings: Settings, reactions: Reactions, jobs: Sequence[Job] = ()) -> Worker:
    """The worker of a process that only works: logs configured as well."""
    configure_logs(settings)
    return Worker(settings, reactions, jobs)
