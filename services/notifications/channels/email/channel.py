"""The channel as the registry knows it."""

from collections.abc import Iterator
from contextlib import contextmanager

from services.notifications.channels.channel import Kind, Taken
from services.notifications.channels.email.dkim import Signer
from services.notifications.channels.email.mime import make_mail
from services.notifications.channels.email.server import MailServer, read_server
from services.notifications.channels.email.smtp import SmtpConnection
from services.notifications.channels.letter import Letter
from services.notifications.channels.pace import Pace
from services.notifications.channels.reader import AddressKind, Reader
from shared.settings import Settings


class EmailConnection:
    """A connection to the mail server that takes letters."""

    def __init__(self, smtp: SmtpConnection, mail_from: str, signer: Signer | None) -> None:
        self._smtp, self._mail_from, self._signer = smtp, mail_from, signer

    def send(self, letter: Letter) -> Taken:
        """Hand one letter to the mail server. Raises NotHandedOver."""
        mail = make_mail(letter, self._mail_from)
        if self._signer is not None:
            mail = self._signer.sign(mail, letter.written_at)
        return Taken(self._smtp.send(self._mail_from, letter.address, mail))


class EmailChannel:
    """Mails through the server of the settings."""

    kind: Kind = "pushed"
    quiet = False
    address: AddressKind | None = "email"

    def __init__(self, settings: Settings) -> None:
        self._server: MailServer = read_server(settings.smtp_url)
        self._mail_from = settings.mail_from
        self._signer = Signer(settings.dkim_domain, settings.dkim_keys) if settings.dkim_keys else None
        self.pace = Pace(settings.mail_per_second) if settings.mail_per_second else None

    def reaches(self, reader: Reader) -> bool:
        """Who has an e-mail address."""
        return bool(reader.email)

    @contextmanager
    def connect(self) -> Iterator[EmailConnection]:
        """One SMTP connection for all letters of the block."""
        smtp = SmtpConnection(self._server)
        try:
            yield EmailConnection(smtp, self._mail_from, self._signer)
        finally:
            smtp.close()
