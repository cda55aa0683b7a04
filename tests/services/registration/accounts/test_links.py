"""Personal links as the registration service opens them."""

import base64
import uuid
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine

from shared import clock
from shared.i18n import LANGUAGES
from shared.identity import LinkFor, PersonalLink, issue_link, link_address, revoke_links
from tests.service_under_test import ORGANISATION_ID, ORGANISATION_NAME, ServiceUnderTest

PERSON_ID = uuid.UUID("44444444-4444-4444-8444-444444444444")
LINK_FOR = LinkFor("candidate", PERSON_ID, "Оксана Гриценко", "uk", ORGANISATION_ID, ORGANISATION_NAME, "/help")


@pytest.fixture
def path(registration: ServiceUnderTest) -> str:
    with registration.session() as session:
        link_id = issue_link(session, LINK_FOR, timedelta(days=3))
    return urlsplit(link_address(registration.floor.settings, link_id)).path


def test_link_lets_in_and_leads_on_in_the_own_language(registration: ServiceUnderTest, path: str) -> None:
    client = registration.client()
    answer = client.get(path)
    assert (answer.status_code, answer.location) == (303, "/help")
    language = client.get_cookie("language")
    assert language is not None
    assert language.value == "uk"
    with client.session_transaction() as cookie:
        assert cookie["identities"]["candidate"]["u"] == PERSON_ID.hex


def test_scanner_of_mails_that_opens_the_link_first_takes_nothing_away(
    registration: ServiceUnderTest, path: str
) -> None:
    assert registration.client().head(path).status_code == 303
    assert registration.client().get(path).status_code == 303
    assert registration.client().get(path).status_code == 303


def test_link_leaves_an_organiser_signed_in(registration: ServiceUnderTest, path: str) -> None:
    client = registration.signed_in("organiser")
    client.get(path)
    assert client.get("/events").status_code == 200


def test_link_that_expired(registration: ServiceUnderTest, path: str) -> None:
    with time_machine.travel(clock.now() + timedelta(days=4)):
        _expect_explanation(registration, path)


def test_session_of_a_link_ends_with_the_link(registration: ServiceUnderTest, path: str) -> None:
    client = registration.client()
    client.get(path)
    with client.session_transaction() as cookie:
        until = cookie["identities"]["candidate"]["e"]
    assert until <= (clock.now() + timedelta(days=3)).timestamp()


def test_link_that_was_revoked(registration: ServiceUnderTest, path: str) -> None:
    with registration.session() as session:
        revoke_links(session, PERSON_ID)
    _expect_explanation(registration, path)


@pytest.mark.parametrize("token", ["x", "нісенітниця", "A" * 48, "-" * 5000, "..", "%00x"])
def test_link_that_is_none(registration: ServiceUnderTest, token: str) -> None:
    answer = registration.client().get(f"/l/{token}")
    assert answer.status_code in {400, 404}


def test_link_that_was_made_up(registration: ServiceUnderTest, path: str) -> None:
    with registration.session() as session:
        link = session.query(PersonalLink).one()
    forged = base64.urlsafe_b64encode(link.id.bytes + bytes(20)).decode().rstrip("=")
    _expect_explanation(registration, f"/l/{forged}")


def _expect_explanation(registration: ServiceUnderTest, path: str) -> None:
    client = registration.client()
    answer = client.get(path)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 404
    for language in LANGUAGES:
        assert f'<section class="hd-prose" lang="{language}"' in page
    with client.session_transaction() as cookie:
        assert "identities" not in cookie
