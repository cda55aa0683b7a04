"""`handdruk staff add`: accounts without a browser."""

import base64
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from deploy.errors import CannotContinue
from deploy.staff import staff
from services.registration.accounts.models import Organisation, Staff
from services.registration.accounts.passwords import password_fits
from shared.database import ACROSS_ORGANISATIONS
from shared.events import OrganisationChanged
from shared.settings import Service, Settings
from tests.service_under_test import ServiceUnderTest

Run = Callable[..., Result]


@pytest.fixture
def run(registration: ServiceUnderTest, all_settings: dict[Service, Settings]) -> Run:
    known = all_settings["registration"]
    environ = {
        "HANDDRUK_SECRET_KEY": ",".join(known.secret_keys),
        "HANDDRUK_PASS_SIGNING_KEY": base64.b64encode(known.pass_signing_key).decode(),
        "HANDDRUK_BASE_URL": known.base_url,
        "HANDDRUK_SMTP_URL": known.smtp_url,
        "HANDDRUK_MAIL_FROM": known.mail_from,
        "HANDDRUK_REDIS_URL": known.redis_url,
        "HANDDRUK_REGISTRATION_DATABASE_URL": known.database_url,
    }

    def add(*options: str, password: str = "vier groene fietsen", organisation: str = "Werkregio Їжак") -> Result:
        given = ["--organisation", organisation, "--name", "Анна O'Brien", "--email", "anna@werkregio.example"]
        return CliRunner().invoke(staff, ["add", *given, *options], input=password + "\n", env=environ)

    return add


def test_first_account_makes_the_organisation(registration: ServiceUnderTest, run: Run) -> None:
    done = run("--mailbox", "post@werkregio.example")
    assert done.exit_code == 0, done.output
    with registration.session(None) as session:
        made = session.scalars(select(Staff), execution_options=ACROSS_ORGANISATIONS).one()
        assert (made.name, made.roles) == ("Анна O'Brien", ["admin", "organiser"])
        assert password_fits(made.password_hash, "vier groene fietsen")
        assert session.get_one(Organisation, made.organisation_id).name == "Werkregio Їжак"
    assert len(registration.outbox(OrganisationChanged)) == 1


def test_second_account_joins_the_organisation(registration: ServiceUnderTest, run: Run) -> None:
    run("--mailbox", "post@werkregio.example")
    done = run("--email", "ben@werkregio.example", "--role", "door", "--language", "uk")
    assert done.exit_code == 0, done.output
    with registration.session(None) as session:
        assert len(session.scalars(select(Organisation)).all()) == 1
        people = session.scalars(select(Staff), execution_options=ACROSS_ORGANISATIONS).all()
        assert [person.roles for person in people if person.language == "uk"] == [["door"]]


@pytest.mark.parametrize(
    ("options", "password", "sentence"),
    [
        ((), "short", "at least 12 characters"),
        (("--email", "nonsense"), "vier groene fietsen", "e-mail address"),
        (("--name", "x" * 201), "vier groene fietsen", "at most 200 characters"),
        (("--mailbox", "nonsense"), "vier groene fietsen", "e-mail address"),
    ],
)
def test_what_does_not_hold(
    registration: ServiceUnderTest, run: Run, options: tuple[str, ...], password: str, sentence: str
) -> None:
    done = run("--mailbox", "post@werkregio.example", *options, password=password)
    assert isinstance(done.exception, CannotContinue)
    assert sentence in str(done.exception)
    with registration.session(None) as session:
        assert session.scalars(select(Organisation)).all() == []


def test_new_organisation_without_a_mailbox(run: Run) -> None:
    done = run()
    assert isinstance(done.exception, CannotContinue)
    assert "--mailbox" in str(done.exception)


def test_address_that_is_taken(run: Run) -> None:
    run("--mailbox", "post@werkregio.example")
    done = run()
    assert isinstance(done.exception, CannotContinue)
    assert "already an account" in str(done.exception)
