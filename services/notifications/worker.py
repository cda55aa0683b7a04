"""The Celery app of the notifications service. Run: handdruk worker notifications"""

from services.notifications.jobs import make_jobs
from services.notifications.reactions import REACTIONS
from shared.settings import load_settings
from shared.worker import start_worker

settings = load_settings("notifications")
worker = start_worker(settings, REACTIONS, make_jobs(settings))
celery = worker.celery
