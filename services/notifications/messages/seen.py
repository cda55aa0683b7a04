"""A message as its reader saw it, from the words that were kept: without the personal links, which are kept nowhere."""

import re

from services.notifications.messages.models import Message
from services.notifications.wording.render import write_html
from services.notifications.wording.source import Block, Bullets, Facts, Heading, Paragraph, Wording

MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox"
)
"""A mail carries its looks inside itself, and nothing else of it may act."""
FOOTER = "\n-- \n"
_RULE = re.compile("-{2,}")


def mail_as_seen(message: Message, sender: str) -> str:
    """The kept words as an HTML page in the looks of the mail."""
    body, _, footer = message.text.partition(FOOTER)
    subject = Wording(message.subject, _blocks(body))
    return write_html(message.language, sender, subject, Wording("", _blocks(footer)))


def _blocks(text: str) -> tuple[Block, ...]:
    return tuple(_block(part.split("\n")) for part in text.strip().split("\n\n") if part.strip())


def _block(lines: list[str]) -> Block:
    if len(lines) == 2 and _RULE.fullmatch(lines[1]):
        return Heading(lines[0])
    if len(lines) > 1 and all(": " in line for line in lines):
        return Facts(tuple((label, value) for label, _, value in (line.partition(": ") for line in lines)))
    if all(line.startswith("- ") for line in lines):
        return Bullets(tuple(line[2:] for line in lines))
    return Paragraph(" ".join(lines))
