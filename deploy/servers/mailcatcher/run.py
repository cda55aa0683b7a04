"""The mail catcher as a process: SMTP in front, the inbox page beside it."""

import signal
import threading
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from werkzeug.serving import make_server

from deploy.servers.mailcatcher.pages import make_inbox
from deploy.servers.mailcatcher.store import MailStore
from deploy.servers.ports import LOOPBACK

LARGEST_MAIL = 20_000_000


class Catcher:
    """Takes every mail, for whomever."""

    def __init__(self, store: MailStore) -> None:
        self._store = store

    # The name and the order are aiosmtpd's.
    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail; what the sender's server is told."""
        content = envelope.content or b""
        content = content.encode() if isinstance(content, str) else content
        try:
            self._store.add(envelope.mail_from or "", list(envelope.rcpt_tos), content)
        except OSError:
            # A full disk: the sender keeps the mail and tries again (RFC 5321, 4.2.2).
            return "452 Insufficient system storage"
        return "250 OK"


def catch(folder: Path, smtp_port: int, page_port: int) -> None:
    """Catch mail and show it until a signal ends it."""
    store = MailStore(folder)
    mail = Controller(
        Catcher(store), hostname=LOOPBACK, port=smtp_port, data_size_limit=LARGEST_MAIL, enable_SMTPUTF8=True
    )
    pages = make_server(LOOPBACK, page_port, make_inbox(store), threaded=True)
    mail.start()
    threading.Thread(target=pages.serve_forever, daemon=True).start()
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    ended.wait()
    mail.stop()
    pages.shutdown()
