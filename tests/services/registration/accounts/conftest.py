"""What every test of accounts needs."""

import pytest

from shared.limits import limiter
from tests.service_under_test import ServiceUnderTest


@pytest.fixture(autouse=True)
def _no_attempts_yet(registration: ServiceUnderTest) -> None:
    """Attempts of one test must not count in the next."""
    limiter.reset()
