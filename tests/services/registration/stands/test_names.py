"""Which company names are the same, and which are probably one misspelt."""

import pytest

from services.registration.stands.names import LONGEST_KEY, find_alike, name_key

KNOWN = ["Zorggroep De Lindehof", "Bakkerij Van Loenen", "Hotel De Waterpoort", "Rijnkade Metaal", "Кафе Їжак"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jansen B.V.", "JANSEN bv"),
        ("Jansen", "Jansen N.V."),
        ("  Bakkerij   Van Loenen ", "bakkerij van loenen"),
        ("O'Brien & Zn.", "O\u2019Brien Zn"),
        ("A.B.C. Bouw", "ABC Bouw"),
        ("ＨＥＬＤＥＲ Facilitair", "Helder Facilitair"),
        ("ЇЖАКЕВИЧ-ҐАЛАҐАН", "Їжакевич Ґалаґан"),
    ],
)
def test_name_key_same_company(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(("one", "other"), [("Jansen", "Janssen"), ("李", "王"), ("Hotel 1", "Hotel 2")])
def test_name_key_other_company(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@pytest.mark.parametrize("name", ["B.V.", "---", "李", "!", "\u200d"])
def test_name_key_is_never_empty(name: str) -> None:
    assert name_key(name)


def test_name_key_fits_an_index_row_whatever_was_typed() -> None:
    # One sign that stands for eighteen.
    assert len(name_key("\ufdfa" * 200)) <= LONGEST_KEY


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Zorggroep Lindenhof", "Zorggroep De Lindehof"),
        ("De Lindehof", "Zorggroep De Lindehof"),
        ("Zorggroep de Linde-hof", "Zorggroep De Lindehof"),
        ("Bakerij van Loenen", "Bakkerij Van Loenen"),
        ("Hôtel de Waterpoort", "Hotel De Waterpoort"),
        ("Кафе Іжак", "Кафе Їжак"),
    ],
)
def test_find_alike_points_out_misspelt_names(typed: str, meant: str) -> None:
    assert find_alike(typed, KNOWN) == [meant]


@pytest.mark.parametrize("typed", ["Hotel De Zeehoek", "Rijnkade Hout", "Bakkerij", "李", "Kinderopvang Pluim"])
def test_find_alike_leaves_other_companies_alone(typed: str) -> None:
    assert find_alike(typed, KNOWN) == []


def test_find_alike_names_the_likeliest_three_at_most() -> None:
    known = [f"Bakkerij Janssen{'n' * n}" for n in range(5)]
    assert find_alike("Bakkerij Jansen", known) == known[:3]
