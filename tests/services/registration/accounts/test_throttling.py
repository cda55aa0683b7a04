"""What can be guessed is throttled."""

import base64
import os
import subprocess
import sys
from collections.abc import Callable

import pyotp
import pytest

from services.registration.accounts.models import Staff
from shared.settings import Service, Settings
from tests.factories.accounts import PASSWORD, make_staff, sign_in_first_time
from tests.service_under_test import ServiceUnderTest, post_form

ADDRESS = "anna@werkregio.example"


@pytest.fixture
def staff(registration: ServiceUnderTest) -> Staff:
    with registration.session() as session:
        make_staff(session, "ben@werkregio.example", "Ben")
        return make_staff(session, ADDRESS)


def attempt(registration: ServiceUnderTest, email: str, password: str) -> int:
    status: int = post_form(registration.client(), "/sign-in", {"email": email, "password": password}).status_code
    return status


def test_sixth_wrong_password_for_an_account(registration: ServiceUnderTest, staff: Staff) -> None:
    assert [attempt(registration, ADDRESS, f"guess number {n}") for n in range(5)] == [422] * 5
    assert attempt(registration, ADDRESS.upper(), PASSWORD) == 429
    assert attempt(registration, "ben@werkregio.example", PASSWORD) == 303


def test_right_passwords_do_not_count(registration: ServiceUnderTest, staff: Staff) -> None:
    assert [attempt(registration, ADDRESS, PASSWORD) for _ in range(7)] == [303] * 7


def test_many_accounts_from_one_address(registration: ServiceUnderTest, staff: Staff) -> None:
    client = registration.client()
    guesses = [
        post_form(client, "/sign-in", {"email": f"a{n}@werkregio.example", "password": ""}).status_code
        for n in range(30)
    ]
    assert guesses == [422] * 30
    assert attempt(registration, ADDRESS, PASSWORD) == 429


def test_sixth_wrong_code(registration: ServiceUnderTest, staff: Staff) -> None:
    secret = sign_in_first_time(registration.client(), ADDRESS)
    client = registration.client()
    post_form(client, "/sign-in", {"email": ADDRESS, "password": PASSWORD})
    assert [post_form(client, "/sign-in/code", {"code": "abc"}).status_code for _ in range(5)] == [422] * 5
    # Another browser does not help: the account is counted.
    other = registration.client()
    post_form(other, "/sign-in", {"email": ADDRESS, "password": PASSWORD})
    assert post_form(other, "/sign-in/code", {"code": pyotp.TOTP(secret).now()}).status_code == 429


def test_enrolment_codes_cannot_be_guessed_fast(registration: ServiceUnderTest) -> None:
    client, guess = registration.client(), {"code": "guess", "name": "phone"}
    assert [client.post("/api/devices/enrol", json=guess).status_code for _ in range(20)] == [404] * 20
    refused = client.post("/api/devices/enrol", json=guess)
    assert refused.status_code == 429
    assert refused.json is not None
    assert "Wait a minute" in refused.json["message"]


ATTEMPTS = f"""
from services.registration.app import create_app
from tests.factories.accounts import PASSWORD, make_staff
from tests.service_under_test import ServiceUnderTest, post_form

registration = ServiceUnderTest(create_app())
with registration.session() as session:
    make_staff(session, "{ADDRESS}")
for password in (PASSWORD, *["wrong password"] * 6):
    answer = post_form(registration.client(), "/sign-in", {{"email": "{ADDRESS}", "password": password}})
    print(answer.status_code)
"""


def test_throttling_goes_on_while_redis_is_away(
    new_database: Callable[[Service], str], all_settings: dict[Service, Settings]
) -> None:
    known = all_settings["registration"]
    environ = {
        "HANDDRUK_SECRET_KEY": ",".join(known.secret_keys),
        "HANDDRUK_PASS_SIGNING_KEY": base64.b64encode(known.pass_signing_key).decode(),
        "HANDDRUK_BASE_URL": known.base_url,
        "HANDDRUK_SMTP_URL": known.smtp_url,
        "HANDDRUK_MAIL_FROM": known.mail_from,
        "HANDDRUK_REDIS_URL": "redis://127.0.0.1:1/0",
        "HANDDRUK_REGISTRATION_DATABASE_URL": new_database("registration"),
    }
    # A process of its own, since all applications of a process share one limiter.
    done = subprocess.run([sys.executable, "-c", ATTEMPTS], env={**os.environ, **environ}, capture_output=True,
                          text=True, timeout=120, check=False)  # fmt: skip
    assert done.stdout.split() == ["303", *["422"] * 5, "429"], done.stderr[-2000:]
