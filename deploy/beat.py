"""The beat role: one clock for the three services. It sends the scheduled tasks into each service's queue."""

import importlib
import time
from typing import Any

from celery import Celery
from celery.apps.beat import Beat
from celery.beat import Scheduler
from redis import Redis, RedisError

from shared.settings import SERVICES, load_settings
from shared.worker import make_celery

HEARTBEAT = "handdruk:beat"
"""The Redis key that says beat is alive; it expires when beat is not."""
HEARTBEAT_EXPIRES = 30
HEARTBEAT_EVERY = 5


class BeatingScheduler(Scheduler):  # type: ignore[misc]
    """Keeps the schedule in memory, and leaves a sign of life in Redis.

    In memory, since every job looks for what is due in its database: nothing is lost with the schedule's file, which
    a kill -9 may spoil and a read-only container cannot write.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._redis = Redis.from_url(
            self.app.conf.broker_url, socket_timeout=1, socket_connect_timeout=1, decode_responses=True
        )
        self._beaten = 0.0

    def tick(self, *args: Any, **options: Any) -> float:
        """Send what is due; seconds until there is more."""
        seconds: float = super().tick(*args, **options)
        self._beat()
        return min(seconds, HEARTBEAT_EVERY)

    def _beat(self) -> None:
        if time.monotonic() - self._beaten < HEARTBEAT_EVERY:
            return
        try:
            self._redis.set(HEARTBEAT, int(time.time()), ex=HEARTBEAT_EXPIRES)
        except RedisError:
            # Beat itself goes on; the missing sign of life is what the doctor is to see.
            return
        self._beaten = time.monotonic()


def make_beat() -> Celery:
    """A Celery app that has the schedules of all services and no tasks of its own.

    Raises ValueError for an entry without a queue: it would go where nobody works.
    """
    celery = make_celery(load_settings(SERVICES[0]))
    for service in SERVICES:
        schedule = importlib.import_module(f"services.{service}.worker").celery.conf.beat_schedule
        for name, entry in schedule.items():
            if not entry.get("options", {}).get("queue"):
                raise ValueError(f"the scheduled job {name} names no queue")
            celery.conf.beat_schedule[name] = entry
    return celery


def tick() -> None:
    """Run the clock until a signal ends it."""
    Beat(app=make_beat(), scheduler_cls=BeatingScheduler, loglevel="INFO", quiet=True).run()
