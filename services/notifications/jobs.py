"""The scheduled work of the notifications service, gathered from its rooms."""

from services.notifications.inbox import jobs as inbox
from services.notifications.messages import jobs as messages
from services.notifications.printing import jobs as printing
from shared.settings import Settings
from shared.worker import Job


def make_jobs(settings: Settings) -> list[Job]:
    """The jobs, which need to know the mail server."""
    return [*messages.make_jobs(settings), *inbox.make_jobs(settings), *printing.make_jobs()]
