"""SMS through a provider that misbehaves: every fault is named for what it means, and nothing goes twice."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime

import pytest

from services.notifications.channels.channel import Taken
from services.notifications.channels.errors import AddressRefused, Lost, NotHandedOver, ServerAway, TryLater
from services.notifications.channels.registry import make_channels
from services.notifications.channels.sms import channel as sms_channel
from services.notifications.channels.sms.account import read_account
from services.notifications.channels.sms.channel import SmsChannel, make_sms_channel
from services.notifications.channels.sms.http import HttpConnection
from services.notifications.channels.sms.twilio import Twilio
from services.notifications.messages.outcome import LEASE
from shared import clock
from shared.settings import Settings
from tests.service_under_test import ServiceUnderTest
from tests.services.notifications.channels.test_mime import LETTER
from tests.sms import ACCOUNT, SECRET, SENDER, FaultyProvider, answer, drop, hang, say, trickle

MOBILE = "+31612345678"
SHORT = "Werkregio Rijn en Vecht nodigt u uit: 10 dec 13:00. https://handdruk.example/l/abc"


@pytest.fixture
def settings(notifications: ServiceUnderTest, sms: FaultyProvider) -> Settings:
    return replace(notifications.floor.settings, sms_url=sms.url, sms_secret=SECRET)


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Wait for the provider for a second only."""
    connection = HttpConnection
    monkeypatch.setattr(sms_channel, "HttpConnection", lambda account, secret: connection(account, secret, 1))
    return


def _send(settings: Settings, **changes: object) -> Taken:
    channel = make_sms_channel(settings)
    assert channel is not None
    letter = replace(LETTER, **{"written_at": clock.now(), "mobile": MOBILE, "short": SHORT, **changes})
    with channel.connect() as connection:
        return connection.send(letter)


def test_sms_says_the_short_words_to_the_number(settings: Settings, sms: FaultyProvider) -> None:
    taken = _send(settings)
    assert sms.carried[0].fields == {
        "To": MOBILE,
        "From": SENDER,
        "Body": SHORT,
        "StatusCallback": f"{settings.base_url}/notifications/sms/receipts/5b0c",
    }
    assert taken.provider_id == sms.carried[0].sid
    assert taken.answer == "queued, 1 segments"


def test_group_of_senders_is_named_as_one(settings: Settings, sms: FaultyProvider) -> None:
    _send(replace(settings, sms_url=sms.url.replace("%2B3197000000000", "MG" + "b" * 32)))
    assert sms.carried[0].fields["MessagingServiceSid"] == "MG" + "b" * 32
    assert "From" not in sms.carried[0].fields


@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        (answer(429, 20429), TryLater, 20429),
        (answer(503), ServerAway, 503),
        (answer(401, 20003), ServerAway, 20003),
        (answer(400, 21606), ServerAway, 21606),
        (answer(307), ServerAway, 307),
        (answer(500), Lost, 500),
        (answer(502), Lost, 502),
        (say(b"<html>yes</html>"), Lost, 201),
        (say(b"[]"), Lost, 201),
        (say(b"[" * 100_000), Lost, 201),
        (say(b"{}"), Lost, None),
        (say(b'{"sid": 5}'), Lost, None),
        (say(b" " * 300_000), Lost, 201),
        (drop(), Lost, None),
        (answer(400, 21211), AddressRefused, 21211),
        (answer(400, 21614), AddressRefused, 21614),
        (answer(400, 21610), AddressRefused, 21610),
    ],
)
def test_fault_is_named_for_what_it_means(
    settings: Settings, sms: FaultyProvider, fault: object, kind: type[NotHandedOver], code: int | None
) -> None:
    sms.fault(MOBILE, fault)
    with pytest.raises(NotHandedOver) as raised:
        _send(settings)
    assert (type(raised.value), raised.value.code) == (kind, code)


@pytest.mark.parametrize("fault", [hang(), hang(keeps=True), trickle()])
@pytest.mark.usefixtures("patience")
def test_silence_is_not_waited_for_without_end(settings: Settings, sms: FaultyProvider, fault: object) -> None:
    sms.fault(MOBILE, fault)
    with pytest.raises(Lost):
        _send(settings)


def test_patience_ends_before_the_lease_does() -> None:
    assert timedelta(seconds=2 * sms_channel.HttpConnection("", "")._seconds) < LEASE, "a look-up and a request"


def test_provider_that_is_not_there_is_away(settings: Settings, sms: FaultyProvider) -> None:
    sms.stop()
    with pytest.raises(ServerAway):
        _send(settings)
    with pytest.raises(ServerAway):
        _send(replace(settings, sms_url=f"https://{ACCOUNT}@no-such-host.invalid?from=1"))


def test_provider_says_how_long_it_wants_to_be_left_alone(settings: Settings, sms: FaultyProvider) -> None:
    later = format_datetime(clock.now() + timedelta(seconds=90))
    for text, least, most in (("7", 7, 7), (later, 80, 90), ("soon", None, None), ("9" * 30, 86_400, 86_400)):
        sms.fault(MOBILE, answer(429, 20429, after=text))
        with pytest.raises(TryLater) as fault:
            _send(settings)
        after = fault.value.after
        assert after is None if least is None or most is None else after is not None and least <= after <= most


def test_number_that_is_none_is_closed_and_so_is_who_sent_stop(settings: Settings, sms: FaultyProvider) -> None:
    for code, closes in ((21614, "bounced"), (21610, "opted_out")):
        sms.fault(MOBILE, answer(400, code))
        with pytest.raises(AddressRefused) as fault:
            _send(settings)
        assert fault.value.closes == closes


def test_what_was_taken_before_the_reply_was_lost_is_found_and_not_sent_again(
    settings: Settings, sms: FaultyProvider
) -> None:
    sms.fault(MOBILE, drop(keeps=True))
    with pytest.raises(Lost):
        _send(settings)
    assert _send(settings, perhaps_sent=True).provider_id == sms.carried[0].sid
    assert len(sms.carried) == 1


def test_what_was_not_taken_is_sent_after_looking_for_it(settings: Settings, sms: FaultyProvider) -> None:
    _send(settings, short="Another text to the same number")
    sms.fault(MOBILE, drop())
    with pytest.raises(Lost):
        _send(settings)
    _send(settings, perhaps_sent=True)
    assert [one.text for one in sms.carried] == ["Another text to the same number", SHORT]
    assert sms.looked_up == [MOBILE]


def test_copy_of_long_ago_or_one_that_failed_does_not_count(settings: Settings, sms: FaultyProvider) -> None:
    for change in ("made", "status"):
        _send(settings)
        if change == "made":
            sms.carried[-1].made -= 10 * 86_400
        else:
            sms.carried[-1].status = "undelivered"
    _send(settings, perhaps_sent=True)
    assert len(sms.carried) == 3


def test_first_attempt_looks_for_nothing(settings: Settings, sms: FaultyProvider) -> None:
    _send(settings)
    assert sms.looked_up == []


def test_connection_serves_many_texts_also_after_a_refusal(settings: Settings, sms: FaultyProvider) -> None:
    channel = make_channels(settings)["sms"]
    assert isinstance(channel, SmsChannel)
    sms.fault("+31600000002", answer(400, 21211))
    with channel.connect() as connection:
        for number in ("+31600000001", "+31600000002", "+31600000003"):
            letter = replace(LETTER, mobile=number, short=SHORT)
            try:
                connection.send(letter)
            except AddressRefused:
                assert number == "+31600000002"
    assert [one.to for one in sms.carried] == ["+31600000001", "+31600000003"]


def test_surroundings_do_not_decide_where_numbers_go(
    settings: Settings, sms: FaultyProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    _send(settings)
    assert len(sms.carried) == 1


def test_secret_shows_in_no_fault(settings: Settings, sms: FaultyProvider) -> None:
    account = read_account(settings)
    assert SECRET not in repr(account)
    assert SECRET not in repr(settings)
    sms.stop()
    provider = Twilio(account, HttpConnection(account.name, account.secret))
    with pytest.raises(ServerAway) as fault:
        provider.send(sms_channel.Sms(MOBILE, "x", "http://127.0.0.1/x", False, clock.now()))
    assert ACCOUNT not in fault.value.answer
    assert threading.active_count() < 50
