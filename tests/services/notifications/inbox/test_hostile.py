"""Hostile mail: nothing that comes in breaks the reading, reaches out, or takes time and memory without bound."""

import random
import tracemalloc
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.notifications.inbox.reading.understanding import understand
from tests.factories import incoming
from tests.fuzz.guard import ReachedOut, only_reading
from tests.fuzz.mutating import mutated
from tests.fuzz.readers import READERS
from tests.fuzz.seeds import SEEDS

MEGA = 1_000_000


def _nested(depth: int) -> bytes:
    heads = "".join(f'Content-Type: multipart/mixed; boundary="{n}"\r\n\r\n--{n}\r\n' for n in range(depth))
    return incoming.mail("").split(b"Content-Type")[0] + heads.encode() + b"x"


def _enclosed(depth: int) -> bytes:
    return b"Content-Type: message/rfc822\r\n\r\n" * depth + b"x"


HOSTILE: dict[str, Callable[[], bytes]] = {
    "multiparts in multiparts": lambda: _nested(20_000),
    "messages in messages": lambda: _enclosed(100_000),
    "a line of ten megabytes": lambda: incoming.mail("x" * 10 * MEGA),
    "a header of ten megabytes": lambda: b"Subject: " + b"x" * 10 * MEGA,
    "a hundred thousand headers": lambda: b"".join(b"X-%d: y\r\n" % n for n in range(100_000)) + b"\r\nx",
    "one header folded without end": lambda: b"Subject: a\r\n" + b" b\r\n" * 500_000,
    "parts without end": lambda: incoming.multipart("mixed", *["\nx"] * 50_000),
    "almost the boundary": lambda: incoming.mail("--=_bx\n" * 500_000, content_type='multipart/mixed; boundary="=_b"'),
    "comments in comments": lambda: incoming.mail(From="(" * 100_000 + "a@b.example"),
    "addresses without end": lambda: incoming.mail(To="a@b.example, " * 100_000),
    "encoded words without end": lambda: incoming.mail(Subject="=?utf-8?q?" * 100_000),
    "parameters without end": lambda: incoming.mail(content_type="text/plain" + ';a="' * 100_000),
    "tags without end": lambda: incoming.mail("<" * MEGA, content_type="text/html"),
    "entities without end": lambda: incoming.mail("&" * MEGA, content_type="text/html"),
    "dashes without end": lambda: incoming.mail("-" * MEGA, "mailer-daemon@b.example"),
    "codes without end": lambda: incoming.mail("5.1.1.5.1.1" * 90_000, "mailer-daemon@b.example"),
    "a calendar of one line": lambda: incoming.mail("BEGIN:VEVENT\n" + 'A;"' * MEGA, content_type="text/calendar"),
    "events in events": lambda: incoming.mail("BEGIN:VEVENT\n" * 90_000, content_type="text/calendar"),
    "a line folded without end": lambda: incoming.mail("UID:x" + "\n y" * 300_000, content_type="text/calendar"),
    "a report of many blocks": lambda: incoming.mail("a: b\n\n" * 200_000, content_type="message/delivery-status"),
    "a character set that is a program": lambda: incoming.mail("x", content_type="text/plain; charset=zlib_codec"),
    "a character set that is a path": lambda: incoming.mail("x", content_type="text/plain; charset=../../etc/passwd"),
    "a file from elsewhere": lambda: incoming.mail(
        "x", content_type='message/external-body; access-type=URL; URL="http://127.0.0.1:9/"'
    ),
    "a time zone that is a path": lambda: incoming.outlook_reply(
        "x", "a@b.example", more="ATTACH:file:///etc/passwd\nDTSTART;TZID=../../etc/passwd:20261210T130000\n"
    ),
    "nothing": lambda: b"",
    "zeros": lambda: b"\0" * MEGA,
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_mail_is_read_to_its_end_in_bounded_memory(name: str) -> None:
    raw = HOSTILE[name]()
    understand(raw[:1000])
    tracemalloc.start()
    try:
        with only_reading():
            understand(raw)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 100 * MEGA, f"{peak / MEGA:.0f} MB"


@pytest.mark.parametrize("reader", READERS)
@settings(max_examples=300, deadline=None)
@given(number=st.integers(0, 2**32))
def test_what_is_almost_right_breaks_no_reader(reader: str, number: int) -> None:
    with only_reading():
        READERS[reader](mutated(random.Random(number), SEEDS[reader]))


@pytest.mark.parametrize("reader", READERS)
@settings(max_examples=100, deadline=None)
@given(raw=st.binary(max_size=2000))
def test_what_is_nothing_like_it_breaks_no_reader(reader: str, raw: bytes) -> None:
    with only_reading():
        READERS[reader](raw)


def test_the_guard_sees_a_file_that_is_opened() -> None:
    with pytest.raises(ReachedOut), only_reading(), open(__file__):  # noqa: PTH123 - the plainest way to open one
        pass
