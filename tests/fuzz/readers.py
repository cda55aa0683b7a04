"""Everything that reads what others send, each with what must hold whatever it is given."""

from collections.abc import Callable, Mapping
from urllib.parse import parse_qs

from services.notifications.channels.sms.twilio import TwilioListener
from services.notifications.inbox.keeping import as_shown
from services.notifications.inbox.models import KINDS, MOST_SUBJECT, MOST_WORDS
from services.notifications.inbox.reading.calendar_lines import read_calendar_lines
from services.notifications.inbox.reading.charsets import decode
from services.notifications.inbox.reading.headers import read_headers
from services.notifications.inbox.reading.mail import MOST_PARTS, read_mail
from services.notifications.inbox.reading.returned import read_fate
from services.notifications.inbox.reading.short_answers import read_short_answer
from services.notifications.inbox.reading.understanding import understand
from services.notifications.inbox.reading.words import strip_html


def read_whole_mail(raw: bytes) -> None:
    """A mail is something, and what is shown of it fits and holds nothing that a page or a database minds."""
    mail = understand(raw)
    assert mail.kind in KINDS
    assert len(read_mail(raw).parts) <= MOST_PARTS + 1
    subject, words = as_shown(mail.subject, MOST_SUBJECT), as_shown(mail.words, MOST_WORDS)
    assert len(subject) <= MOST_SUBJECT
    assert len(words) <= MOST_WORDS
    assert "\0" not in subject + words
    (subject + words).encode()


def read_calendar_file(raw: bytes) -> None:
    """A calendar file has one event at most, whose moments are moments."""
    lines = read_calendar_lines(decode(raw))
    for name in ("DTSTART", "DTEND", "DTSTAMP", "COMMENT", "ATTENDEE"):
        moment = lines.first(name).moment()
        assert moment is None or moment.tzinfo is not None
        assert isinstance(lines.first(name).words, str)


def read_return(raw: bytes) -> None:
    """A report says one of the things that a report can say."""
    fate = read_fate(read_mail(raw))
    if fate is not None:
        assert fate.action in {"", "failed", "delayed", "delivered", "relayed", "expanded"}
        assert (fate.action == "failed") == (fate.cause != "")
        assert len(fate.mail_ids) <= 20


def read_fields(raw: bytes) -> None:
    """Header fields and what is taken out of them."""
    headers = read_headers(raw)
    for name in ("from", "to", "subject", "content-type", "references"):
        headers.words(name)
        headers.addresses(name)
        headers.ids(name)
        headers.parameter("boundary", name)
    strip_html(decode(raw))


def read_sms(raw: bytes) -> None:
    """What a provider of SMS posts, as a form."""
    form = parse_qs(raw.decode("utf-8", "surrogateescape"), keep_blank_values=True, max_num_fields=1000)
    listener = TwilioListener("a secret of the tests")
    listener.is_genuine("https://example.org/sms", form, decode(raw[:100]))
    listener.read_receipt(form)
    reply = listener.read_reply(form)
    assert read_short_answer(reply.text if reply else decode(raw)) in {None, "accepted", "declined"}


READERS: Mapping[str, Callable[[bytes], None]] = {
    "mail": read_whole_mail,
    "calendar": read_calendar_file,
    "return": read_return,
    "fields": read_fields,
    "sms": read_sms,
}
