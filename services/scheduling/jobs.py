"""The scheduled work of the scheduling service, gathered from its rooms."""

from collections.abc import Sequence

from shared.worker import Job

JOBS: Sequence[Job] = ()
