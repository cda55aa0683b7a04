"""The Celery app of the registration service. Run: handdruk worker registration"""

from services.registration.consequences import connect_rooms
from services.registration.jobs import JOBS
from services.registration.reactions import make_reactions
from shared.settings import load_settings
from shared.worker import start_worker

connect_rooms()
settings = load_settings("registration")
worker = start_worker(settings, make_reactions(settings.pass_signing_key), JOBS)
celery = worker.celery
