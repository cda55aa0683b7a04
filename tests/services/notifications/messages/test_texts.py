"""Every text in every language: complete, asking for the same things, in the tone that we promised."""

import re
from pathlib import Path

import pytest
from jinja2 import meta, nodes

from services.notifications.calendar.file import WORDS as CALENDAR_WORDS
from services.notifications.messages.catalogue import FRAME, MERGED, TEMPLATES, WORDS
from services.notifications.messages.preview import preview
from services.notifications.messages.samples import sample_values
from services.notifications.wording.source import Button, PassPicture, make_environment, put_into_words
from shared.i18n import LANGUAGES

PAGES = {"messages"}
"""The folder of the room's own pages."""
FOLDERS = [WORDS / name for name in (*TEMPLATES, FRAME, MERGED)] + [
    folder for folder in sorted(CALENDAR_WORDS.iterdir()) if folder.is_dir()
]
EVERY_TEXT = [(name, language) for name in TEMPLATES for language in LANGUAGES]
INFORMAL = {
    "nl": r"\b(je|jij|jou|jouw|jullie)\b",
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
    assert {folder.name for folder in WORDS.iterdir()} == {*TEMPLATES, FRAME, MERGED} | PAGES


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


@pytest.mark.parametrize(("name", "language"), EVERY_TEXT)
def test_text_reads_with_what_the_catalogue_promises(name: str, language: str) -> None:
    words = preview(name, language)
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
        assert len({preview(name, language).text for language in LANGUAGES}) == len(LANGUAGES)
