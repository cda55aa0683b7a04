"""Mail that a provider hands in: only with its signature, only fresh, only so large, and once."""

import hmac
from dataclasses import replace
from typing import Any

import pytest

from shared import clock
from shared.web import LARGEST_REQUEST
from tests.factories import incoming
from tests.factories.notifications import MAILBOX, organisation
from tests.service_under_test import ServiceUnderTest

SECRET = "a secret of the tests that is long enough"
ADDRESS = "/api/inbox/mail"


@pytest.fixture
def service(notifications: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch) -> ServiceUnderTest:
    """The service of an installation that has a secret."""
    monkeypatch.setattr(notifications.floor, "settings", replace(notifications.floor.settings, inbox_secret=SECRET))
    notifications.deliver(organisation())
    return notifications


def _signed(raw: bytes, stamp: str = "", recipient: str = MAILBOX, secret: str = SECRET) -> dict[str, str]:
    stamp = stamp or str(int(clock.now().timestamp()))
    made = hmac.new(secret.encode(), f"{stamp}.{recipient}.".encode() + raw, "sha256").hexdigest()
    names = ("Timestamp", "Recipient", "Signature")
    return {f"X-Handdruk-{name}": value for name, value in zip(names, (stamp, recipient, made), strict=True)}


def _post(service: ServiceUnderTest, raw: bytes, headers: dict[str, str]) -> Any:
    return service.client().post(ADDRESS, data=raw, headers=headers, content_type="message/rfc822")


def test_signed_mail_is_taken_in_once(service: ServiceUnderTest) -> None:
    raw = incoming.mail("Een vraag")
    assert [_post(service, raw, _signed(raw)).get_json() for _ in range(2)] == [{"taken": "open"}, {"taken": "known"}]
    assert [item.words for item in incoming.items(service)] == ["Een vraag"]


def test_the_same_mail_from_the_mailbox_is_known(service: ServiceUnderTest) -> None:
    raw = incoming.mail("Een vraag")
    _post(service, raw, _signed(raw))
    assert incoming.take(service, raw) == "known"


@pytest.mark.parametrize(
    "headers",
    [{}, {"X-Handdruk-Signature": "0" * 64}, {"X-Handdruk-Recipient": "other@example.org"},
     {"X-Handdruk-Timestamp": "1"}, {"X-Handdruk-Timestamp": "x"}, {"X-Handdruk-Timestamp": "²"}],
)  # fmt: skip
def test_mail_without_a_signature_that_holds_is_refused(service: ServiceUnderTest, headers: dict[str, str]) -> None:
    raw = incoming.mail("Een vraag")
    given = {**_signed(raw), **headers} if headers else {}
    assert _post(service, raw, given).status_code == 403
    assert incoming.items(service) == []


def test_an_old_signature_is_refused(service: ServiceUnderTest) -> None:
    raw = incoming.mail()
    old = str(int(clock.now().timestamp()) - 301)
    assert _post(service, raw, _signed(raw, old)).status_code == 403


def test_an_installation_without_a_secret_takes_nothing(notifications: ServiceUnderTest) -> None:
    raw = incoming.mail()
    assert _post(notifications, raw, _signed(raw, secret="")).status_code == 403


def test_too_much_at_once_is_refused_in_a_sentence(service: ServiceUnderTest) -> None:
    raw = b"x" * (LARGEST_REQUEST + 1)
    answer = _post(service, raw, _signed(raw))
    assert (answer.status_code, "too much at once" in answer.get_json()["message"]) == (413, True)


def test_bytes_of_the_mail_cannot_move_into_the_recipient(service: ServiceUnderTest) -> None:
    """Whoever saw one signed request has the signature of others that read the same when put together."""
    raw = incoming.mail("Een vraag", Received="from mail.devries.example")
    head, _, rest = (b"Received: from mail.devries.example\r\n" + raw).partition(b".")
    given = _signed(head + b"." + rest)
    moved = {**given, "X-Handdruk-Recipient": f"{MAILBOX}.{head.decode()}"}
    assert _post(service, rest, moved).status_code == 403
    assert _post(service, head + b"." + rest, given).status_code == 200
