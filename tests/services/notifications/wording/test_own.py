"""What organisers write: nothing but words, however it is meant, and in no time."""

import tracemalloc
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import TemplateError

from services.notifications.wording.grammar import check_values, read_tree
from services.notifications.wording.mistakes import WordsRefused
from services.notifications.wording.own import MOST_WRITTEN, put_own_into_words
from services.notifications.wording.source import Bullets, Button, Paragraph, make_environment

VALUES: dict[str, Any] = {
    "time_zone": "Europe/Amsterdam",
    "person": {"name": "Їжакевич-Ґалаґан"},
    "link": "https://example.org/l/x",
    "stops": [
        {"stand": "4", "starts_at": "2026-12-10T12:00:00+00:00"},
        {"stand": "7", "starts_at": "2026-12-10T13:00Z"},
    ],
    "tags": ["a", "b"],
    "answer": "accepted",
}
WHOLE: dict[str, Any] = {
    "event": {"name": "Meet & Greet", "starts_at": datetime(2026, 12, 10, 12, tzinfo=UTC)},
    "has_pass": True,
    "moved": {"time": True},
    "nobody": None,
    "number": 112,
}
ESCAPES = [
    "{{ person.__class__ }}",
    "{{ person['__class__'] }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ person|attr('__class__') }}",
    "{{ self._TemplateReference__context }}",
    "{{ self }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ lipsum.__globals__ }}",
    "{{ person.name.format(person) }}",
    "{{ '%s' % person }}",
    "{{ '{0.__class__}'.format(1) }}",
    "{{ (person.name|map('upper'))|list }}",
    "{{ namespace(x=1) }}",
    "{% include '/etc/passwd' %}",
    "{% import 'x' as y %}",
    "{% from 'x' import y %}",
    "{% extends 'x' %}",
    "{% block x %}{% endblock %}",
    "{% set x = 1 %}",
    "{% with x = 1 %}{% endwith %}",
    "{% filter upper %}x{% endfilter %}",
    "{% call person() %}{% endcall %}",
    "{% autoescape false %}{% endautoescape %}",
    "{% if link is defined(1 + 1) %}x{% endif %}",
    "{% if link is defined 'x' %}x{% endif %}",
    r"{{ 'a\x00b' }}",
    r"{{ 'a\ud800b' }}",
    r"{{ 'a\u202eb' }}",
    r"{% if link == '\x00' %}x{% endif %}",
    r"{{ tags|join('\x00') }}",
]
BOMBS = [
    "{% for i in range(10**9) %}x{% endfor %}",
    "{% for i in 'x' * 10**9 %}x{% endfor %}",
    "{{ 'x' * 10**9 }}",
    "{{ 10**10**10 }}",
    "{{ [0] * 10**9 }}",
    "{{ 1 + 1 }}",
    "{{ 'a' ~ 'b' }}",
    "{{ person.name|center(10**9) }}",
    "{{ person.name|indent(10**9) }}",
    "{{ '%1000000000d' % 1 }}",
    "{% if link is defined('x' * 10**8) %}x{% endif %}",
    "{% if link is not defined([0] * 10**8) %}x{% endif %}",
    "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
    "{% for a in stops recursive %}{{ loop(stops) }}{% endfor %}",
    "{% for a in stops %}{% for b in stops %}{% for c in stops %}x{% endfor %}{% endfor %}{% endfor %}",
    "{% for a in stops if a %}x{% endfor %}",
    "{{ " + "(" * 3000 + ")" * 3000 + " }}",
    "{{ " + "not " * 2000 + "link }}",
    "{{ " + "link.x" + ".x" * 3000 + " }}",
    "{{ " + "link or " * 1000 + "link }}",
    "{% if link %}" * 300 + "{% endif %}" * 300,
    "{{ " + "[" * 2000 + " }}",
    "{{ link" + "|day" * 2000 + " }}",
]


def _check(source: str) -> None:
    check_values(read_tree(make_environment(), f"subject: x\n\n{source}"), VALUES)


def _own(source: str, **values: Any) -> Any:
    return put_own_into_words(f"subject: x\n\n{source}", "nl", {**VALUES, **values})


@pytest.mark.parametrize("source", [*ESCAPES, *BOMBS])
def test_nothing_but_words_can_be_said(source: str) -> None:
    tracemalloc.start()
    with pytest.raises((WordsRefused, TemplateError)):
        _own(source)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 30_000_000


@pytest.mark.parametrize("source", ESCAPES)
def test_escape_is_refused_before_it_runs(source: str) -> None:
    with pytest.raises(WordsRefused) as refused:
        _check(source)
    assert refused.value.mistake.line == 3


def test_long_list_does_not_make_an_endless_message() -> None:
    with pytest.raises(WordsRefused):
        _own("{% for tag in tags %}{{ tag }} and some words more{% endfor %}", tags=["x" * 100] * 1000)
    assert MOST_WRITTEN < 100 * 1000


def test_conditions_loops_and_filters_say_what_they_should() -> None:
    words = _own(
        "{% for stop in stops %}\n- {{ stop.starts_at|clock }} {{ stop.stand }}\n{% endfor %}\n"
        "{% if answer == 'accepted' and not nothing is defined %}\n{{ tags|join('; ') }}{% else %}no{% endif %}\n\n"
        "[Go]({{ link }})"
    )
    assert words.blocks == (Bullets(("13:00 4", "14:00 7")), Paragraph("a; b"), Button("Go", "https://example.org/l/x"))


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "{{ person.name }}", "//evil", "ftp://x"]
)
def test_button_leads_to_a_page(address: str) -> None:
    with pytest.raises(WordsRefused):
        _own(f"[Words]({address})")


@pytest.mark.parametrize("picture", ["![](pass)", "![ ](pass)", "![{{ '' }}](pass)"])
def test_picture_has_words(picture: str) -> None:
    with pytest.raises(WordsRefused):
        _own(picture)


@pytest.mark.parametrize("source", ["", "Hello", "subject:", "subject: \nx", "x\nsubject: y", "sms: x\nsubject: y"])
def test_source_begins_with_its_subject(source: str) -> None:
    with pytest.raises(WordsRefused):
        put_own_into_words(source, "nl", VALUES)


def test_subject_that_comes_out_empty_is_refused() -> None:
    with pytest.raises(WordsRefused):
        put_own_into_words("subject: {% if answer == 'x' %}y{% endif %}\n\nz", "nl", VALUES)


def test_line_for_sms_stands_on_line_two_only() -> None:
    with pytest.raises(WordsRefused) as refused:
        _own("a\nsms: b")
    assert refused.value.mistake.line == 4


@pytest.mark.parametrize(
    ("source", "line", "said"),
    [
        ("{{ nothing }}", 3, "nothing"),
        ("a\n{{ person.age }}", 4, "person.age"),
        ("{% for stop in stops %}\n{{ stop.table }}\n{% endfor %}", 4, "stop.table"),
        ("{{ stops[0].table }}", 3, "stops[…].table"),
        ("{{ link.x }}", 3, "link.x"),
        ("{% for x in person %}{% endfor %}", 3, "list"),
        ("{{ link|languages }}", 3, "languages"),
        ("{{ tags|day }}", 3, "day"),
        ("{% if nothing is defined %}x{% endif %}", 3, "nothing"),
    ],
)
def test_unknown_value_is_named_with_its_line(source: str, line: int, said: str) -> None:
    with pytest.raises(WordsRefused) as refused:
        check_values(read_tree(make_environment(), f"subject: x\n\n{source}"), VALUES)
    assert refused.value.mistake.line == line
    assert said in str(refused.value.mistake.sentence)


@pytest.mark.parametrize(
    ("source", "line", "said"),
    [
        (
            "{{ person }}",
            3,
            "“person” holds several values and cannot be written as a whole. Choose: {{ person.name }}",
        ),
        ("a\n{{ event }}", 4, "Choose: {{ event.name }}, {{ event.starts_at|day }}"),
        ("{{ stops }}", 3, "“stops” is a list. Write {% for item in stops %}"),
        ("{{ stops[0] }}", 3, "Choose: {{ stops[…].stand }}, {{ stops[…].starts_at|day }}"),
        ("{% for stop in stops %}{{ stop }}{% endfor %}", 3, "Choose: {{ stop.stand }}"),
        ("{{ stops|join(', ') }}", 3, "“stops” is a list"),
        ("{{ tags }}", 3, "“tags” is a list"),
        ("{{ event.starts_at }}", 3, "{{ event.starts_at|day }} or {{ event.starts_at|clock }}"),
        ("{% for stop in stops %}{{ stop.starts_at }}{% endfor %}", 3, "{{ stop.starts_at|clock }}"),
        ("{{ has_pass }}", 3, "only yes or no"),
        ("{{ link == 'x' }}", 3, "only yes or no"),
        ("{{ not link }}", 3, "only yes or no"),
        ("{{ link is defined }}", 3, "only yes or no"),
        ("{{ true }}", 3, "only yes or no"),
        ("{{ none }}", 3, "there is no value"),
        ("{{ nobody }}", 3, "there is no value “nobody”"),
        ("{{ person if link else answer }}", 3, "“person” holds"),
        ("{{ answer if link else person }}", 3, "“person” holds"),
        ("{{ person or answer }}", 3, "“person” holds"),
        ("{% if link %}{{ moved }}{% endif %}", 3, "Choose: {% if moved.time %}"),
    ],
)
def test_what_is_no_words_is_refused_with_what_there_is(source: str, line: int, said: str) -> None:
    with pytest.raises(WordsRefused) as refused:
        check_values(read_tree(make_environment(), f"subject: x\n\n{source}"), {**VALUES, **WHOLE})
    assert refused.value.mistake.line == line
    assert said in str(refused.value.mistake.sentence)


@pytest.mark.parametrize(
    "source",
    ["{{ person.name }}", "{{ event.starts_at|day }}", "{{ event|dates }}", "{{ tags|join(', ') }}", "{{ number }}",
     "{{ answer if person else link }}", "{% if event and has_pass %}x{% endif %}", "{{ 'x' }}", "{{ link or answer }}",
     "{% for tag in tags %}{{ tag }}{% endfor %}", "{% for stop in stops %}{{ stop.starts_at|clock }}{% endfor %}"],
)  # fmt: skip
def test_words_figures_and_dates_pass(source: str) -> None:
    check_values(read_tree(make_environment(), f"subject: x\n\n{source}"), {**VALUES, **WHOLE})


PIECES = st.sampled_from(
    ["{{", "}}", "{%", "%}", "{#", "#}", "if", "for", "in", "endif", "endfor", "stops", "link", "person", ".", "name",
     "|", "day", "(", ")", "[", "]", "'", '"', "\\", "\n", " ", "is", "defined", "not", "and", "==", "0", "##", "-",
     "::",
     "sms:",     "subject:", "![x](pass)", "\x00", "\ue028", "{{ link }}", "{% if link %}", "{% endif %}", "і"]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=40))
def test_whatever_is_typed_is_words_or_a_refusal(pieces: list[str]) -> None:
    source = "subject: x\n\n" + "".join(pieces)
    try:
        check_values(read_tree(make_environment(), source), VALUES)
    except WordsRefused:
        return
    try:
        put_own_into_words(source, "nl", VALUES)
    except (WordsRefused, TemplateError, ValueError, TypeError):
        return  # a value of the wrong kind: found when a text is tried with samples
