"""The web application of the scheduling service. Run: handdruk web scheduling"""

from flask import Flask

from services.scheduling.interpreters.api import blueprint as interpreters_api
from services.scheduling.interpreters.pages import blueprint as interpreters_pages
from services.scheduling.jobs import JOBS
from services.scheduling.reactions import REACTIONS
from services.scheduling.timetable.api import blueprint as timetable_api
from services.scheduling.timetable.api import own_blueprint as own_api
from services.scheduling.timetable.detail_pages import blueprint as detail_pages
from services.scheduling.timetable.pages import blueprint as timetable_pages
from services.scheduling.timetable.personal_pages import blueprint as personal_pages
from services.scheduling.timetable.replan_pages import blueprint as replan_pages
from services.scheduling.timetable.weights_pages import blueprint as weights_pages
from shared.settings import Settings, load_settings
from shared.web import make_app
from shared.worker import Worker

PAGES = [interpreters_pages, detail_pages, timetable_pages, weights_pages, replan_pages, personal_pages]
API = [interpreters_api, timetable_api, own_api]
PUBLIC: frozenset[str] = frozenset()
"""The endpoints that anybody may use, each a decision; everything else carries @allow."""


def create_app(settings: Settings | None = None) -> Flask:
    """The application with its rooms, nothing else."""
    settings = settings or load_settings("scheduling")
    return make_app(settings, Worker(settings, REACTIONS, JOBS), pages=PAGES, api=API, public=PUBLIC)
