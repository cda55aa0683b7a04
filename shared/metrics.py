"""Prometheus figures of a service: requests by route, events by name, and what waits in the outbox."""

from collections.abc import Iterator, Sequence

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from shared import clock
from shared.outbox import OutboxRow

REQUESTS = Histogram("handdruk_request_seconds", "Time to answer, by route", ["service", "route", "method", "status"])
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""What is counted by its name; every other method is one: a client may invent as many as it likes."""
REFUSALS = Counter("handdruk_refusals_total", "Requests that a rule refused", ["service", "code"])


class OutboxFigures(Collector):
    """Counts what waits in the outbox at the moment somebody asks."""

    def __init__(self, sessions: sessionmaker[Session], service: str) -> None:
        self._sessions, self._service = sessions, service

    def collect(self) -> Iterator[Metric]:
        """Two gauges: how many rows wait and how long the oldest has."""
        waiting = select(func.count(), func.min(OutboxRow.recorded_at)).where(OutboxRow.acknowledged_at.is_(None))
        with self._sessions() as session:
            count, oldest = session.execute(waiting).one()
        rows = GaugeMetricFamily("handdruk_outbox_waiting", "Events not yet handled", labels=["service"])
        rows.add_metric([self._service], count)
        age = GaugeMetricFamily("handdruk_outbox_oldest_seconds", "Age of the oldest of them", labels=["service"])
        age.add_metric([self._service], (clock.now() - oldest).total_seconds() if oldest else 0)
        yield from (rows, age)


def write_figures(
    sessions: sessionmaker[Session], service: str, folder: str | None, own: Sequence[Collector] = ()
) -> bytes:
    """The figures in Prometheus' text format; of all processes of the service when they share a `folder`.

    `own`: what only this service counts.
    """
    registry = CollectorRegistry()
    for collector in (OutboxFigures(sessions, service), *own):
        registry.register(collector)
    if folder:
        multiprocess.MultiProcessCollector(registry, path=folder)
        return generate_latest(registry)
    return generate_latest(registry) + generate_latest()
