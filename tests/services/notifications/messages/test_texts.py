"""Every text in every language: complete, asking for the same things, in the tone that we promised."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from jinja2 import meta, nodes

from services.notifications.calendar.file import WORDS as CALENDAR_WORDS
from services.notifications.channels.sms.segments import count_segments, plain_text
from services.notifications.messages.catalogue import FRAME, MERGED, TEMPLATES, WHY, WORDS
from services.notifications.messages.compose import Words, frame_words
from services.notifications.messages.samples import EVENT, MAILBOX, SENDER, VALUES, sample_picture, sample_values
from services.notifications.wording.grammar import check_values, read_tree
from services.notifications.wording.source import (
    Button,
    Facts,
    Paragraph,
    PassPicture,
    Wording,
    make_environment,
    put_into_words,
)
from shared.i18n import LANGUAGES

PAGES, CALENDAR_PAGES = {"messages"}, "calendar"
"""The folders of the rooms' own pages."""
FOLDERS = [WORDS / name for name in (*TEMPLATES, FRAME, WHY, MERGED)] + [
    folder for folder in sorted(CALENDAR_WORDS.iterdir()) if folder.is_dir() and folder.name != CALENDAR_PAGES
]
EVERY_TEXT = [(name, language) for name in TEMPLATES for language in LANGUAGES]
INFORMAL = {
    "nl": r"\b(je|jij|jou|jouw|jullie|hoi|doei)\b",
    "uk": r"\b(ти|тебе|тобі|твій|твоя|твої|твого)\b",
    "ru": r"\b(ты|тебя|тебе|твой|твоя|твои|твоего)\b",
}
POLITE_SMALL = {"uk": r"\b(ви|вас|вам|вами|ваш|ваша|ваше|ваші|вашого|вашої|вашою)\b",
                "ru": r"\b(вы|вас|вам|вами|ваш|ваша|ваше|ваши|вашего|вашей|вашем)\b"}  # fmt: skip


def _source(folder: Path, language: str) -> str:
    return (folder / f"{language}.txt").read_text()


def _asked_for(source: str) -> set[str]:
    """Each value that a source names, down to its attribute: person.name, link, stop.stand …"""
    tree = make_environment(WORDS).parse(source)
    attributes = {
        f"{node.node.name}.{node.attr}" for node in tree.find_all(nodes.Getattr) if isinstance(node.node, nodes.Name)
    }
    filters = {f"|{node.name}" for node in tree.find_all(nodes.Filter)}
    return meta.find_undeclared_variables(tree) | attributes | filters


def test_there_is_a_folder_for_each_text_and_no_other() -> None:
    assert {folder.name for folder in WORDS.iterdir()} == {*TEMPLATES, FRAME, WHY, MERGED} | PAGES


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_text_is_there_in_every_language_and_asks_for_the_same(folder: Path) -> None:
    assert {file.name for file in folder.iterdir()} == {f"{language}.txt" for language in LANGUAGES}
    asked = {language: _asked_for(_source(folder, language)) for language in LANGUAGES}
    assert asked["nl"] == asked["en"] == asked["uk"] == asked["ru"]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_text_has_the_same_shape_in_every_language(folder: Path) -> None:
    shapes = {
        language: re.findall(r"^(## |- |\[|!\[|[^\n]*?(?=::))", _source(folder, language), re.M).__len__()
        for language in LANGUAGES
    }
    assert len(set(shapes.values())) == 1, shapes


def _words(name: str, language: str) -> Words:
    values = sample_values(name, SENDER, MAILBOX)
    return frame_words(put_into_words(WORDS, name, language, values), language, values, sample_picture())


@pytest.mark.parametrize(("name", "language"), EVERY_TEXT)
def test_text_reads_with_what_the_catalogue_promises(name: str, language: str) -> None:
    words = _words(name, language)
    assert words.subject
    assert "subject:" not in words.subject
    for text in (words.subject, words.text, words.html):
        assert "{{" not in text
        assert "None" not in text
        assert not re.search("[\ue000-\ue0ff]", text), "a hidden sign stayed hidden"
    assert "Meet &amp; Greet Stadsloket Zuid" in words.html
    assert "meetgreet@rijnenvecht.example" in words.text


@pytest.mark.parametrize(("name", "language"), EVERY_TEXT)
def test_text_carries_what_the_catalogue_says(name: str, language: str) -> None:
    body = put_into_words(WORDS, name, language, sample_values(name, "Werkregio", "post@example.org"))
    kinds = {type(block) for block in body.blocks}
    carries = TEMPLATES[name].carries
    assert (Button in kinds) == ("link" in carries)
    assert (PassPicture in kinds) == ("pass" in carries)


@pytest.mark.parametrize(("name", "language"), EVERY_TEXT)
def test_text_reads_without_what_may_be_left_out(name: str, language: str) -> None:
    values = sample_values(name, "Werkregio", "post@example.org", sparse=True)
    assert put_into_words(WORDS, name, language, values).blocks


@pytest.mark.parametrize("language", INFORMAL)
def test_tone_is_formal(language: str) -> None:
    for folder in FOLDERS:
        text = _source(folder, language)
        assert not re.search(INFORMAL[language], text, re.I), folder
        if language in POLITE_SMALL:
            assert not re.search(POLITE_SMALL[language], text), folder


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_shouted_at(language: str) -> None:
    for folder in FOLDERS:
        text = re.sub(r"!\[", "", _source(folder, language))
        assert "!" not in text.replace("!=", ""), folder


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_short(language: str) -> None:
    for folder in FOLDERS:
        for line in _source(folder, language).splitlines():
            plain = re.sub(r"\{[{%].*?[%}]\}", "x", line)
            for sentence in re.split(r"(?<=[.?]) ", plain):
                assert len(sentence.split()) <= 30, (folder.name, sentence)


def test_languages_are_not_copies_of_each_other() -> None:
    for name in TEMPLATES:
        assert len({_words(name, language).text for language in LANGUAGES}) == len(LANGUAGES)


LONG_LINK = "https://meetgreet.rijnenvecht.nl/l/" + "x" * 48
"""As long as real ones are: an id and its signature behind a region's own address."""
MOST_SEGMENTS = 3
LONGEST_SUBJECT = 70
MOST_WORDS = {"nl": 11, "en": 11.5, "uk": 9.5, "ru": 9.5}
"""Words a sentence on average, for readers at B1."""


def _readings(name: str, language: str) -> list[Wording]:
    """The text with everything, with as little as can be, and after another answer or a smaller move."""
    full, sparse = (sample_values(name, SENDER, MAILBOX, sparse=sparse) for sparse in (False, True))
    link = {"link": LONG_LINK} if full["link"] else {}
    changes: list[dict[str, Any]] = [
        {}, {"answer": "declined"}, {"stops": []}, {"blocks": VALUES["blocks"]},
        {"moved": {"day": False, "time": True, "when": True, "place": False}},
        {"moved": {"day": False, "time": False, "when": False, "place": True}},
    ]  # fmt: skip
    every = [{**full, **change, **link} for change in changes if set(change) <= set(full)] + [{**sparse, **link}]
    return [put_into_words(WORDS, name, language, values) for values in every]


@pytest.mark.parametrize(("name", "language"), EVERY_TEXT)
def test_short_words_fit_three_segments_and_carry_the_link(name: str, language: str) -> None:
    for words in _readings(name, language):
        assert count_segments(plain_text(words.short)) <= MOST_SEGMENTS, (len(words.short), words.short)
        if words.short and "link" in TEMPLATES[name].carries:
            assert LONG_LINK in words.short


def test_short_words_are_there_in_all_languages_or_in_none() -> None:
    for name in TEMPLATES:
        assert len({bool(words.short) for language in LANGUAGES for words in _readings(name, language)}) == 1, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_invitation_by_sms_says_who_when_where_and_how_to_answer(language: str) -> None:
    said = _readings("candidate_invited", language)[0].short
    for part in ("Werkregio Rijn en Vecht", "10", "13:00", "Beatrixlaan 12, Utrecht", "1 = ", "2 = ", LONG_LINK):
        assert part in said


@pytest.mark.parametrize(("name", "language"), EVERY_TEXT)
def test_subject_fits_its_line(name: str, language: str) -> None:
    for words in _readings(name, language):
        assert 0 < len(words.subject) <= LONGEST_SUBJECT, words.subject


@pytest.mark.parametrize("language", LANGUAGES)
def test_move_says_first_what_changed(language: str) -> None:
    values = sample_values("event_moved", "Werkregio", MAILBOX)
    values["old_starts_at"] = (EVENT["starts_at"] - timedelta(minutes=30)).isoformat()
    values["moved"] = {"day": False, "time": True, "when": True, "place": False}
    words = put_into_words(WORDS, "event_moved", language, values)
    assert words.short.index("13:00") < words.short.index("12:30") < words.short.index(EVENT["name"])
    first = next(block for block in words.blocks if isinstance(block, Facts))
    assert len(first.rows) == 1
    assert first.rows[0][1].index("13:00") < first.rows[0][1].index("12:30")


@pytest.mark.parametrize(("name", "language"), EVERY_TEXT)
def test_source_is_in_the_grammar_of_own_texts_and_names_no_unknown_value(name: str, language: str) -> None:
    source = _source(WORDS / name, language).strip()
    values = sample_values(name, "Werkregio", MAILBOX)
    check_values(read_tree(make_environment(), source), values)
    promised = {value.rstrip("?") for value in TEMPLATES[name].values}
    sources = [source, *(_source(folder, language) for folder in FOLDERS if folder.parent == CALENDAR_WORDS)]
    unused = promised - set().union(*(_asked_for(one) for one in sources))
    assert not unused, "the catalogue promises what no word says"


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_short_on_average(language: str) -> None:
    offenders = {}
    for name in TEMPLATES:
        said = [block.text for block in _readings(name, language)[0].blocks if isinstance(block, Paragraph)]
        sentences = [one for text in said[1:] for one in re.split(r"(?<=[.?:]) ", text)]
        average = sum(len(one.split()) for one in sentences) / len(sentences)
        if average > MOST_WORDS[language]:
            offenders[name] = round(average, 1)
    assert not offenders


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_hangs_on_a_dash(language: str) -> None:
    for folder in FOLDERS:
        assert not re.search(r"—| – ", _source(folder, language)), folder
