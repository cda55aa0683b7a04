"""Every text of the screens is there in every language, with the same places to fill in."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
LANGUAGES = ("nl", "uk", "ru")
"""English is the source."""
FAMILIAR = {
    "nl": r"(?i)\b(je|jij|jou|jouw|jullie)\b",
    "uk": r"\b(ви|вас|вам|вами|ваш\w*)\b|(?i:\b(ти|тебе|тобі|твій|твоя|твоє|твої)\b)",
    "ru": r"\b(вы|вас|вам|вами|ваш\w*)\b|(?i:\b(ты|тебя|тебе|твой|твоя|твоё|твои)\b)",
}
"""Who is spoken to as a friend, or with a small letter: "Ви" and "Вы" to one person have a capital."""
PLACE = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """The texts as they stand in code and templates now, collected as `make texts` does."""
    collected = tmp_path_factory.mktemp("texts") / "messages.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "--quiet", "extract", "-F", "babel.cfg"]
    words = ["-k", "lazy_gettext", "-k", "lazy_ngettext:1,2", "--no-location", "-o", str(collected), "."]
    subprocess.run([*command, *words], cwd=ROOT, check=True)
    with collected.open("rb") as file:
        return read_po(file)


def read_catalogue(language: str) -> Catalog:
    path = ROOT / "shared" / "i18n" / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=language)


def forms(message: Message) -> tuple[str, ...]:
    """The translations of a message: one, or one for each plural form of the language."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language: str, source: Catalog) -> None:
    catalogue = read_catalogue(language)
    missing = [
        message.id
        for message in source
        if message.id and (message.id not in catalogue or not all(forms(catalogue[message.id])))
    ]
    assert missing == []
    assert [message.id for message in catalogue if message.id and message.fuzzy] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_fill_in_the_same_places(language: str) -> None:
    wrong = []
    for message in read_catalogue(language):
        if not message.id:
            continue
        sources = (message.id,) if isinstance(message.id, str) else tuple(message.id)
        allowed = {frozenset(PLACE.findall(text)) for text in sources}
        wrong += [(sources[0], text) for text in forms(message) if frozenset(PLACE.findall(text)) not in allowed]
    assert wrong == []


@pytest.mark.parametrize(("language", "count"), [("nl", 2), ("uk", 3), ("ru", 3)])
def test_plural_has_every_form_of_the_language(language: str, count: int) -> None:
    plurals = [message for message in read_catalogue(language) if isinstance(message.id, tuple | list)]
    assert plurals
    assert all(len(forms(message)) == count for message in plurals)


@pytest.mark.parametrize("language", FAMILIAR)
def test_everybody_is_addressed_formally_and_nobody_is_shouted_at(language: str) -> None:
    said = [text for message in read_catalogue(language) if message.id for text in forms(message)]
    assert [text for text in said if re.search(FAMILIAR[language], text)] == []
    assert [text for text in said if "!" in text.replace("![", "")] == []
