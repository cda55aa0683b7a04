"""The worker role: one queue of one service."""

import importlib
import os

from celery import Celery
from celery.signals import worker_process_init

from deploy.lineage import end_with_parent
from shared.settings import Service

GIVES_WAY = 5
"""How much a worker lowers its own priority: where processors are short, a page that somebody waits for goes first."""


def work(service: Service, queue: str, concurrency: int) -> None:
    """Work on `queue` until a signal ends it; what is being done is finished first."""
    # A child whose worker was killed would go on with a task that by then runs elsewhere.
    worker_process_init.connect(_end_with_worker, weak=False)
    os.nice(GIVES_WAY)
    celery: Celery = importlib.import_module(f"services.{service}.worker").celery
    celery.worker_main(
        [
            "worker", f"--queues={queue}", f"--hostname={queue}@%h", f"--concurrency={concurrency}",
            "--loglevel=INFO", "--without-gossip", "--without-mingle", "--pool=prefork",
        ]
    )  # fmt: skip


def _end_with_worker(**_: object) -> None:
    end_with_parent()
