"""Source files become blocks; what people typed stays words."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError

from services.notifications.wording.render import write_html, write_text
from services.notifications.wording.source import (
    Bullets,
    Button,
    Facts,
    Heading,
    Paragraph,
    PassPicture,
    Wording,
    WordsMissing,
    clean,
    put_into_words,
    read_source,
)

SOURCE = """subject: Hello {{ name }}

{{ name }}
and more.
## Head of {{ name }}
Label of it:: {{ name }}
Other:: x
- {{ name }}
- two
[Press {{ name }}]({{ link }})
![Picture](pass)
"""
EVIL = ["- x", "## x", "[a](http://evil.example)", "![a](pass)", "a:: b", "x\n\n## y", "x\r\n- y", "\u2028- y",
        "<b>&amp;</b>", "{{ 7 * 7 }}", "{% raw %}", "x\ue05by", "subject: y"]  # fmt: skip


def _words(tmp_path: Path, source: str = SOURCE, **values: Any) -> Wording:
    folder = tmp_path / "text"
    folder.mkdir(exist_ok=True)
    (folder / "nl.txt").write_text(source)
    given_values = {"time_zone": "Europe/Amsterdam", "name": "Oksana", "link": "https://example.org/l/x", **values}
    return put_into_words(tmp_path, "text", "nl", given_values)


def test_every_sign_makes_its_block(tmp_path: Path) -> None:
    assert _words(tmp_path) == Wording(
        "Hello Oksana",
        (
            Paragraph("Oksana and more."),
            Heading("Head of Oksana"),
            Facts((("Label of it", "Oksana"), ("Other", "x"))),
            Bullets(("Oksana", "two")),
            Button("Press Oksana", "https://example.org/l/x"),
            PassPicture("Picture"),
        ),
    )


@pytest.mark.parametrize("name", EVIL)
def test_what_people_typed_is_never_a_sign(tmp_path: Path, name: str) -> None:
    said = " ".join(name.replace("\ue05b", "").split())
    words = _words(tmp_path, name=name)
    assert [type(block) for block in words.blocks] == [Paragraph, Heading, Facts, Bullets, Button, PassPicture]
    assert words.subject == f"Hello {said}".strip()
    assert words.blocks[3] == Bullets((said, "two"))
    assert words.blocks[4] == Button(f"Press {said}".strip(), "https://example.org/l/x")


@given(st.text())
def test_clean_leaves_one_line_without_control_characters(text: str) -> None:
    line = clean(text)
    assert not any(ord(letter) < 32 or letter in "\u2028\u2029\x85\u202e" for letter in line)
    assert clean(line) == line


def test_clean_reaches_into_lists_and_mappings() -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    typed = {"a": ["x\ny", {"b": "\tz"}], "n": 3, "at": moment}
    assert clean(typed) == {"a": ["x y", {"b": "z"}], "n": 3, "at": moment}


def test_missing_value_is_a_fault_and_not_an_empty_place(tmp_path: Path) -> None:
    with pytest.raises(UndefinedError):
        _words(tmp_path, "subject: {{ nothing }}\n\nx")


def test_missing_file_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(WordsMissing):
        put_into_words(tmp_path, "text", "nl", {})


def test_source_file_cannot_reach_into_python(tmp_path: Path) -> None:
    with pytest.raises(SecurityError):
        _words(tmp_path, "subject: x\n\n{{ name.__class__.__mro__ }}")


def test_moments_are_written_on_the_events_clock(tmp_path: Path) -> None:
    event = {"starts_at": datetime(2026, 12, 10, 12, tzinfo=UTC), "ends_at": datetime(2026, 12, 10, 15, 30, tzinfo=UTC)}
    source = "subject: x\n\n{{ event|dates }} {{ event|times }} {{ '2026-07-01T10:00:00+00:00'|clock }}"
    words = _words(tmp_path, source, event=event)
    assert words.blocks == (Paragraph("donderdag 10 december 2026 13:00–16:30 12:00"),)


def test_event_of_two_days_says_both(tmp_path: Path) -> None:
    event = {"starts_at": datetime(2026, 12, 10, 12, tzinfo=UTC), "ends_at": datetime(2026, 12, 11, 15, 30, tzinfo=UTC)}
    words = _words(tmp_path, "subject: x\n\n{{ event|dates }}", event=event)
    assert words.blocks == (Paragraph("donderdag 10 december 2026 – vrijdag 11 december 2026"),)


def test_text_is_wrapped_but_addresses_are_whole() -> None:
    address = "https://example.org/l/" + "x" * 90
    text = write_text(read_source(f"subject: x\n\n{'word ' * 40}\n\n[Open]({address})\n\n- {'item ' * 30}"))
    assert f"\n{address}\n" in text
    assert all(len(line) <= 72 for line in text.splitlines() if line != address)


def test_a_question_above_an_address_keeps_its_own_sign() -> None:
    text = write_text(read_source("subject: x\n\n[Why?](https://example.org/a)\n\n[Open](https://example.org/b)"))
    assert text == "Why?\nhttps://example.org/a\n\nOpen:\nhttps://example.org/b\n"


def test_html_breaks_a_name_without_spaces_and_shows_what_stands_for_a_picture_on_a_dark_screen() -> None:
    name = "Їжакевич" * 25
    body = Wording(name, (Paragraph(name), Facts(((name, name),)), PassPicture("QR")))
    html = write_html("uk", "Region", body, Wording("", (Paragraph(name),)), "cid:x")
    cells = re.findall(r'<td [^>]*style="([^"]*)"[^>]*>(?=\s*(?:<h1|<p|Їжак))', html)
    assert len(cells) >= 3
    assert all("overflow-wrap:anywhere" in style or "font-size:14px;line-height:24px" in style for style in cells)
    assert re.search(r'background-color:#ffffff;[^"]*color:#0d1f35"><img', html)


def test_html_shows_no_markup_of_strangers() -> None:
    body = Wording("<b>", (Paragraph("<script>x</script>"), Facts((("<i>", '"&'),)), Bullets(("<u>",)),
                           Button("<s>", 'https://x/"onclick="y'), PassPicture('"><img>')))  # fmt: skip
    html = write_html("nl", "<em>", body, Wording("", (Paragraph("<p2>"),)), "cid:x")
    for tag in ("<script", "<i>", "<u>", "<s>", "<em>", "<p2>", "<b>", "<img>", '"onclick'):
        assert tag not in html


def test_picture_shows_only_when_there_is_one() -> None:
    body = Wording("x", (PassPicture("Code"),))
    assert "<img" not in write_html("nl", "x", body, Wording("", ()))
    assert '<img src="cid:abc"' in write_html("nl", "x", body, Wording("", ()), "cid:abc")


def test_second_line_may_be_for_a_text_message(tmp_path: Path) -> None:
    words = _words(tmp_path, "subject: a\nsms: {% if name %}{{ name }}: {{ link }}{% endif %}\nDear\n\nsms: not here")
    assert words.short == "Oksana: https://example.org/l/x"
    assert words.blocks == (Paragraph("Dear"), Paragraph("sms: not here"))


def test_without_that_line_there_are_no_short_words(tmp_path: Path) -> None:
    assert _words(tmp_path).short == ""


def test_name_never_becomes_short_words(tmp_path: Path) -> None:
    words = _words(tmp_path, "subject: a\n{{ name }}", name="sms: call 0900")
    assert (words.short, words.blocks) == ("", (Paragraph("sms: call 0900"),))


def test_lines_on_top_that_end_in_a_block_stay_lines(tmp_path: Path) -> None:
    source = "subject: {% if name %}a{% endif %}\nsms: {% if name %}b{% endif %}\nbody{% if name %}\n!{% endif %}"
    words = _words(tmp_path, source)
    assert (words.subject, words.short, words.blocks) == ("a", "b", (Paragraph("body!"),))


@pytest.mark.parametrize(
    ("language", "said"), [("nl", "do 10 dec"), ("en", "Thu 10 Dec"), ("uk", "чт 10.12"), ("ru", "чт 10.12")]
)
def test_days_in_short_words_are_short(tmp_path: Path, language: str, said: str) -> None:
    (tmp_path / "short").mkdir()
    (tmp_path / "short" / f"{language}.txt").write_text(
        "subject: x\nsms: {{ '2026-12-10T23:30:00+09:00'|day_short }}\n"
    )
    assert put_into_words(tmp_path, "short", language, {"time_zone": "Asia/Tokyo"}).short == said
