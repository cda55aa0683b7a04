"""Signing in and out as a browser does it."""

import re
import threading
import uuid
from datetime import timedelta
from functools import partial

import pyotp
import pytest
import time_machine
from argon2 import PasswordHasher
from sqlalchemy import select

from services.registration.accounts import passwords
from services.registration.accounts.errors import CodeWrong
from services.registration.accounts.models import Staff, StaffSession
from services.registration.accounts.passwords import hash_password
from services.registration.accounts.rules import (
    change_staff,
    disable_staff,
    load_staff,
    reset_second_factor,
    set_password,
)
from services.registration.accounts.second_factor import seal_secret
from services.registration.accounts.sign_in import own_path, set_up_second_factor, use_code
from shared import clock
from shared.events import SessionEnded
from tests.factories.accounts import PASSWORD, make_staff, read_secret, sign_in, sign_in_first_time
from tests.service_under_test import ServiceUnderTest, post_form

ADDRESS = "anna@werkregio.example"


@pytest.fixture
def staff(registration: ServiceUnderTest) -> Staff:
    with registration.session() as session:
        return make_staff(session, ADDRESS)


def close_account(registration: ServiceUnderTest, staff: Staff) -> None:
    with registration.session() as session:
        boss = make_staff(session, "boss@werkregio.example", "Boss", ("admin",))
        disable_staff(session, boss.id, load_staff(session, staff.id))


@pytest.mark.parametrize("path", ["/", "/events", "/events/1?page=2#top", "/%2f/x", "/scheduling/events/1/plan"])
def test_own_path_keeps_paths_of_this_site(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize(
    "path",
    [None, "", "events", "//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example",
     "javascript:alert(1)", "/\t/evil.example", "/\n/evil.example", " //evil.example"],
)  # fmt: skip
def test_own_path_leads_to_no_other_site(path: str | None) -> None:
    assert own_path(path) == "/"


def test_first_sign_in_sets_up_the_second_factor(registration: ServiceUnderTest, staff: Staff) -> None:
    client = registration.client()
    answer = post_form(client, "/sign-in", {"email": f"  {ADDRESS.upper()} ", "password": PASSWORD, "next": "/account"})
    assert (answer.status_code, answer.location) == (303, "/sign-in/second-factor")
    page = client.get("/sign-in/second-factor").get_data(as_text=True)
    secret = read_secret(page)
    assert read_secret(client.get("/sign-in/second-factor").get_data(as_text=True)) == secret
    answer = post_form(client, "/sign-in/second-factor", {"code": pyotp.TOTP(secret).now()})
    assert (answer.status_code, answer.location) == (303, "/account")
    assert ADDRESS in client.get("/account").get_data(as_text=True)
    with registration.session() as session:
        kept = load_staff(session, staff.id).totp_secret
    assert kept is not None
    assert secret not in kept


def test_second_sign_in_asks_for_a_code(registration: ServiceUnderTest, staff: Staff) -> None:
    secret = sign_in_first_time(registration.client(), ADDRESS)
    client = registration.client()
    with time_machine.travel(clock.now() + timedelta(seconds=60)):
        answer = sign_in(client, ADDRESS, secret)
        assert (answer.status_code, answer.location) == (303, "/")
        assert client.get("/account").status_code == 200


def test_code_works_once(registration: ServiceUnderTest, staff: Staff) -> None:
    with time_machine.travel("2026-12-10T12:00:05+00:00", tick=False):
        secret = sign_in_first_time(registration.client(), ADDRESS)
        client = registration.client()
        answer = sign_in(client, ADDRESS, secret)
        assert answer.status_code == 422
        assert "Wait for the next code" in answer.get_data(as_text=True)
        assert client.get("/account").status_code == 302


def test_code_works_once_for_two_browsers_at_the_same_moment(registration: ServiceUnderTest, staff: Staff) -> None:
    secret = sign_in_first_time(registration.client(), ADDRESS)
    later = clock.now() + timedelta(seconds=60)
    with registration.session() as session:
        keys = registration.floor.settings.secret_keys
        row = session.get_one(Staff, staff.id)
        start, outcomes = threading.Barrier(2), []

        def use() -> None:
            with registration.session() as other:
                mine = load_staff(other, row.id)
                start.wait(10)
                try:
                    use_code(other, keys, mine, pyotp.TOTP(secret).at(later))
                    outcomes.append("in")
                except CodeWrong:
                    outcomes.append("refused")

        with time_machine.travel(later, tick=False):
            threads = [threading.Thread(target=use) for _ in range(2)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(30)
    assert sorted(outcomes) == ["in", "refused"]


def test_wrong_password_and_unknown_address_get_the_same_answer(
    registration: ServiceUnderTest, staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str] = []
    hasher = PasswordHasher()

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:
            verified.append(str(hash))
            return hasher.verify(hash, password)

    monkeypatch.setattr(passwords, "HASHER", Counting())
    answers = [
        post_form(registration.client(), "/sign-in", {"email": email, "password": "not the password"})
        for email in (ADDRESS, "nobody@werkregio.example")
    ]
    texts = [_without_what_was_typed(answer.get_data(as_text=True)) for answer in answers]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert texts[0] == texts[1]
    # The same work for both: one hash, made with the same parameters.
    assert len(verified) == 2
    assert verified[0].split("$")[:4] == verified[1].split("$")[:4]


def _without_what_was_typed(page: str) -> str:
    changing = r'value="[^"]*"|[0-9a-f]{32}|nonce-\w+|<meta name="csrf-token"[^>]*>'
    return re.sub(changing, "", page)


def test_what_was_typed_stays_except_the_password(registration: ServiceUnderTest, staff: Staff) -> None:
    answer = post_form(registration.client(), "/sign-in", {"email": "o'brien@x.example", "password": "secret words"})
    page = answer.get_data(as_text=True)
    assert "o&#39;brien@x.example" in page
    assert "secret words" not in page


@pytest.mark.parametrize("values", [{}, {"email": "", "password": ""}, {"email": ADDRESS}, {"password": PASSWORD},
                                    {"email": "x" * 300, "password": "x" * 900}])  # fmt: skip
def test_incomplete_sign_in(registration: ServiceUnderTest, staff: Staff, values: dict[str, str]) -> None:
    assert post_form(registration.client(), "/sign-in", values).status_code == 422


def test_closed_account(registration: ServiceUnderTest, staff: Staff) -> None:
    close_account(registration, staff)
    answer = post_form(registration.client(), "/sign-in", {"email": ADDRESS, "password": PASSWORD})
    assert answer.status_code == 422


def test_account_that_is_closed_half_way(registration: ServiceUnderTest, staff: Staff) -> None:
    secret = sign_in_first_time(registration.client(), ADDRESS)
    client = registration.client()
    with time_machine.travel(clock.now() + timedelta(seconds=60)):
        post_form(client, "/sign-in", {"email": ADDRESS, "password": PASSWORD})
        token = _csrf_token(client.get("/sign-in/code").get_data(as_text=True))
        close_account(registration, staff)
        answer = client.post("/sign-in/code", data={"csrf_token": token, "code": pyotp.TOTP(secret).now()})
        assert (answer.status_code, answer.location) == (303, "/sign-in")
        assert client.get("/account").status_code == 302


def _csrf_token(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found
    return found.group(1)


def test_old_password_sets_up_no_second_factor_after_a_new_one(registration: ServiceUnderTest, staff: Staff) -> None:
    client = registration.client()
    post_form(client, "/sign-in", {"email": ADDRESS, "password": PASSWORD})
    secret = read_secret(client.get("/sign-in/second-factor").get_data(as_text=True))
    with registration.session() as session:
        set_password(session, load_staff(session, staff.id), "another password that holds")
    values = {"code": pyotp.TOTP(secret).now()}
    answer = post_form(client, "/sign-in/second-factor", values, page="/sign-in")
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert client.get("/sign-in/second-factor").location == "/sign-in"
    assert client.get("/account").status_code == 302


@pytest.mark.parametrize("first_time", [True, False])
def test_account_that_closes_at_the_very_moment(registration: ServiceUnderTest, staff: Staff, first_time: bool) -> None:
    keys, secret = registration.floor.settings.secret_keys, pyotp.random_base32(32)
    with registration.session() as session:
        load_staff(session, staff.id).totp_secret = None if first_time else seal_secret(keys, secret)
    with registration.session() as session:
        half_way = load_staff(session, staff.id)
        close_account(registration, staff)
        code = pyotp.TOTP(secret).now()
        take = (
            partial(set_up_second_factor, session, keys, half_way, secret)
            if first_time
            else partial(use_code, session, keys, half_way)
        )
        with pytest.raises(CodeWrong):
            take(code)


def test_roles_are_those_of_the_moment_of_the_code(registration: ServiceUnderTest, staff: Staff) -> None:
    keys, secret = registration.floor.settings.secret_keys, pyotp.random_base32(32)
    with registration.session() as session:
        load_staff(session, staff.id).totp_secret = seal_secret(keys, secret)
    with registration.session() as session:
        half_way = load_staff(session, staff.id)
        with registration.session() as other:
            change_staff(other, uuid.uuid4(), load_staff(other, staff.id), staff.name, ["door"])
        use_code(session, keys, half_way, pyotp.TOTP(secret).now())
        assert half_way.roles == ["door"]


def test_second_step_without_the_first(registration: ServiceUnderTest, staff: Staff) -> None:
    client = registration.client()
    for path in ("/sign-in/code", "/sign-in/second-factor"):
        assert client.get(path).location == "/sign-in"
        answer = post_form(client, path, {"code": "123456"}, page="/sign-in")
        assert (answer.status_code, answer.location) == (303, "/sign-in")


def test_second_step_after_a_long_wait(registration: ServiceUnderTest, staff: Staff) -> None:
    client = registration.client()
    post_form(client, "/sign-in", {"email": ADDRESS, "password": PASSWORD})
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        assert client.get("/sign-in/second-factor").location == "/sign-in"


def test_password_alone_opens_nothing(registration: ServiceUnderTest, staff: Staff) -> None:
    client = registration.client()
    post_form(client, "/sign-in", {"email": ADDRESS, "password": PASSWORD})
    assert client.get("/account").status_code == 302


def test_second_factor_is_not_set_up_twice(registration: ServiceUnderTest, staff: Staff) -> None:
    first, second = registration.client(), registration.client()
    for client in (first, second):
        post_form(client, "/sign-in", {"email": ADDRESS, "password": PASSWORD})
    page = second.get("/sign-in/second-factor").get_data(as_text=True)
    sign_in_first_time(first, ADDRESS)
    code = pyotp.TOTP(read_secret(page)).now()
    answer = second.post("/sign-in/second-factor", data={"csrf_token": _csrf_token(page), "code": code})
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert second.get("/account").status_code == 302


def test_wrong_code_at_the_set_up_keeps_the_secret(registration: ServiceUnderTest, staff: Staff) -> None:
    client = registration.client()
    post_form(client, "/sign-in", {"email": ADDRESS, "password": PASSWORD})
    secret = read_secret(client.get("/sign-in/second-factor").get_data(as_text=True))
    answer = post_form(client, "/sign-in/second-factor", {"code": "abc"})
    assert answer.status_code == 422
    assert read_secret(answer.get_data(as_text=True)) == secret


def test_secret_is_sealed_anew_with_the_first_key(registration: ServiceUnderTest, staff: Staff) -> None:
    keys = ("a newer key of more than 32 letters....", "an older key of more than 32 letters....")
    secret = "JBSWY3DP" * 4
    with registration.session() as session:
        row = load_staff(session, staff.id)
        row.totp_secret = old = seal_secret(keys[1:], secret)
        session.flush()
        use_code(session, keys, row, pyotp.TOTP(secret).now())
        session.refresh(row)
        assert row.totp_secret != old


def test_hash_with_old_parameters_is_renewed(registration: ServiceUnderTest, staff: Staff) -> None:
    with registration.session() as session:
        load_staff(session, staff.id).password_hash = old = PasswordHasher(time_cost=1).hash(PASSWORD)
    post_form(registration.client(), "/sign-in", {"email": ADDRESS, "password": PASSWORD})
    with registration.session() as session:
        renewed = load_staff(session, staff.id).password_hash
    assert renewed != old
    assert renewed.split("$")[3] == hash_password("x").split("$")[3]


def test_second_factor_that_was_reset_is_set_up_again(registration: ServiceUnderTest, staff: Staff) -> None:
    client = registration.client()
    sign_in_first_time(client, ADDRESS)
    with registration.session() as session:
        reset_second_factor(session, uuid.uuid4(), load_staff(session, staff.id))
    assert client.get("/account").status_code == 302
    answer = post_form(registration.client(), "/sign-in", {"email": ADDRESS, "password": PASSWORD})
    assert answer.location == "/sign-in/second-factor"


def test_sign_out_ends_the_session_everywhere(registration: ServiceUnderTest, staff: Staff) -> None:
    client = registration.client()
    sign_in_first_time(client, ADDRESS)
    stolen = client.get_cookie("handdruk")
    assert stolen is not None
    answer = post_form(client, "/sign-out", {}, page="/account")
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert client.get("/account").status_code == 302
    thief = registration.client()
    thief.set_cookie("handdruk", stolen.value)
    assert thief.get("/account").status_code == 302
    assert len(registration.outbox(SessionEnded)) == 1
    with registration.session() as session:
        assert session.scalars(select(StaffSession)).all() == []


def test_sign_out_ends_every_identity_of_the_browser(registration: ServiceUnderTest, staff: Staff) -> None:
    client = registration.signed_in("employer", kind="employer")
    registration.signed_in("organiser", client=client, subject_id=staff.id)
    post_form(client, "/sign-out", {}, page="/account")
    assert len(registration.outbox(SessionEnded)) == 2


def test_sign_out_needs_a_form_of_ours(registration: ServiceUnderTest, staff: Staff) -> None:
    client = registration.signed_in("organiser", subject_id=staff.id)
    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out").status_code == 400
    assert client.get("/account").status_code == 200


def test_who_is_signed_in_is_not_asked_again(registration: ServiceUnderTest, staff: Staff) -> None:
    client = registration.signed_in("organiser", subject_id=staff.id)
    assert client.get("/sign-in?next=/account").location == "/account"


def test_sign_in_over_tls(registration: ServiceUnderTest, staff: Staff) -> None:
    client, site = registration.client(), "https://handdruk.example"
    page = client.get("/sign-in", base_url=site).get_data(as_text=True)
    values = {"csrf_token": _csrf_token(page), "email": ADDRESS, "password": PASSWORD}
    # A browser that keeps to our Referrer-Policy sends no Referer.
    assert client.post("/sign-in", base_url=site, data=values).status_code == 303


def test_language_of_the_account_is_taken_where_none_was_chosen(registration: ServiceUnderTest, staff: Staff) -> None:
    client = registration.app.test_client()
    sign_in_first_time(client, ADDRESS)
    language = client.get_cookie("language")
    assert language is not None
    assert language.value == "nl"


def test_change_of_password_ends_other_sessions(registration: ServiceUnderTest, staff: Staff) -> None:
    client, other = registration.client(), registration.client()
    secret = sign_in_first_time(client, ADDRESS)
    with time_machine.travel(clock.now() + timedelta(seconds=60)):
        sign_in(other, ADDRESS, secret)
    answer = post_form(
        client, "/account/password", {"present": PASSWORD, "password": "vijf rode fietsen"}, page="/account"
    )
    assert answer.status_code == 303
    assert client.get("/account").status_code == 200
    assert other.get("/account").status_code == 302
    post = post_form(registration.client(), "/sign-in", {"email": ADDRESS, "password": PASSWORD})
    assert post.status_code == 422


@pytest.mark.parametrize(
    ("present", "password", "field"),
    [("wrong", "vijf rode fietsen", "present"), (PASSWORD, "short", "password"), (PASSWORD, ADDRESS, "password"),
     ("", "", "present")],
)  # fmt: skip
def test_change_of_password_that_does_not_hold(
    registration: ServiceUnderTest, staff: Staff, present: str, password: str, field: str
) -> None:
    client = registration.signed_in("organiser", subject_id=staff.id)
    answer = post_form(client, "/account/password", {"present": present, "password": password}, page="/account")
    assert answer.status_code == 422
    assert f'id="field-{field}-error"' in answer.get_data(as_text=True)


def test_help_is_there_for_everybody(registration: ServiceUnderTest, staff: Staff) -> None:
    assert registration.client().get("/help").status_code == 200
    page = registration.signed_in("organiser", subject_id=staff.id).get("/help").get_data(as_text=True)
    assert "post@werkregio.example" in page
