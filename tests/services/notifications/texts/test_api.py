"""The API of texts: everything that their pages do."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.notifications.messages.catalogue import TEXTS
from shared.i18n import LANGUAGES
from tests.factories.notifications import facts, tell
from tests.mail import answer
from tests.service_under_test import ServiceUnderTest
from tests.services.notifications.conftest import Post
from tests.services.notifications.texts.test_pages import DEFAULT, OWN

ONE = "/api/texts/candidate_invited/nl"


def _token(client: FlaskClient) -> dict[str, str]:
    found = re.search(r'name="csrf-token" content="([^"]+)"', client.get("/templates").get_data(as_text=True))
    assert found is not None
    return {"X-CSRFToken": found.group(1)}


def _put(client: FlaskClient, source: Any = OWN, version: Any = 0) -> Any:
    return client.put(ONE, json={"source": source, "version": version}, headers=_token(client))


def test_list_says_which_texts_are_own(notifications: ServiceUnderTest) -> None:
    client = notifications.signed_in()
    _put(client)
    listed = client.get("/api/texts").get_json()
    assert len(listed) == len(TEXTS) * len(LANGUAGES)
    assert all(one["title"] and one["cause"] for one in listed)
    own = [(one["template"], one["language"], one["version"]) for one in listed if one["is_own"]]
    assert own == [("candidate_invited", "nl", 1)]


def test_text_is_saved_shown_with_its_difference_and_taken_back(notifications: ServiceUnderTest) -> None:
    client = notifications.signed_in()
    assert client.get(ONE).get_json()["version"] == 0
    saved = _put(client).get_json()
    assert (saved["is_own"], saved["version"], saved["changed_by"]) == (True, 1, "Test Person")
    assert {row["sign"] for row in saved["changes"]} == {" ", "+", "−"}
    assert saved["default"] == DEFAULT
    back = client.delete(f"{ONE}?version=1", headers=_token(client)).get_json()
    assert (back["is_own"], back["source"], back["version"]) == (False, DEFAULT, 2)
    assert client.delete(f"{ONE}?version=2", headers=_token(client)).get_json()["code"] == "text_is_default"


def test_text_that_there_is_not_is_not_found(notifications: ServiceUnderTest) -> None:
    client = notifications.signed_in()
    for one in ("event_moved/xx", "nothing_of_the_kind/nl", "../nl"):
        assert client.get(f"/api/texts/{one}").status_code == 404


def test_older_version_is_refused(notifications: ServiceUnderTest) -> None:
    client = notifications.signed_in()
    _put(client)
    answered = _put(client, f"{OWN} Tot dan.", 0)
    assert (answered.status_code, answered.get_json()["code"]) == (409, "text_changed_meanwhile")
    stale = client.delete(f"{ONE}?version=7", headers=_token(client))
    assert (stale.status_code, stale.get_json()["code"]) == (409, "text_changed_meanwhile")


@pytest.mark.parametrize(
    ("source", "version", "field"),
    [("", 0, "source"), (None, 0, "source"), (7, 0, "source"), (OWN, None, "version"), (OWN, -1, "version"),
     (OWN, "x", "version"), ("x" * 10_001, 0, "source"), ("\ud800", 0, "source")],
)  # fmt: skip
def test_field_that_does_not_hold_is_named(
    notifications: ServiceUnderTest, source: Any, version: Any, field: str
) -> None:
    answered = _put(notifications.signed_in(), source, version)
    assert answered.status_code == 422
    assert field in str(answered.get_json()["errors"])


def test_text_that_cannot_be_sent_is_refused_with_its_line(notifications: ServiceUnderTest) -> None:
    answered = _put(notifications.signed_in(), DEFAULT.replace("{{ number }}", "{{ 7 * 7 }}"))
    assert (answered.status_code, answered.get_json()["code"]) == (422, "text_refused")
    assert answered.get_json()["message"].startswith("Line 19:")


def test_sample_says_what_would_be_sent(notifications: ServiceUnderTest) -> None:
    client = notifications.signed_in()
    tried = client.post(f"{ONE}/sample", json={"source": OWN}, headers=_token(client)).get_json()
    assert set(tried) == {"subject", "text", "html", "short", "hints"}
    assert "Graag nodigen wij u uit" in tried["text"]
    assert not client.get(ONE).get_json()["is_own"]


def test_values_are_listed_with_samples(notifications: ServiceUnderTest) -> None:
    listed = notifications.signed_in().get("/api/texts/event_moved/uk/values").get_json()
    found = {one["written"]: one for one in listed}
    assert found["{{ event|dates }}"]["sample"] == "четвер, 10 грудня 2026"
    assert found["{{ old_place }}"]["optional"]
    assert "{% if moved.time %} … {% endif %}" in found


def test_every_value_of_the_list_can_be_used(notifications: ServiceUnderTest) -> None:
    client = notifications.signed_in()
    for name in TEXTS:
        listed = client.get(f"/api/texts/{name}/nl/values").get_json()
        shown = client.get(f"/api/texts/{name}/nl").get_json()["source"]
        fixed = [one["written"] for one in listed if not one["optional"] and "item.interpreter" not in one["written"]]
        source = "\n\n".join([shown, *fixed])
        tried = client.post(f"/api/texts/{name}/nl/sample", json={"source": source}, headers=_token(client))
        assert tried.status_code == 200, (name, tried.get_json())


@pytest.mark.parametrize(
    "address", ["", "x", "a@b", "+316", "0612345678", "a@example.org\nBcc: b@example.org", "x" * 300]
)
def test_address_that_is_none_is_refused(notifications: ServiceUnderTest, address: str) -> None:
    client = notifications.signed_in()
    answered = client.post(f"{ONE}/test", json={"source": OWN, "address": address}, headers=_token(client))
    assert answered.status_code == 422
    assert "address" in str(answered.get_json()["errors"])


def _try(post: Post, address: str = "me@example.org") -> Any:
    tell(post.service, facts())
    post.service.floor.settings.__dict__["smtp_url"] = post.mail.url
    client = post.service.signed_in()
    return client.post(f"{ONE}/test", json={"source": OWN, "address": address}, headers=_token(client))


def test_test_is_queued_and_its_message_says_what_became_of_it(post: Post) -> None:
    post.mail.fault("me@example.org", answer(550, "no such user"))
    asked = _try(post)
    assert (asked.status_code, asked.get_json()["state"], asked.get_json()["is_trial"]) == (202, "queued", True)
    post.send()
    told = post.service.signed_in().get(f"/api/messages/{asked.get_json()['id']}").get_json()
    assert (told["state"], told["reason"]) == ("failed", "address_refused")


def test_sms_without_a_provider_is_refused(post: Post) -> None:
    answered = _try(post, "+31 6 1234 5678")
    assert (answered.status_code, answered.get_json()["code"]) == (409, "channel_missing")


def test_tests_of_one_organiser_are_limited(post: Post) -> None:
    tell(post.service, facts())
    post.service.floor.settings.__dict__["smtp_url"] = post.mail.url
    client = post.service.signed_in()
    token = _token(client)
    sent = {"source": OWN, "address": "me@example.org"}
    codes = [client.post(f"{ONE}/test", json=sent, headers=token).status_code for _ in range(6)]
    assert codes == [202] * 5 + [429]
    page = client.post("/templates/candidate_invited/nl/own/test", data=sent, headers=token)
    assert page.status_code == 429, "the page counts with it"
    assert post.send() == 5
    assert len(post.mail.to("me@example.org")) == 5
