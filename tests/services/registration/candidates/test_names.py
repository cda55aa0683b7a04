"""How names are read here, and how lists find them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.registration.candidates.models import LONGEST_NAME, LONGEST_READABLE_NAME
from services.registration.candidates.names import CYRILLIC, plain, readable_name, sort_name


@pytest.mark.parametrize(
    ("name", "readable"),
    [
        ("Оксана Гриценко", "Oksana Hrytsenko"),
        ("Юлія Їжакевич-Ґалаґан", "Yuliia Yizhakevych-Galagan"),
        ("Згорани Розгон", "Zghorany Rozghon"),
        ("Мар'яна Знам’янська", "Mariana Znamianska"),
        ("Йосипівна Стрий", "Yosypivna Stryi"),
        ("ЩЕРБАК Соломія", "SHCHERBAK Solomiia"),
        ("Є. Ярошенко", "Ye. Yaroshenko"),
    ],
)
def test_ukrainian_names_follow_the_passport(name: str, readable: str) -> None:
    assert readable_name(name, "uk") == readable


@pytest.mark.parametrize(
    ("name", "readable"),
    [("Наталья Чернышёва", "Natalia Chernysheva"), ("Иван Хрущёв", "Ivan Khrushchev"), ("Эльдар", "Eldar")],
)
def test_russian_names_follow_the_russian_passport(name: str, readable: str) -> None:
    assert readable_name(name, "ru") == readable


def test_letters_decide_before_the_language_that_the_person_prefers() -> None:
    assert readable_name("Вікторія Григоренко", "ru") == "Viktoriia Hryhorenko"
    assert readable_name("Рыжов Григорий", "uk") == "Ryzhov Grigorii"


def test_the_language_decides_where_the_letters_do_not() -> None:
    assert readable_name("Григорова", "uk") == "Hryhorova"
    assert readable_name("Григорова", "ru") == "Grigorova"


@pytest.mark.parametrize("name", ["O'Brien", "李", "José van 't Hoff", "Łukasz", "محمد"])
def test_other_names_stay_as_they_are(name: str) -> None:
    assert readable_name(name, "en") == name


@settings(deadline=None)
@given(st.text(min_size=1, max_size=LONGEST_NAME))
def test_any_name_becomes_a_readable_one_that_fits(name: str) -> None:
    readable = readable_name(name)
    assert len(readable) <= LONGEST_READABLE_NAME


@settings(deadline=None)
@given(st.text("абвгґдеєжзиіїйклмнопрстуфхцчшщьюя' -", min_size=1, max_size=LONGEST_NAME))
def test_no_ukrainian_letter_is_left(name: str) -> None:
    assert not CYRILLIC.search(readable_name(name))


def test_the_longest_name_fits() -> None:
    assert len(readable_name("щ" * LONGEST_NAME)) == LONGEST_READABLE_NAME


def test_lists_search_without_accents_and_capitals() -> None:
    key = sort_name("Їжакевич Йосип", "Yizhakevych Josíp")
    assert plain("JOSIP") in key
    assert plain("їжакевич") in key


def test_cyrillic_letters_with_a_mark_are_letters_of_their_own() -> None:
    assert plain("Їжак Йод Ёлка") == "їжак йод ёлка"
    assert plain("Ижак") not in plain("Їжак")
