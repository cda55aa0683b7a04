"""The Celery app of the registration service. Run: handdruk worker registration"""

from services.registration.consequences import connect_rooms
from services.registration.jobs import JOBS
from services.registration.reactions import REACTIONS
from shared.settings import load_settings
from shared.worker import start_worker

connect_rooms()
worker = start_worker(load_settings("registration"), REACTIONS, JOBS)
celery = worker.celery
