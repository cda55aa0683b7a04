"""The channel as the registry knows it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from services.notifications.channels.channel import Kind, Taken
from services.notifications.channels.letter import Letter
from services.notifications.channels.pace import Pace
from services.notifications.channels.reader import AddressKind, Reader
from services.notifications.channels.sms.account import read_account
from services.notifications.channels.sms.http import HttpConnection
from services.notifications.channels.sms.provider import Listener, Provider, Sms
from services.notifications.channels.sms.segments import fit_text
from services.notifications.channels.sms.twilio import Twilio, TwilioListener
from shared.settings import Settings

RECEIPTS = "/notifications/sms/receipts"
LOOK_BACK = timedelta(days=3)
"""Longer than a message is tried: a copy of it is no older."""


class SmsConnection:
    """A connection to the provider that takes letters."""

    def __init__(self, provider: Provider, base_url: str) -> None:
        self._provider, self._base_url = provider, base_url

    def send(self, letter: Letter) -> Taken:
        """Hand the short words of one letter over. Raises NotHandedOver."""
        name = letter.mail_id.partition("@")[0]
        return self._provider.send(
            Sms(
                mobile=letter.mobile,
                text=fit_text(letter.short),
                receipts_to=f"{self._base_url}{RECEIPTS}/{name}",
                perhaps_sent=letter.perhaps_sent,
                since=letter.written_at - LOOK_BACK,
            )
        )


class SmsChannel:
    """Short words through the provider of the settings."""

    kind: Kind = "pushed"
    quiet = True
    address: AddressKind | None = "sms"

    def __init__(self, settings: Settings, connect: Callable[[Settings], Provider]) -> None:
        self._settings, self._connect = settings, connect
        self.pace: Pace | None = Pace(settings.sms_per_second)

    def reaches(self, reader: Reader) -> bool:
        """Who has a mobile number, with what can be said in a sentence."""
        return bool(reader.mobile) and reader.has_short

    @contextmanager
    def connect(self) -> Iterator[SmsConnection]:
        """One connection for all letters of the block."""
        provider = self._connect(self._settings)
        try:
            yield SmsConnection(provider, self._settings.base_url)
        finally:
            provider.close()


def make_sms_channel(settings: Settings) -> SmsChannel | None:
    """The channel; None where the settings name no provider."""
    return SmsChannel(settings, connect_provider) if settings.sms_url else None


def connect_provider(settings: Settings) -> Provider:
    """A connection to the provider of the settings."""
    account = read_account(settings)
    return Twilio(account, HttpConnection(account.name, account.secret))


def make_listener(settings: Settings) -> Listener | None:
    """What reads the provider's receipts and replies; None where the settings name no provider."""
    return TwilioListener(settings.sms_secret) if settings.sms_url else None
