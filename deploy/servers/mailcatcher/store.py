"""Caught mails as files, and what a person or a test wants to know of each."""

import email
import email.policy
import re
import secrets
import time
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

MAIL_NAME = re.compile(r"\d{19}-[0-9a-f]{8}")
"""Nanoseconds and a random part: the order of names is the order of arrival."""


@dataclass(frozen=True)
class Part:
    """One leaf of a mail: a body, a picture or an attached file."""

    number: int
    content_type: str
    file_name: str
    content_id: str
    size: int


@dataclass(frozen=True)
class CaughtMail:
    """A mail with its envelope: whom the sender named to the server, whatever the headers say."""

    id: str
    received: float
    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage

    @property
    def subject(self) -> str:
        """The subject, decoded."""
        return str(self.message.get("Subject", ""))

    def body(self, kind: str) -> str | None:
        """The text of the mail as `plain` or `html`; None when it has no such part."""
        found = self.message.get_body((kind,))
        return str(found.get_content()) if found is not None else None

    def parts(self) -> list[Part]:
        """Every leaf of the mail."""
        return [
            Part(
                number,
                leaf.get_content_type(),
                leaf.get_filename() or "",
                str(leaf.get("Content-ID", "")).strip("<>"),
                len(_bytes(leaf)),
            )
            for number, leaf in enumerate(self._leaves())
        ]

    def content(self, number: int) -> bytes:
        """The bytes of one leaf. Raises IndexError when the mail has none of that number."""
        return _bytes(self._leaves()[number])

    def _leaves(self) -> list[EmailMessage]:
        return [part for part in self.message.walk() if not part.is_multipart()]


class MailStore:
    """A folder with a file for each mail, oldest first."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def add(self, sender: str, recipients: list[str], content: bytes) -> str:
        """Keep a mail; its id."""
        name = f"{time.time_ns():019d}-{secrets.token_hex(4)}"
        # The envelope is written as headers of ours, each on a line: a line break in an address ends the address.
        envelope = [f"X-Envelope-From: {_one_line(sender)}"]
        envelope += [f"X-Envelope-To: {_one_line(recipient)}" for recipient in recipients]
        draft = self._folder / f"{name}.new"
        draft.write_bytes("\r\n".join(envelope).encode() + b"\r\n" + content)
        draft.rename(self._folder / f"{name}.eml")
        return name

    def names(self) -> list[str]:
        """The ids of all mails, newest first."""
        return sorted((file.stem for file in self._folder.glob("*.eml")), reverse=True)

    def read(self, name: str) -> CaughtMail | None:
        """One mail by its id; None when there is none."""
        file = self._folder / f"{name}.eml"
        if not MAIL_NAME.fullmatch(name) or not file.exists():
            return None
        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        sender = str(message.get("X-Envelope-From", ""))
        recipients = tuple(str(value) for value in message.get_all("X-Envelope-To", []))
        return CaughtMail(name, int(name[:19]) / 1e9, sender, recipients, message)

    def raw(self, name: str) -> bytes:
        """The file of a mail, as it came in, below the envelope. Raises FileNotFoundError."""
        return (self._folder / f"{name}.eml").read_bytes()

    def search(self, recipient: str = "", limit: int = 200) -> list[CaughtMail]:
        """Mails, newest first; only those to `recipient` when given."""
        found: list[CaughtMail] = []
        for name in self.names():
            mail = self.read(name)
            if mail and (not recipient or recipient.casefold() in (one.casefold() for one in mail.recipients)):
                found.append(mail)
                if len(found) == limit:
                    break
        return found

    def empty(self) -> None:
        """Forget every mail."""
        for file in self._folder.glob("*.eml"):
            file.unlink(missing_ok=True)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _bytes(leaf: EmailMessage) -> bytes:
    found = leaf.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""
