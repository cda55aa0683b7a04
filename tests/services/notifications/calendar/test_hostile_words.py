"""Names, titles and places with everything in them that means something in a calendar file, read back by others."""

import re
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from tests.services.notifications.calendar.libical import read_libical
from tests.services.notifications.calendar.test_file import _content, _write

MEANINGFUL = [
    '"', ";", ",", ":", "\\", "\\n", "\\N", "\r\n", "\n", "\r", "\t", " ", "^n", "^'", "^^", "=", "\0", "\x07", "\x7f",
    "\x85", "\u2028", "\u2029", "\ufeff", "\u200b", "\u202e", "BEGIN:VEVENT", "END:VEVENT",
    "ATTENDEE:mailto:eve@example.org", "\r\nATTENDEE:mailto:eve@example.org", "\r\n ", "{{ 7*7 }}", "{% raw %}", "<b>",
    "Їжакевич", "李", "👍", "e\u0301",
]  # fmt: skip
names = st.lists(st.one_of(st.sampled_from(MEANINGFUL), st.text(max_size=12)), max_size=20).map("".join)
long_names = st.integers(1, 200).flatmap(lambda size: st.sampled_from(["Ж", "Ї", "李", "a", "👍", "\\", ";"]).map(
    lambda letter: "x" * (size % 7) + letter * size
))  # fmt: skip


def _plain(text: str) -> str:
    """What is left of a text once everything that is no letter or sign to read is gone."""
    return re.sub(r"[\s\x00-\x20\x7f-\x9f\u2028\u2029\ufeff]+", "", text)


def _file(name: str) -> bytes:
    details: dict[str, Any] = {"employer": name, "stand": name, "vacancies": [name, name]}
    content = _content(details=details, place=name, coordinates=[52.0907, 5.1214])
    return _write(content, organisation=name, person=name, name=name).content


@settings(max_examples=150, deadline=None)
@example('Eve"\r\nATTENDEE:mailto:eve@example.org')
@example("Jan \\")
@example("\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:1")
@given(st.one_of(names, long_names))
def test_no_words_add_a_line_or_an_event(name: str) -> None:
    file = _file(name)
    [said] = read_libical(file)
    assert [address for address, _ in said.attendees] == ["mailto:olena@example.org"]
    assert (said.method, said.sequence, len(said.alarms)) == ("REQUEST", 0, 2)
    unfolded = re.sub(rb"\r\n[ \t]", b"", file).split(b"\r\n")
    assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", file)
    known = rb"(BEGIN|END|[A-Z-]+)[:;]"
    assert all(re.match(known, line) for line in unfolded if line)
    assert sum(line == b"BEGIN:VEVENT" for line in unfolded) == 1


@settings(max_examples=150, deadline=None)
@example("Ж" * 200)
@example("a" + "Ї" * 74)
@given(st.one_of(names, long_names))
def test_lines_are_short_and_no_letter_is_cut(name: str) -> None:
    for line in _file(name).split(b"\r\n"):
        assert len(line) <= 75
        line.decode()
        assert b"\n" not in line
        assert b"\r" not in line


@settings(max_examples=150, deadline=None)
@example('Meet & Greet, zaal 1; \\n of 2: "Oost"')
@example("\ufeff")
@given(names)
def test_place_is_read_as_it_was_typed(name: str) -> None:
    file = _file(name)
    [said] = read_libical(file)
    name = name.replace("\\N", "/N")
    assert _plain(said.location) == _plain(name)
    [event] = Calendar.from_ical(file).walk("VEVENT")
    assert _plain(str(event.get("LOCATION", ""))) == _plain(name)
