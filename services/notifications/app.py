"""The web application of the notifications service. Run: handdruk web notifications"""

from flask import Flask

from services.notifications.jobs import make_jobs
from services.notifications.messages import api as messages_api
from services.notifications.messages import pages as messages
from services.notifications.reactions import REACTIONS
from shared.settings import Settings, load_settings
from shared.web import make_app
from shared.worker import Worker

PUBLIC: frozenset[str] = frozenset()
"""The endpoints that anybody may use, each a decision; everything else carries @allow."""


def create_app(settings: Settings | None = None) -> Flask:
    """The application with its rooms, nothing else."""
    settings = settings or load_settings("notifications")
    return make_app(
        settings,
        Worker(settings, REACTIONS, make_jobs(settings)),
        pages=[messages.blueprint],
        api=[messages_api.messages],
        public=PUBLIC,
    )
