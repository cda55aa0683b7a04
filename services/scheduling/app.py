"""The web application of the scheduling service. Run: handdruk web scheduling"""

from flask import Flask

from services.scheduling.jobs import JOBS
from services.scheduling.reactions import REACTIONS
from shared.settings import Settings, load_settings
from shared.web import make_app
from shared.worker import Worker

PUBLIC: frozenset[str] = frozenset()
"""The endpoints that anybody may use, each a decision; everything else carries @allow."""


def create_app(settings: Settings | None = None) -> Flask:
    """The application with its rooms, nothing else."""
    settings = settings or load_settings("scheduling")
    return make_app(settings, Worker(settings, REACTIONS, JOBS), pages=[], api=[], public=PUBLIC)
