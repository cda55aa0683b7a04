"""The Celery app of the scheduling service. Run: handdruk worker scheduling"""

from services.scheduling.jobs import JOBS
from services.scheduling.reactions import REACTIONS
from shared.settings import load_settings
from shared.worker import start_worker

worker = start_worker(load_settings("scheduling"), REACTIONS, JOBS)
celery = worker.celery
