"""Mail that tells what became of one of ours: delivery status notifications (RFC 3464), also those in words only.

Everything here is what the mail claims. Who may claim it is `rules.py`'s to say: it has to know our Message-ID.
"""

import re
from dataclasses import dataclass, replace

from services.notifications.inbox.reading.headers import Headers, read_headers
from services.notifications.inbox.reading.mail import Mail

MOST_SCANNED = 200_000
"""Characters of a report in words that are searched."""
ROBOTS = ("mailer-daemon", "mail-daemon", "maildaemon", "postmaster", "mdaemon", "mailerdaemon", "mail.daemon")
ACTIONS = ("failed", "delayed", "delivered", "relayed", "expanded")
"""From what an organiser must know to what says nothing."""
RECIPIENTS = ("final-recipient", "original-recipient", "x-actual-recipient")
RETURNED_KINDS = ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers")
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_CODE = re.compile(r"(?<!\d)([45]\d\d)[ -]")
_BOTH_CODES = re.compile(r"(?<!\d)[45]\d\d[ -]#?[45]\.\d{1,3}\.\d{1,3}(?![\d.])")
_OUR_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}@[A-Za-z0-9.-]{1,253}")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}")
_NOBODY = re.compile(
    r"user unknown|unknown user|no such (user|mailbox|recipient|address|person)|does ?n[o']t exist|not exist"
    r"|recipient (address )?(rejected|not found|unknown)|mailbox (unavailable|not found|disabled)|address rejected"
    r"|invalid (recipient|mailbox)|account (is )?(disabled|inactive)|unrouteable|host or domain name not found",
    re.IGNORECASE,
)
_FULL = re.compile(r"mailbox (is )?full|over ?quota|quota exceeded|insufficient storage|out of storage", re.IGNORECASE)
_UNWANTED = re.compile(r"spam|blocked|blacklist|block ?list|reputation|policy|dmarc|spf|dkim|banned", re.IGNORECASE)
_LATER = re.compile(
    r"delay|warning|will (be )?retr|will continue|not necessary to resend|do not need to resend|queued"
    r"|vertraagd|vertraging|waarschuwing|задерж|отложен|затрим|відкладен|предупреждение|попередження",
    re.IGNORECASE,
)
_COPY = ("return-path:", "received:", "message-id:")


@dataclass(frozen=True)
class Fate:
    """What became of one of our mails, as a report says."""

    action: str
    """failed, delayed, delivered, relayed or expanded; empty where the report does not say"""
    cause: str = ""
    """of a failure: address, full, unwanted or other"""
    status: str = ""
    """enhanced status code (RFC 3463), such as 5.1.1"""
    recipients: frozenset[str] = frozenset()
    """the addresses that it is about, in small letters"""
    mail_ids: tuple[str, ...] = ()
    """Message-IDs of the mails that it may be about"""


def read_fate(mail: Mail) -> Fate | None:
    """What the mail reports about another one; None when it is no report."""
    reports = mail.of_kind("message/delivery-status", "message/global-delivery-status")
    if reports:
        told = _read_report(reports[0].octets())
    elif _is_from_robot(mail.headers) or _quotes_a_server(mail):
        told = _read_words(mail)
    else:
        return None
    return replace(told, mail_ids=_mail_ids(mail))


def _is_from_robot(headers: Headers) -> bool:
    """Does a mail server write it? Its name says so, or a field that nobody else writes."""
    sender = next(iter(headers.addresses("from")), "")
    return "x-failed-recipients" in headers.fields or sender.partition("@")[0] in ROBOTS


def _quotes_a_server(mail: Mail) -> bool:
    """Is it from nobody (RFC 5321 §4.5.5), with a server's answer in it, as "550 5.1.1"?

    Holiday notices come from nobody too (RFC 3834 §3.3), and the number of a room is not what a server says.
    """
    return mail.headers.first("return-path").strip() == "<>" and _BOTH_CODES.search(_own_words(mail)) is not None


def returned_headers(mail: Mail) -> Headers:
    """The fields of the mail that came back; none when it did not come along."""
    inside = mail.of_kind(*RETURNED_KINDS)
    return read_headers(_head(inside[0].octets())) if inside else Headers()


def _head(octets: bytes) -> bytes:
    return octets.lstrip(b"\n").partition(b"\n\n")[0]


def _read_report(octets: bytes) -> Fate:
    """The machine's part: a block about the report, then a block for each recipient (RFC 3464 §2.1)."""
    blocks = [read_headers(block) for block in octets.strip(b"\n").split(b"\n\n", 20)[:20]]
    about = [one for one in blocks if "action" in one.fields or "final-recipient" in one.fields]
    if not about:
        return Fate("")
    fates = sorted((_read_block(one) for one in about), key=lambda one: (*ACTIONS, "").index(one.action))
    # What became of one reader says nothing of another.
    alike = [one for one in fates if (one.action, one.cause) == (fates[0].action, fates[0].cause)]
    return replace(fates[0], recipients=frozenset[str]().union(*(one.recipients for one in alike)))


def _read_block(block: Headers) -> Fate:
    """What became of one reader."""
    recipients = {_typed(value).lower() for name in RECIPIENTS for value in block.fields.get(name, ())}
    action = block.first("action").partition("(")[0].strip().lower()
    status, reason = _dotted(block.first("status")), " ".join(block.fields.get("diagnostic-code", ()))
    cause = cause_of(status, reason) if action == "failed" else ""
    return Fate(action if action in ACTIONS else "", cause, status, frozenset(recipients - {""}))


def _typed(value: str) -> str:
    """The address in "rfc822; someone@example.org" (RFC 3464 §2.1.2)."""
    return value.rpartition(";")[2].strip().strip("<>")


def _read_words(mail: Mail) -> Fate:
    """A report that only people can read: by the codes in it. Without any code nothing is certain."""
    said = _own_words(mail)
    status, code = _dotted(said), next(iter(_CODE.findall(said)), "")
    named = [*_ADDRESS.findall(said)[:50], *mail.headers.addresses("x-failed-recipients")]
    recipients = frozenset(one.lower() for one in named)
    later = _LATER.search(mail.headers.words("subject")) or _LATER.search(said)
    if later and (status or code or "4").startswith("4"):
        return Fate("delayed", "", status, recipients)
    if not status and not code:
        return Fate("", recipients=recipients)
    return Fate("failed", cause_of(status or f"{code[0]}.0.0", said), status, recipients)


def _own_words(mail: Mail) -> str:
    """What the server says itself, before the copy of what came back."""
    text = "\n".join(part.text()[:MOST_SCANNED] for part in mail.of_kind("text/plain")[:2])
    said: list[str] = []
    for line in text.splitlines():
        low = line[:200].lower()
        if low.startswith(_COPY) or (low.startswith("---") and ("copy" in low or "message" in low or "header" in low)):
            break
        said.append(line)
    return "\n".join(said)


def cause_of(status: str, reason: str) -> str:
    """Why it failed: `address` (nobody is there, and will not be), `full`, `unwanted` (taken for spam) or `other`.

    By the enhanced status code (RFC 3463), and where that says too little by the words of the server.
    """
    kind, _, detail = status.partition(".")
    if detail in {"2.2", "2.3"} or _FULL.search(reason):
        return "other" if detail == "2.3" else "full"
    if kind == "5" and detail in {"1.0", "1.1", "1.2", "1.3", "1.6", "1.10", "2.1", "4.4"}:
        return "address"
    if detail.startswith("7."):
        return "unwanted"
    if kind == "5" and _NOBODY.search(reason):
        return "address"
    return "unwanted" if _UNWANTED.search(reason) else "other"


def _dotted(text: str) -> str:
    return ".".join(next(iter(_STATUS.findall(text)), ()))


def _mail_ids(mail: Mail) -> tuple[str, ...]:
    """Message-IDs of ours that stand in it: in the mail that came back, in words, or as what it answers."""
    found = returned_headers(mail).ids("message-id")
    found += mail.headers.ids("in-reply-to", "references")
    for part in mail.of_kind("text/plain", "text/html")[:3]:
        found += _OUR_ID.findall(part.text()[:MOST_SCANNED])
    return tuple(dict.fromkeys(found))[:20]
