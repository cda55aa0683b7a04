"""The page below every message: what it shows, what it changes, and what nobody can do with it."""

import re
import uuid
from typing import Any

import pytest
from sqlalchemy import select

from services.notifications.calendar.feeds import PURPOSE as FEED_PURPOSE
from services.notifications.messages.catalogue import TEMPLATES
from services.notifications.messages.forgetting import KEEP_WORDS
from services.notifications.messages.jobs import forget_old_words
from services.notifications.messages.models import Message
from services.notifications.people.links import PURPOSE as ABOUT_PURPOSE
from services.notifications.people.links import about_address
from services.notifications.people.models import Preference, Suppression
from services.notifications.people.rules import find_wishes
from services.notifications.rights.causes import CAUSES, cause_of
from services.notifications.rights.masking import mask_email, mask_mobile
from shared import clock
from shared.database import ACROSS_ORGANISATIONS
from shared.events import PersonErased
from shared.i18n import LANGUAGES
from shared.identity.links import PURPOSE as LINK_PURPOSE
from shared.identity.signed_ids import sign_id
from tests.factories.notifications import VALUES, facts, person, send_message, tell
from tests.service_under_test import ServiceUnderTest, post_form

NAME = "Оксана Гриценко"
EMAIL = "oksana.hrytsenko@example.org"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def message_id(notifications: ServiceUnderTest) -> uuid.UUID:
    """An invitation that waits, to somebody who reads Ukrainian."""
    event = tell(notifications, facts(name="Meet & Greet Zuid"))
    told = send_message(event, person=person(name=NAME, email=EMAIL, mobile="+31612345678"))
    notifications.deliver(told)
    return told.message_id


def _address(service: ServiceUnderTest, message_id: uuid.UUID) -> str:
    settings = service.floor.settings
    return about_address(settings, message_id).removeprefix(f"{settings.base_url}/notifications")


def _all(service: ServiceUnderTest, table: Any) -> list[Any]:
    with service.session() as session:
        return list(session.scalars(select(table).execution_options(**ACROSS_ORGANISATIONS)))


def test_page_says_who_why_and_what_is_kept_and_nothing_in_full(
    notifications: ServiceUnderTest, message_id: uuid.UUID
) -> None:
    page = notifications.client().get(_address(notifications, message_id)).get_data(as_text=True)
    for words in ("Werkregio Rijn en Vecht", "You were invited to Meet &amp; Greet Zuid.", "o•••@e•••.org",
                  "+31 ••• 78", "meetgreet@rijnenvecht.example"):  # fmt: skip
        assert words in page
    for secret in (NAME, "Гриценко", EMAIL, "+31612345678", "612345678"):
        assert secret not in page


def test_page_is_in_the_readers_language_unless_another_was_chosen(
    notifications: ServiceUnderTest, message_id: uuid.UUID
) -> None:
    address = _address(notifications, message_id)
    assert '<html lang="uk"' in notifications.app.test_client().get(address).get_data(as_text=True)
    assert '<html lang="en"' in notifications.client().get(address).get_data(as_text=True)


def test_looking_changes_nothing(notifications: ServiceUnderTest, message_id: uuid.UUID) -> None:
    address = _address(notifications, message_id)
    client = notifications.client()
    for path in (address, f"{address}/unsubscribe", f"{address}/unsubscribe?List-Unsubscribe=One-Click"):
        assert client.get(path).status_code == 200
        assert client.head(path).status_code == 200
    assert _all(notifications, Preference) == []
    assert _all(notifications, Suppression) == []


def test_choice_is_kept_and_shown_again(notifications: ServiceUnderTest, message_id: uuid.UUID) -> None:
    address, client = _address(notifications, message_id), notifications.client()
    answered = post_form(client, address, {"channel": "email", "language": "ru", "only_essential": "true"})
    assert (answered.status_code, answered.headers["Location"]) == (303, address)
    (kept,) = _all(notifications, Preference)
    assert (kept.channel, kept.language, kept.only_essential, kept.asked_by) == ("email", "ru", True, "page")
    page = client.get(address).get_data(as_text=True)
    assert "Your choice is saved." in page
    assert re.search(r'value="ru" checked', page)


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"language": "xx"}, "language"), ({"language": ""}, "language"),
     ({"channel": "pigeon", "language": "uk"}, "channel"),
     ({"channel": "email", "language": "uk", "only_essential": "perhaps"}, "only_essential")],
)  # fmt: skip
def test_choice_that_does_not_hold_is_explained(
    notifications: ServiceUnderTest, message_id: uuid.UUID, typed: dict[str, str], field: str
) -> None:
    answered = post_form(notifications.client(), _address(notifications, message_id), typed)
    assert answered.status_code == 422
    assert f"field-{field}-error" in answered.get_data(as_text=True)
    assert _all(notifications, Preference) == []


def test_way_that_reaches_nobody_is_refused(notifications: ServiceUnderTest) -> None:
    event = tell(notifications, facts())
    told = send_message(event, person=person(mobile=None))
    notifications.deliver(told)
    answered = post_form(
        notifications.client(), _address(notifications, told.message_id), {"channel": "sms", "language": "uk"}
    )
    assert answered.status_code == 422
    assert "We cannot reach you in this way." in answered.get_data(as_text=True)


def test_form_without_its_token_is_refused(notifications: ServiceUnderTest, message_id: uuid.UUID) -> None:
    address, client = _address(notifications, message_id), notifications.client()
    for path in (address, f"{address}/not-for-me", f"{address}/write-again"):
        assert client.post(path, data={"language": "ru"}).status_code == 400
    assert _all(notifications, Preference) + _all(notifications, Suppression) == []


def test_one_click_needs_no_cookie_and_ends_invitations(notifications: ServiceUnderTest, message_id: uuid.UUID) -> None:
    stranger = notifications.app.test_client(use_cookies=False)
    for _ in range(2):
        assert stranger.post(f"{_address(notifications, message_id)}/unsubscribe", data=ONE_CLICK).status_code == 200
    (kept,) = _all(notifications, Preference)
    assert (kept.only_essential, kept.asked_by, kept.channel) == (True, "one_click", None)


@pytest.mark.parametrize(
    "sent", [{}, {"List-Unsubscribe": "one-click"}, {"List-Unsubscribe": ""}, {"other": "One-Click"}]
)
def test_anything_but_one_click_changes_nothing(
    notifications: ServiceUnderTest, message_id: uuid.UUID, sent: dict[str, str]
) -> None:
    stranger = notifications.app.test_client(use_cookies=False)
    assert stranger.post(f"{_address(notifications, message_id)}/unsubscribe", data=sent).status_code == 400
    assert _all(notifications, Preference) == []


def test_forged_token_opens_nothing(notifications: ServiceUnderTest, message_id: uuid.UUID) -> None:
    address = _address(notifications, message_id)
    forged = address[:-2] + ("AA" if address[-2:] != "AA" else "BB")
    never = _address(notifications, uuid.uuid4())
    for path in (forged, never, "/about/x", "/about/" + "A" * 5000):
        for method in ("get", "post"):
            assert getattr(notifications.client(), method)(path).status_code in {400, 404}
        assert notifications.client().post(f"{path}/unsubscribe", data=ONE_CLICK).status_code == 404
        assert notifications.client().get(f"/api{path}").status_code == 404
    assert _all(notifications, Preference) == []


def test_address_that_is_not_the_readers_is_closed_and_opened_again(
    notifications: ServiceUnderTest, message_id: uuid.UUID
) -> None:
    address, client = _address(notifications, message_id), notifications.client()
    assert post_form(client, f"{address}/not-for-me", {}, page=address).status_code == 303
    assert "We do not write to o•••@e•••.org any more." in client.get(address).get_data(as_text=True)
    (message,) = _all(notifications, Message)
    with notifications.session() as session:
        assert find_wishes(session, [message])[0].reader.closed == {"email"}
    assert post_form(client, f"{address}/write-again", {}, page=address).status_code == 303
    with notifications.session() as session:
        assert find_wishes(session, [message])[0].reader.closed == frozenset()
    assert post_form(client, f"{address}/write-again", {}, page=address).status_code == 409


def test_what_was_done_is_said_in_the_readers_language(notifications: ServiceUnderTest) -> None:
    told = send_message(tell(notifications, facts()), person=person(language="uk"))
    notifications.deliver(told)
    address, client = _address(notifications, told.message_id), notifications.app.test_client()
    for path, said in (
        ("not-for-me", "Ми більше не пишемо на цю адресу."),
        ("write-again", "Ми знову пишемо на цю адресу."),
    ):
        assert post_form(client, f"{address}/{path}", {}, page=address).status_code == 303
        assert said in client.get(address).get_data(as_text=True)


def test_old_mail_still_ends_invitations(notifications: ServiceUnderTest, message_id: uuid.UUID) -> None:
    with notifications.session() as session:
        message = session.scalars(select(Message)).one()
        message.state, message.due_at, message.sent_at = "sent", None, clock.now()
        message.queued_at = message.asked_at = clock.now() - KEEP_WORDS * 2
    forget_old_words(notifications.sessions)
    address, client = _address(notifications, message_id), notifications.client()
    assert "What it said was deleted." in client.get(address).get_data(as_text=True)
    assert client.post(f"{address}/unsubscribe", data=ONE_CLICK).status_code == 200
    assert _all(notifications, Preference)[0].only_essential
    assert post_form(client, f"{address}/not-for-me", {}, page=address).status_code == 409


def test_staff_of_another_region_who_opens_a_link_acts_for_the_readers_region(
    notifications: ServiceUnderTest, message_id: uuid.UUID
) -> None:
    client = notifications.signed_in(organisation_id=uuid.uuid4())
    page = client.get(_address(notifications, message_id))
    assert page.status_code == 200
    assert "Werkregio Rijn en Vecht" in page.get_data(as_text=True)


def test_page_is_kept_by_no_cache_and_tells_nobody_where_it_is(
    notifications: ServiceUnderTest, message_id: uuid.UUID
) -> None:
    answered = notifications.client().get(_address(notifications, message_id))
    assert answered.headers["Cache-Control"] == "no-store"
    assert answered.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("template", TEMPLATES)
def test_reader_is_told_the_cause_of_every_message(template: str) -> None:
    assert template in CAUSES
    assert "Meet & Greet" in cause_of(template, "Meet & Greet")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TEMPLATES)
def test_every_page_opens_in_every_language(notifications: ServiceUnderTest, template: str, language: str) -> None:
    event = tell(notifications, facts())
    reader = person(TEMPLATES[template].kinds[0], language=language)
    told = send_message(event, template, person=reader, values=VALUES.get(template, {}))
    notifications.deliver(told)
    page = notifications.app.test_client().get(_address(notifications, told.message_id))
    assert f'<html lang="{language}"' in page.get_data(as_text=True)


@pytest.mark.parametrize(
    ("address", "masked"),
    [("a@example.org", "a•••@e•••.org"), ("@example.org", "•••@e•••.org"), ("x@localhost", "x•••@l•••"),
     ("ї@приклад.укр", "ї•••@п•••.укр")],
)  # fmt: skip
def test_addresses_are_masked(address: str, masked: str) -> None:
    assert mask_email(address) == masked


def test_numbers_are_masked() -> None:
    assert mask_mobile("+31612345678") == "+31 ••• 78"


# ── the API ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_api_shows_and_changes_the_same(notifications: ServiceUnderTest, message_id: uuid.UUID) -> None:
    address, client = f"/api{_address(notifications, message_id)}", notifications.app.test_client(use_cookies=False)
    shown = client.get(address).get_json()
    assert (shown["address"], shown["only_essential"], shown["address_closed"]) == ("o•••@e•••.org", False, False)
    changed = client.put(address, json={"language": "nl", "only_essential": True})
    assert (changed.status_code, changed.get_json()["language"]) == (200, "nl")
    assert client.delete(f"{address}/address").status_code == 204
    assert client.get(address).get_json()["address_closed"] is True
    assert client.put(f"{address}/address").get_json()["address_closed"] is False
    assert client.put(address, json={"language": "xx"}).status_code == 422
    # No SMS provider is set, so this way reaches nobody.
    assert client.put(address, json={"channel": "sms", "language": "nl"}).get_json()["code"] == "channel_closed"


def test_nothing_is_kept_of_a_wish_of_somebody_who_was_erased(
    notifications: ServiceUnderTest, message_id: uuid.UUID
) -> None:
    """The link in an old mail still opens; what is chosen there is written nowhere."""
    with notifications.session() as session:
        reader = session.get_one(Message, message_id)
    notifications.deliver(PersonErased(reader.organisation_id, reader.person_kind, reader.person_id))
    address, client = _address(notifications, message_id), notifications.client()
    assert post_form(client, address, {"language": "ru", "only_essential": "true"}).status_code == 303
    assert client.post(f"{address}/unsubscribe", data=ONE_CLICK).status_code == 200
    assert _all(notifications, Preference) == []


def test_token_of_another_purpose_opens_nothing(notifications: ServiceUnderTest, message_id: uuid.UUID) -> None:
    """The same id, signed for a personal link or a calendar feed, by the same keys."""
    keys = notifications.floor.settings.secret_keys
    for purpose in (FEED_PURPOSE, LINK_PURPOSE):
        assert notifications.client().get(f"/about/{sign_id(keys, purpose, message_id)}").status_code == 404
    assert notifications.client().get(f"/calendar/{sign_id(keys, ABOUT_PURPOSE, message_id)}.ics").status_code == 404
