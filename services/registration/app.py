"""The web application of the registration service. Run: handdruk web registration"""

from flask import Flask

from services.registration.candidates.api import blueprint as candidates_api
from services.registration.candidates.pages import blueprint as candidates_pages
from services.registration.jobs import JOBS
from services.registration.reactions import REACTIONS
from shared.settings import Settings, load_settings
from shared.web import make_app
from shared.worker import Worker

PAGES = [
    candidates_pages,
]
API = [
    candidates_api,
]
PUBLIC: frozenset[str] = frozenset()
"""The endpoints that anybody may use, each a decision; everything else carries @allow."""


def create_app(settings: Settings | None = None) -> Flask:
    """The application with its rooms, nothing else."""
    settings = settings or load_settings("registration")
    return make_app(settings, Worker(settings, REACTIONS, JOBS), pages=PAGES, api=API, public=PUBLIC)
