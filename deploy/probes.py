"""Questions to running parts: is it there, and does it do its work."""

import http.client

from kombu.exceptions import OperationalError
from redis import RedisError

from deploy.servers.ports import LOOPBACK
from shared.settings import SERVICES, Settings
from shared.worker import make_celery

PLANNING = "planning"
QUEUES = (*SERVICES, PLANNING)
"""Each has workers of its own, named after it."""


def service_is_ready(port: int, host: str = LOOPBACK, timeout: float = 5) -> bool:
    """Whether a web service answers that its database is there and migrated."""
    connection = http.client.HTTPConnection(host, port, timeout=timeout)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def silent_workers(settings: Settings, timeout: float = 2) -> list[str]:
    """The queues for which no worker answers a ping within `timeout` seconds; all of them when Redis is away.

    Settings of any service do: the workers of all of them listen on the same broker.
    """
    try:
        # Enough where each queue has one worker, and then nobody waits for the time to run out.
        heard = _ping(settings, timeout, limit=len(QUEUES))
        if len(heard) < len(QUEUES):
            heard |= _ping(settings, timeout, limit=None)
    except (OperationalError, RedisError, OSError):
        return list(QUEUES)
    return [queue for queue in QUEUES if queue not in heard]


def _ping(settings: Settings, timeout: float, limit: int | None) -> set[str]:
    answers = make_celery(settings).control.ping(timeout=timeout, limit=limit)
    return {name.partition("@")[0] for answer in answers for name in answer} & set(QUEUES)
