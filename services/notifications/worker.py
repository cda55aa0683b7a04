"""The Celery app of the notifications service. Run: handdruk worker notifications"""

from services.notifications.jobs import JOBS
from services.notifications.reactions import REACTIONS
from shared.settings import load_settings
from shared.worker import start_worker

worker = start_worker(load_settings("notifications"), REACTIONS, JOBS)
celery = worker.celery
