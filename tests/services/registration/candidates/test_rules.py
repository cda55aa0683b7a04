"""Entering, correcting and finding candidates."""

import dataclasses
import uuid

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.registration.candidates.errors import CandidateUnknown, CitizenNumberTyped, MobileUnreadable
from services.registration.candidates.models import Candidate
from services.registration.candidates.rules import (
    PAGE_SIZE,
    WHEN_CANDIDATE_CHANGES,
    Profile,
    Wanted,
    add_candidate,
    change_barriers,
    change_candidate,
    choose_contact,
    list_candidates,
    load_barriers,
    load_candidate,
    person_of,
    read_mobile,
)
from tests.factories.candidates import make_candidate, make_candidates
from tests.factories.events import make_organisation
from tests.factories.invitations import SIGNING_SEED
from tests.service_under_test import STRANGER_ORGANISATION_ID, ServiceUnderTest


def test_a_name_and_a_language_are_enough(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        make_organisation(session)
        candidate = add_candidate(session, Profile("Юлія Їжакевич-Ґалаґан", "uk"))
    assert candidate.readable_name == "Yuliia Yizhakevych-Galagan"
    assert (candidate.contact_by, candidate.readiness, candidate.hours) == ("paper", "ready", None)


def test_the_readable_name_can_be_corrected_by_hand(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        candidate = make_candidate(session, "Юлія Гончар", readable_name="Julia Hontsjar")
        assert candidate.readable_name == "Julia Hontsjar"
        change_candidate(
            session, candidate, Profile("Юлія Гончар", "uk", readable_name="Julia Hontsjar", hours=20), SIGNING_SEED
        )
        assert candidate.readable_name == "Julia Hontsjar"


def test_a_corrected_name_is_made_readable_again(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        candidate = make_candidate(session, "Олна Гончар")
        change_candidate(
            session, candidate, Profile("Олена Гончар", "uk", readable_name=candidate.readable_name), SIGNING_SEED
        )
        assert candidate.readable_name == "Olena Honchar"


def test_emptying_the_readable_name_makes_it_anew(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        candidate = make_candidate(session, "Олена Гончар", readable_name="Lena")
        change_candidate(session, candidate, Profile("Олена Гончар", "uk"), SIGNING_SEED)
        assert candidate.readable_name == "Olena Honchar"


@pytest.mark.parametrize("field", ["name", "readable_name", "did", "wants"])
def test_a_citizen_number_is_refused_in_every_free_field(registration: ServiceUnderTest, field: str) -> None:
    with registration.session() as session:
        make_organisation(session)
        profile = dataclasses.replace(Profile("Олена", "uk"), **{field: "Олена 1234.56.782"})
        with pytest.raises(CitizenNumberTyped) as refusal:
            add_candidate(session, profile)
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("06 12345678", "+31612345678"),
        ("+380 67 123 45 67", "+380671234567"),
        ("0031-6-12345678", "+31612345678"),
        ("(06) 1234 5678", "+31612345678"),
    ],
)
def test_a_mobile_number_is_kept_as_e164(typed: str, kept: str) -> None:
    assert read_mobile(typed) == kept


@pytest.mark.parametrize("typed", ["12", "abc", "06 1234567", "+999 123456789", "+" * 30])
def test_a_number_that_nobody_has_is_refused(typed: str) -> None:
    with pytest.raises(MobileUnreadable):
        read_mobile(typed)


@pytest.mark.parametrize(
    ("email", "mobile", "on_paper", "way"),
    [
        ("o@example.org", "+31612345678", False, "email"),
        (None, "+31612345678", False, "mobile"),
        (None, None, False, "paper"),
        ("o@example.org", None, True, "paper"),
    ],
)
def test_the_way_to_reach_somebody(email: str | None, mobile: str | None, on_paper: bool, way: str) -> None:
    assert choose_contact(email, mobile, on_paper) == way


def test_several_people_share_an_address_and_a_number(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        shared = {"email": "family@example.org", "mobile": "06 12345678"}
        first, second = make_candidate(session, "Олена", **shared), make_candidate(session, "Петро", **shared)
        assert first.id != second.id
        assert first.mobile == second.mobile == "+31612345678"


def test_who_wants_paper_gets_neither_mail_nor_sms(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        wants_paper = person_of(make_candidate(session, email="o@example.org", mobile="0612345678", on_paper=True))
        assert (wants_paper.email, wants_paper.mobile) == (None, None)
        assert person_of(make_candidate(session, email="o@example.org")).email == "o@example.org"


def test_the_list_is_sorted_by_readable_name_and_cut_in_pages(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        make_candidates(session, PAGE_SIZE + 5)
        first, second = list_candidates(session), list_candidates(session, page=2)
    names = [one.readable_name.casefold() for one in [*first.candidates, *second.candidates]]
    assert names == sorted(names)
    assert len(names) == len(set(names)) == first.total == PAGE_SIZE + 5
    assert second.first == PAGE_SIZE + 1


def test_a_page_beyond_the_last_is_the_last(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        make_candidates(session, 3)
        assert len(list_candidates(session, page=99).candidates) == 3


@pytest.mark.parametrize("words", ["їжакевич", "YIZHAKEVYCH", "gal yul", "Ґалаґан"])
def test_somebody_is_found_by_either_name(registration: ServiceUnderTest, words: str) -> None:
    with registration.session() as session:
        make_candidates(session, 9)
        assert [one.name for one in list_candidates(session, Wanted(words)).candidates] == ["Юлія Їжакевич-Ґалаґан"]


@pytest.mark.parametrize("words", ["%", "_", "\\", "o'brien%"])
def test_signs_of_the_database_mean_nothing_in_a_search(registration: ServiceUnderTest, words: str) -> None:
    with registration.session() as session:
        make_candidates(session, 9)
        assert list_candidates(session, Wanted(words)).total == 0


def test_filters_narrow_together(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        make_candidates(session, 9)
        make_candidate(session, "Paused Person", "ru", sectors=["care"], readiness="paused")
        assert list_candidates(session, Wanted(sector="care")).total == 3
        assert list_candidates(session, Wanted(sector="care", language="ru")).total == 2
        assert list_candidates(session, Wanted(sector="care", language="ru", readiness="paused")).total == 1


def test_barriers_are_put_in_each_others_place(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        candidate = make_candidate(session)
        change_barriers(session, candidate, ["health", "childcare", "health"])
        assert load_barriers(session, candidate.id) == ["childcare", "health"]
        change_barriers(session, candidate, ["transport"])
        assert load_barriers(session, candidate.id) == ["transport"]
        change_barriers(session, candidate, [])
        assert load_barriers(session, candidate.id) == []


def test_another_organisation_does_not_find_the_candidate(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        candidate = make_candidate(session)
        change_barriers(session, candidate, ["health"])
    with registration.session(STRANGER_ORGANISATION_ID) as session:
        assert list_candidates(session).total == 0
        assert load_barriers(session, candidate.id) == []
        with pytest.raises(CandidateUnknown):
            load_candidate(session, candidate.id)


def test_an_unknown_candidate_is_refused(registration: ServiceUnderTest) -> None:
    with registration.session() as session, pytest.raises(CandidateUnknown):
        load_candidate(session, uuid.uuid4())


def test_others_are_called_after_a_correction(registration: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[Candidate] = []
    monkeypatch.setattr(
        "services.registration.candidates.rules.WHEN_CANDIDATE_CHANGES",
        [lambda _, candidate, __: called.append(candidate)],
    )
    with registration.session() as session:
        candidate = make_candidate(session)
        assert called == []
        change_candidate(session, candidate, Profile("Олена", "uk"), SIGNING_SEED)
    assert called == [candidate]
    assert isinstance(WHEN_CANDIDATE_CHANGES, list)


@pytest.mark.parametrize(
    "change",
    [
        "language = 'xx'",
        "readiness = 'x'",
        "contact_by = 'email'",
        "contact_by = 'mobile'",
        "hours = 0",
        "hours = 61",
        "name = repeat('x', 201)",
    ],
)
def test_the_database_holds_the_rules(registration: ServiceUnderTest, change: str) -> None:
    with registration.session() as session:
        make_candidate(session)
    with (
        pytest.raises((IntegrityError, Exception), match=r"violates check|too long"),
        registration.session() as session,
    ):
        session.execute(text(f"UPDATE candidate SET {change}"))


def test_the_database_knows_no_other_barriers(registration: ServiceUnderTest) -> None:
    with pytest.raises(IntegrityError), registration.session() as session:
        change_barriers(session, make_candidate(session), ["religion"])
