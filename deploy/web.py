"""The web role: one service behind Granian."""

import importlib

from flask import Flask
from granian.constants import Interfaces
from granian.server import Server

from deploy.lineage import end_with_parent
from shared.settings import Service


def serve(service: Service, host: str, port: int, workers: int, threads: int) -> None:
    """Serve until a signal ends it: `workers` processes with `threads` requests at once in each."""
    Server(
        f"deploy.web:make_{service}",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        # A single worker that cannot start ends the server: who started it then sees that, and its log.
        respawn_failed_workers=workers > 1,
        workers_kill_timeout=10,
        websockets=False,
        log_access=False,
    ).serve()


def make_registration() -> Flask:
    """The registration service, in a Granian worker."""
    return _make("registration")


def make_scheduling() -> Flask:
    """The scheduling service, in a Granian worker."""
    return _make("scheduling")


def make_notifications() -> Flask:
    """The notifications service, in a Granian worker."""
    return _make("notifications")


def _make(service: Service) -> Flask:
    # A worker whose Granian was killed would go on holding the port, and the next Granian could not start.
    end_with_parent()
    app: Flask = importlib.import_module(f"services.{service}.app").create_app()
    return app
