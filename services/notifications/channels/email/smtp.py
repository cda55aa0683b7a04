"""Talking to the mail server (RFC 5321): one connection for many mails, and every fault named for what it means."""

import smtplib
import socket
import ssl
import time

from services.notifications.channels.email.server import MailServer
from services.notifications.channels.errors import AddressRefused, Lost, NotHandedOver, ServerAway, TryLater

CLOSING = 421
"""The server ends the session (RFC 5321 §3.8)."""
LONGEST_ANSWER = 500


class SmtpConnection:
    """Connects when the first mail is sent; after a fault the next mail connects anew."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._smtp: smtplib.SMTP | None = None
        self._deadline = 0.0

    def send(self, sender: str, address: str, mail: bytes) -> str:
        """Hand over one mail; what the server said. Raises ServerAway, TryLater, Lost or AddressRefused."""
        self._deadline = time.monotonic() + self._server.patience.handshake
        try:
            smtp = self._begin(sender)
            self._name_reader(smtp, address)
            return self._hand_over(smtp, mail)
        except (smtplib.SMTPServerDisconnected, OSError) as fault:
            self.close()
            raise Lost(_words(fault)) from fault
        except smtplib.SMTPResponseException as fault:
            self.close()
            raise Lost(_words(fault), fault.smtp_code) from fault
        except (AddressRefused, TryLater):
            raise  # the server answered, and listens on
        except Exception:
            self.close()
            raise

    def close(self) -> None:
        """Say goodbye, if there is anybody to say it to."""
        smtp, self._smtp = self._smtp, None
        if smtp is None or smtp.sock is None:
            return
        try:
            smtp.sock.settimeout(2)
            smtp.quit()
        except (smtplib.SMTPException, OSError):
            smtp.close()

    def _begin(self, sender: str) -> smtplib.SMTP:
        """Open the envelope. A connection that the server closed since the last mail is replaced once."""
        if self._smtp is not None:
            try:
                return self._open_envelope(self._smtp, sender)
            except (smtplib.SMTPException, OSError, ServerAway):
                self.close()
        try:
            self._smtp = self._connect()
            return self._open_envelope(self._smtp, sender)
        except smtplib.SMTPResponseException as fault:
            raise ServerAway(_words(fault), fault.smtp_code) from fault
        except (smtplib.SMTPException, OSError) as fault:
            raise ServerAway(_words(fault)) from fault

    def _open_envelope(self, smtp: smtplib.SMTP, sender: str) -> smtplib.SMTP:
        self._keep_to_deadline(smtp)
        code, words = smtp.mail(sender)
        if code != 250:
            # It is we who are not welcome: no reader's address is to blame, so it must not be given up.
            raise ServerAway(_decoded(words), code)
        return smtp

    def _connect(self) -> smtplib.SMTP:
        server, name = self._server, socket.gethostname()
        context = ssl.create_default_context()
        if server.security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, name, timeout=self._left(), context=context)
        else:
            smtp = smtplib.SMTP(server.host, server.port, name, timeout=self._left())
        try:
            self._introduce(smtp, context)
        except BaseException:
            smtp.close()
            raise
        if smtp.sock is not None:
            # The last line of a mail goes out by itself: it must not wait until the other side confirms the rest.
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return smtp

    def _introduce(self, smtp: smtplib.SMTP, context: ssl.SSLContext) -> None:
        self._keep_to_deadline(smtp)
        smtp.ehlo_or_helo_if_needed()
        if self._server.security == "starttls":
            smtp.starttls(context=context)
            self._keep_to_deadline(smtp)
            smtp.ehlo()
        if self._server.user:
            smtp.login(self._server.user, self._server.password)

    def _name_reader(self, smtp: smtplib.SMTP, address: str) -> None:
        self._keep_to_deadline(smtp)
        code, words = smtp.rcpt(address)
        if code not in (250, 251):
            raise self._refusal(smtp, code, words)

    def _hand_over(self, smtp: smtplib.SMTP, mail: bytes) -> str:
        self._keep_to_deadline(smtp)
        code, words = smtp.docmd("DATA")
        if code != 354:
            raise self._refusal(smtp, code, words)
        smtp.send(_with_dots(mail))
        assert smtp.sock is not None
        smtp.sock.settimeout(self._server.patience.acceptance)
        smtp.send(b".\r\n")
        code, words = smtp.getreply()
        if code != 250:
            raise self._refusal(smtp, code, words)
        return _decoded(words)

    def _refusal(self, smtp: smtplib.SMTP, code: int, words: bytes) -> NotHandedOver:
        """What a reply other than yes means; the connection stays usable for the next mail."""
        answer = _decoded(words)
        if code == CLOSING or code < 400:
            return ServerAway(answer, code)
        self._keep_to_deadline(smtp)
        try:
            smtp.rset()
        except (smtplib.SMTPException, OSError):
            self.close()
        return TryLater(answer, code) if code < 500 else AddressRefused(answer, code)

    def _keep_to_deadline(self, smtp: smtplib.SMTP) -> None:
        if smtp.sock is not None:
            smtp.sock.settimeout(self._left())

    def _left(self) -> float:
        return max(0.1, self._deadline - time.monotonic())


def _with_dots(mail: bytes) -> bytes:
    """Lines that begin with a dot get a second one (RFC 5321 §4.5.2), and the last line ends."""
    ended = mail if mail.endswith(b"\r\n") else mail + b"\r\n"
    return (b"." + ended if ended.startswith(b".") else ended).replace(b"\r\n.", b"\r\n..")


def _words(fault: Exception) -> str:
    if isinstance(fault, smtplib.SMTPResponseException):
        return _decoded(fault.smtp_error)
    return str(fault)[:LONGEST_ANSWER]


def _decoded(words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return text.replace("\0", "")[:LONGEST_ANSWER]
