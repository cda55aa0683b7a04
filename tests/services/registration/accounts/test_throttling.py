"""What can be guessed is throttled."""

import base64
import os
import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pyotp
import pytest
from flask.testing import FlaskClient

from services.registration.accounts.known_browsers import COOKIE
from services.registration.accounts.models import Staff
from shared.limits import limiter
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


# ── one account, guessed at from everywhere ───────────────────────────────────────────────────────────────────

NOBODY = "nobody@werkregio.example"


def attempt_from(client: FlaskClient, number: int, email: str, password: str) -> Any:
    """Try from the address with this number."""
    client.environ_base["REMOTE_ADDR"] = f"10.1.{number // 250}.{number % 250 + 1}"
    return post_form(client, "/sign-in", {"email": email, "password": password})


def guess_from_everywhere(registration: ServiceUnderTest, email: str, times: int = 20, password: str = "") -> None:
    """Each guess from another address, in another browser. An empty one fails as well, and costs no hash."""
    for number in range(times):
        assert attempt_from(registration.client(), number, email, password).status_code == 422


def redis_of_limiter() -> Any:
    storage: Any = limiter.storage
    return storage.storage


def counts_of_accounts() -> dict[str, int]:
    """Keys of what is counted for whole accounts in Redis → seconds until it is forgotten."""
    redis = redis_of_limiter()
    keys = [key.decode() for key in redis.keys("*") if b"/account " in key]
    return {key: redis.ttl(key) for key in keys}


def test_guesses_at_one_account_from_many_addresses_have_to_wait(registration: ServiceUnderTest, staff: Staff) -> None:
    guess_from_everywhere(registration, ADDRESS, password="a wrong password")
    assert attempt_from(registration.client(), 100, ADDRESS.upper(), PASSWORD).status_code == 429
    assert attempt_from(registration.client(), 100, "ben@werkregio.example", PASSWORD).status_code == 303


def test_an_account_that_does_not_exist_gives_the_same_answers(registration: ServiceUnderTest, staff: Staff) -> None:
    told = []
    for email in (ADDRESS, NOBODY):
        guess_from_everywhere(registration, email, 19, "a wrong password")
        answers = [attempt_from(registration.client(), 30 + n, email, "wrong password") for n in range(3)]
        told.append([(one.status_code, _words(one, email)) for one in answers])
    assert [status for status, _ in told[0]] == [422, 429, 429]
    assert told[0] == told[1]


def _words(answer: Any, email: str) -> str:
    """The page without what differs from request to request, and without the address that was typed."""
    page = answer.get_data(as_text=True).replace(email, "")
    return re.sub(r'(csrf_token"[^>]*value=")[^"]+|(?<=translate="no">)[0-9a-f]{8}', r"\1", page)


def test_an_account_waits_for_minutes_and_not_for_hours(registration: ServiceUnderTest, staff: Staff) -> None:
    guess_from_everywhere(registration, ADDRESS)
    # Tries that are turned away are not counted, so that the wait does not begin anew with each of them.
    before = counts_of_accounts()
    assert [attempt_from(registration.client(), n, ADDRESS, "again").status_code for n in range(200, 210)] == [429] * 10
    after = counts_of_accounts()
    assert before.keys() == after.keys()
    assert len(before) == 1
    ((key, seconds),) = after.items()
    assert 0 < seconds <= before[key] <= 600
    redis_of_limiter().expire(key, 0)
    assert attempt_from(registration.client(), 100, ADDRESS, PASSWORD).status_code == 303


def test_one_address_alone_cannot_make_the_account_wait(registration: ServiceUnderTest, staff: Staff) -> None:
    tries = [attempt_from(registration.client(), 1, ADDRESS, "wrong password").status_code for _ in range(40)]
    assert tries == [422] * 5 + [429] * 35
    assert attempt_from(registration.client(), 2, ADDRESS, PASSWORD).status_code == 303


def test_a_browser_that_the_account_was_used_on_does_not_wait(registration: ServiceUnderTest, staff: Staff) -> None:
    own, shared = registration.client(), registration.client()
    secret = sign_in_first_time(own, ADDRESS)
    sign_in_first_time(shared, "ben@werkregio.example")
    for client in (own, shared):
        post_form(client, "/sign-out", {}, page="/account")
    guess_from_everywhere(registration, ADDRESS)
    assert attempt_from(shared, 101, ADDRESS, PASSWORD).status_code == 429
    assert attempt_from(own, 102, ADDRESS, PASSWORD).status_code == 303
    # The cookie is no way in: the second factor is asked as ever.
    assert own.get("/account").status_code == 302
    assert post_form(own, "/sign-in/code", {"code": "000000"}).status_code == 422
    assert len(secret) == 32


def test_a_known_browser_has_a_count_of_its_own(registration: ServiceUnderTest, staff: Staff) -> None:
    own = registration.client()
    sign_in_first_time(own, ADDRESS)
    post_form(own, "/sign-out", {}, page="/account")
    assert [attempt_from(own, n, ADDRESS, "").status_code for n in range(21)] == [422] * 20 + [429]
    assert attempt_from(registration.client(), 100, ADDRESS, PASSWORD).status_code == 303


def test_a_shared_browser_is_known_for_each_who_uses_it(registration: ServiceUnderTest, staff: Staff) -> None:
    client = registration.client()
    for email in (ADDRESS, "ben@werkregio.example"):
        sign_in_first_time(client, email)
        post_form(client, "/sign-out", {}, page="/account")
        guess_from_everywhere(registration, email)
    for email in (ADDRESS, "ben@werkregio.example"):
        assert attempt_from(client, 100, email, PASSWORD).status_code == 303


@pytest.mark.parametrize("forged", ["", "x", "e30.x.y", "нісенітниця", "ImEi.aSFt4A.AAAA"])
def test_a_browser_that_says_itself_that_it_is_known_is_not(
    registration: ServiceUnderTest, staff: Staff, forged: str
) -> None:
    guess_from_everywhere(registration, ADDRESS)
    client = registration.client()
    client.set_cookie(COOKIE, forged, path="/sign-in")
    assert attempt_from(client, 100, ADDRESS, PASSWORD).status_code == 429


# ── codes ─────────────────────────────────────────────────────────────────────────────────────────────────────


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
