"""Fixtures of the whole suite: the real servers, and each service's application on an empty database."""

import base64

import pytest

from services.notifications.app import create_app as create_notifications
from services.registration.app import create_app as create_registration
from services.scheduling.app import create_app as create_scheduling
from shared.settings import Service, Settings, load_settings
from tests.service_under_test import ServiceUnderTest

pytest_plugins = ["tests.browser", "tests.dovecot", "tests.mail", "tests.sms", "tests.servers", "tests.stack"]


@pytest.fixture(scope="session")
def all_settings(database_urls: dict[Service, str], redis_url: str) -> dict[Service, Settings]:
    """The settings of each service on this test process's own databases."""
    environ = {
        "HANDDRUK_SECRET_KEY": "a test key that is no secret at all and has 48 letters",
        "HANDDRUK_PASS_SIGNING_KEY": base64.b64encode(b"a test seed of just 32 letters..").decode(),
        "HANDDRUK_BASE_URL": "http://127.0.0.1:8000",
        "HANDDRUK_REDIS_URL": redis_url,
        "HANDDRUK_SMTP_URL": "smtp://127.0.0.1:1025",
        "HANDDRUK_MAIL_FROM": "handdruk@example.org",
        "HANDDRUK_LOG_FORMAT": "console",
        "HANDDRUK_MERGE_SECONDS": "0",
        **{f"HANDDRUK_{name.upper()}_DATABASE_URL": url for name, url in database_urls.items()},
    }
    return {service: load_settings(service, environ) for service in database_urls}


@pytest.fixture(scope="session")
def _registration(all_settings: dict[Service, Settings]) -> ServiceUnderTest:
    return ServiceUnderTest(create_registration(all_settings["registration"]))


@pytest.fixture(scope="session")
def _scheduling(all_settings: dict[Service, Settings]) -> ServiceUnderTest:
    return ServiceUnderTest(create_scheduling(all_settings["scheduling"]))


@pytest.fixture(scope="session")
def _notifications(all_settings: dict[Service, Settings]) -> ServiceUnderTest:
    return ServiceUnderTest(create_notifications(all_settings["notifications"]))


@pytest.fixture
def registration(_registration: ServiceUnderTest) -> ServiceUnderTest:
    """The registration service, empty."""
    _registration.empty()
    return _registration


@pytest.fixture
def scheduling(_scheduling: ServiceUnderTest) -> ServiceUnderTest:
    """The scheduling service, empty."""
    _scheduling.empty()
    return _scheduling


@pytest.fixture
def notifications(_notifications: ServiceUnderTest) -> ServiceUnderTest:
    """The notifications service, empty."""
    _notifications.empty()
    return _notifications
