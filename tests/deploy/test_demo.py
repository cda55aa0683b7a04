"""The demo: three Meet & Greets told through the use cases, once, with the mails of today and no others."""

import base64
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, text

from deploy.demo import demo
from deploy.demo import story as demo_story
from deploy.demo.people import draw_profiles
from deploy.demo.sign_ins import SIGN_INS, demo_password
from deploy.demo.story import ORGANISATION, near_thursday
from deploy.errors import CannotContinue
from services.registration.app import create_app
from shared.settings import SERVICES, Service, Settings, load_settings
from tests.servers import SharedServers
from tests.service_under_test import ServiceUnderTest, post_form


@dataclass
class Installation:
    """The databases that the commands of the demo find in the environment."""

    urls: dict[Service, str]
    begun: datetime | None = None
    output: str = ""

    def enter(self, known: Settings, environment: pytest.MonkeyPatch) -> None:
        """Put the settings in the environment, where the commands look for them."""
        seed = base64.b64encode(known.pass_signing_key).decode()
        given = {"SECRET_KEY": known.secret_keys[0], "PASS_SIGNING_KEY": seed, "BASE_URL": known.base_url,
                 "REDIS_URL": known.redis_url, "SMTP_URL": known.smtp_url, "MAIL_FROM": known.mail_from}  # fmt: skip
        addresses = {f"{service.upper()}_DATABASE_URL": url for service, url in self.urls.items()}
        for name, value in {**given, **addresses}.items():
            environment.setenv(f"HANDDRUK_{name}", value)

    def run(self, *words: str) -> Result:
        """Run `handdruk demo …`; a fault of the code comes through."""
        return CliRunner().invoke(demo, list(words), catch_exceptions=False)

    def rows(self, service: Service, query: str) -> list[tuple[Any, ...]]:
        """What a service's database answers."""
        engine = create_engine(self.urls[service].replace("postgresql://", "postgresql+psycopg://"))
        with engine.connect() as connection:
            found = [tuple(row) for row in connection.execute(text(query))]
        engine.dispose()
        return found


@pytest.fixture
def installation(
    new_database: Callable[[Service], str], all_settings: dict[Service, Settings], monkeypatch: pytest.MonkeyPatch
) -> Installation:
    """An installation without data; its settings stand in the environment."""
    empty = Installation({service: new_database(service) for service in SERVICES})
    empty.enter(all_settings["registration"], monkeypatch)
    return empty


@pytest.fixture(scope="module")
def loaded(servers: SharedServers, worker_number: int, all_settings: dict[Service, Settings]) -> Iterator[Installation]:
    """An installation with the demo, for all tests that only look."""
    names = {service: f"demo_{service}_{worker_number}" for service in SERVICES}
    begun = datetime.now(UTC)
    demo_ = Installation({service: servers.clone_database(service, name) for service, name in names.items()}, begun)
    with pytest.MonkeyPatch.context() as environment:
        demo_.enter(all_settings["registration"], environment)
        demo_.output = demo_.run("load", "--if-empty").output
        yield demo_
    for name in names.values():
        servers.drop_database(name)


def test_demo_load_tells_three_events(loaded: Installation) -> None:
    past, today, coming = loaded.rows(
        "registration",
        """SELECT starts_at, state,
                  (SELECT count(*) FROM stand_booking b WHERE b.event_id = e.id AND b.state = 'confirmed'),
                  (SELECT count(*) FROM invitation i WHERE i.event_id = e.id),
                  (SELECT count(*) FROM scan s WHERE s.event_id = e.id AND s.verdict = 'admitted'),
                  (SELECT count(*) FROM plan_figures p WHERE p.event_id = e.id)
           FROM event e ORDER BY starts_at""",
    )
    now = datetime.now(UTC)
    assert past[1:3] == ("closed", 11)
    # From day to day, as the story counts: by the hour it depends on when today is asked.
    assert 25 <= _days_between(past[0], now) <= 31
    assert past[4] > 24
    assert today[1:5] == ("published", 12, 58, 0)
    assert timedelta(0) < today[0] - now <= timedelta(hours=15)
    assert (coming[1], coming[2]) == ("published", 9)
    assert 18 <= _days_between(now, coming[0]) <= 24
    assert (past[5], today[5], coming[5]) == (1, 1, 0)
    assert loaded.rows("registration", "SELECT count(*) FROM candidate") == [(60,)]
    assert loaded.rows("registration", "SELECT count(*) FROM employer") == [(12,)]
    assert loaded.rows("scheduling", "SELECT count(*) FROM interpreter") == [(6,)]
    # How many it finds in its second depends on what else the machine does.
    assert loaded.rows("scheduling", "SELECT count(*) FROM conversation")[0][0] > 100


def _days_between(one: datetime, other: datetime) -> int:
    return (other.astimezone(demo_story.ZONE).date() - one.astimezone(demo_story.ZONE).date()).days


def test_demo_load_leaves_the_mails_of_today_and_no_others(loaded: Installation) -> None:
    assert loaded.begun is not None
    for service in ("registration", "scheduling"):
        waiting = loaded.rows(service, "SELECT receiver, name, recorded_at FROM outbox WHERE acknowledged_at IS NULL")
        assert {receiver for receiver, *_ in waiting} <= {"notifications"}
        told = [recorded for _, name, recorded in waiting if name in {"SendMessage", "PutCalendarEntry"}]
        assert 1 <= len(told) <= 15
        assert all(recorded >= loaded.begun for recorded in told)
    kinds = Counter(
        template
        for service in ("registration", "scheduling")
        for (template,) in loaded.rows(service, "SELECT payload->>'template' FROM outbox WHERE payload ? 'template'")
    )
    assert kinds == {
        "stand_confirmed": 1, "employer_invited": 2, "candidate_invited": 6, "invitation_answered": 3,
        "interpreter_invited": 1, "candidate_reminder": 2, "employer_reminder": 1,
    }  # fmt: skip


def test_demo_load_alarms_nobody_with_events_that_wait_since_the_story(loaded: Installation) -> None:
    assert loaded.begun is not None
    for service in ("registration", "scheduling"):
        waiting = loaded.rows(service, "SELECT recorded_at, due_at FROM outbox WHERE acknowledged_at IS NULL")
        assert waiting
        assert all(moment >= loaded.begun for row in waiting for moment in row)


def test_demo_load_if_empty_changes_nothing_the_second_time(loaded: Installation) -> None:
    query = "SELECT id FROM event UNION SELECT id FROM candidate ORDER BY 1"
    known = loaded.rows("registration", query)
    assert loaded.run("load", "--if-empty").output == loaded.output
    assert loaded.rows("registration", query) == known
    with pytest.raises(CannotContinue, match="there already"):
        loaded.run("load")


def test_demo_load_if_empty_leaves_an_organisation_alone(installation: Installation) -> None:
    engine = create_engine(installation.urls["registration"].replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO organisation (id, name, mailbox, version, created_at)"
                " VALUES (gen_random_uuid(), 'Ours', 'a@b.nl', 1, now())"
            )
        )
    engine.dispose()
    result = installation.run("load", "--if-empty")
    assert (result.exit_code, result.output) == (0, "")
    assert installation.rows("registration", "SELECT count(*) FROM event") == [(0,)]


def test_demo_load_that_fails_leaves_nothing(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the third act")

    monkeypatch.setattr(demo_story, "tell_coming", fail)
    with pytest.raises(RuntimeError, match="the third act"):
        installation.run("load")
    assert installation.rows("registration", "SELECT count(*) FROM organisation") == [(0,)]
    assert installation.rows("scheduling", "SELECT count(*) FROM event") == [(0,)]


def test_demo_accounts_sign_in_with_the_printed_password_and_a_code(loaded: Installation) -> None:
    settings = load_settings("registration")
    assert demo_password(settings) in loaded.output
    service = ServiceUnderTest(create_app(settings))
    # The last one twice, within the half-minute in which the first code is used up.
    for account in [*SIGN_INS, SIGN_INS[-1]]:
        assert account.email in loaded.output
        client = service.client()
        post_form(client, "/sign-in", {"email": account.email, "password": demo_password(settings)})
        code = loaded.run("code", account.email).output.strip()
        answer = post_form(client, "/sign-in/code", {"code": code})
        assert answer.status_code == 303, answer.get_data(as_text=True)
    page = client.get("/").get_data(as_text=True)
    addresses = re.findall(r'href="(/events/[0-9a-f-]{36})"', page)
    assert len(set(addresses)) == 3
    for address in addresses:
        assert client.get(address).status_code == 200


def test_demo_code_of_somebody_else(loaded: Installation) -> None:
    with pytest.raises(CannotContinue, match="no account of the demo"):
        loaded.run("code", "somebody@else.example")


def test_demo_code_without_a_demo(installation: Installation) -> None:
    with pytest.raises(CannotContinue, match="no account of the demo"):
        installation.run("code")


def test_demo_of_one_seed_is_one_story(loaded: Installation, installation: Installation) -> None:
    query = """SELECT c.name, c.email, c.sectors, i.number, i.state, e.state
               FROM candidate c LEFT JOIN invitation i ON i.candidate_id = c.id LEFT JOIN event e ON e.id = i.event_id
               ORDER BY 1, 4, 5, 6"""
    installation.run("load")
    assert installation.rows("registration", query) == loaded.rows("registration", query)


def test_draw_profiles_are_different_people_of_another_seed() -> None:
    people = draw_profiles(Random(1), 60)
    assert len({person.name for person in people}) == 60
    assert {person.language for person in people} == {"uk", "ru", "en"}
    assert any(not person.email for person in people)
    assert [person.name for person in people] != [person.name for person in draw_profiles(Random(2), 60)]


@pytest.mark.parametrize("offset", range(7))
def test_near_thursday(offset: int) -> None:
    day = date(2026, 12, 7) + timedelta(days=offset)
    found = near_thursday(day)
    assert found.weekday() == 3
    assert abs((found - day).days) <= 3


def test_organisation_is_the_one_of_the_pictures() -> None:
    assert ORGANISATION == "Werkregio Rijn en Vecht"
