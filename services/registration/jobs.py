"""The scheduled work of the registration service, gathered from its rooms."""

from collections.abc import Sequence

from services.registration.accounts.jobs import FORGET_SESSIONS
from services.registration.events.jobs import FOLLOW_CLOCK
from services.registration.invitations.jobs import MARK_NO_SHOWS
from shared.worker import Job

JOBS: Sequence[Job] = (
    FORGET_SESSIONS,
    FOLLOW_CLOCK,
    MARK_NO_SHOWS,
)
