"""Employers and contacts: added, pointed out when known, found."""

import pytest

from services.registration.stands.employers import (
    PAGE_SIZE,
    ContactDetails,
    add_contact,
    add_employer,
    list_employers,
    list_uninvited,
    load_contact,
    load_employer,
    rename_employer,
)
from services.registration.stands.errors import (
    ContactExists,
    ContactUnknown,
    EmployerExists,
    EmployerUnknown,
    NameLooksKnown,
)
from tests.factories.events import make_event, make_organisation
from tests.factories.stands import make_contact, make_employer, make_employers, make_invitation
from tests.service_under_test import STRANGER_ORGANISATION_ID, ServiceUnderTest

HANS = ContactDetails("Hans van Loenen", "hans@loenen.example", "nl")


def test_add_employer_keeps_names_as_they_are_written(registration: ServiceUnderTest) -> None:
    long = ("Їжакевич-Ґалаґан O'Brien 李 " * 20)[:200]
    with registration.session() as session:
        make_organisation(session)
        employer = add_employer(session, long, ContactDetails("李 文", "li@example.org", "uk", "+31612345678"))
    with registration.session() as session:
        found = load_employer(session, employer.id)
        assert found.name == long
        assert [(c.name, c.phone, c.language) for c in found.contacts] == [("李 文", "+31612345678", "uk")]


def test_add_employer_known_name_is_refused(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        make_employer(session, "Bakkerij Van Loenen")
        with pytest.raises(EmployerExists) as refusal:
            add_employer(session, "bakkerij van loenen B.V.", HANS, although_alike=True)
        assert refusal.value.values == {"name": "Bakkerij Van Loenen"}


def test_add_employer_misspelt_name_is_pointed_out_and_a_person_decides(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        make_employer(session, "Bakkerij Van Loenen")
        with pytest.raises(NameLooksKnown) as refusal:
            add_employer(session, "Bakerij van Loenen", HANS)
        assert refusal.value.names == ["Bakkerij Van Loenen"]
        assert add_employer(session, "Bakerij van Loenen", HANS, although_alike=True).name == "Bakerij van Loenen"


def test_add_employer_same_name_in_another_organisation_is_no_matter(registration: ServiceUnderTest) -> None:
    with registration.session(STRANGER_ORGANISATION_ID) as session:
        make_employer(session, "Bakkerij Van Loenen")
    with registration.session() as session:
        make_organisation(session)
        assert add_employer(session, "Bakkerij Van Loenen", HANS).name == "Bakkerij Van Loenen"
        assert list_employers(session).total == 1


def test_rename_employer_to_its_own_name_in_other_letters(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        employer = make_employer(session, "Bakkerij Van Loenen")
        rename_employer(session, employer, "Bakkerij van Loenen BV")
        assert employer.name == "Bakkerij van Loenen BV"


def test_rename_employer_to_a_known_name_is_refused(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        make_employer(session, "Bakkerij Van Loenen")
        other = make_employer(session, "Hotel De Waterpoort")
        with pytest.raises(EmployerExists):
            rename_employer(session, other, "bakkerij van loenen")


def test_add_contact_address_twice_is_refused_and_the_work_goes_on(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        employer = make_employer(session, email="Hans@loenen.example")
        with pytest.raises(ContactExists):
            add_contact(session, employer, HANS)
        add_contact(session, employer, ContactDetails("Els", "els@loenen.example", "en"))
    with registration.session() as session:
        assert [c.name for c in load_employer(session, employer.id).contacts] == ["Hans van Loenen", "Els"]


def test_load_employer_of_a_stranger_is_not_found(registration: ServiceUnderTest) -> None:
    with registration.session(STRANGER_ORGANISATION_ID) as session:
        employer = make_employer(session)
        contact = make_contact(session, employer)
    with registration.session() as session:
        with pytest.raises(EmployerUnknown):
            load_employer(session, employer.id)
        with pytest.raises(ContactUnknown):
            load_contact(session, employer.id, contact.id)


@pytest.mark.parametrize("search", ["loenen", "VAN LOENEN", "bakkerij  van", "Bakkerij Van Loenen B.V."])
def test_list_employers_finds_by_part_of_a_name(registration: ServiceUnderTest, search: str) -> None:
    with registration.session() as session:
        make_employers(session, 12)
        assert [e.name for e in list_employers(session, search).employers] == ["Bakkerij Van Loenen"]


@pytest.mark.parametrize("search", ["%", "_", "\\", "'; DROP TABLE employer --"])
def test_list_employers_search_signs_mean_themselves(registration: ServiceUnderTest, search: str) -> None:
    with registration.session() as session:
        make_employers(session, 3)
        assert list_employers(session, search).total == 0


def test_list_employers_goes_on_over_pages(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        make_employers(session, PAGE_SIZE + 3)
        first, second = list_employers(session), list_employers(session, page=2)
        assert (first.total, len(first.employers), len(second.employers)) == (PAGE_SIZE + 3, PAGE_SIZE, 3)


def test_list_uninvited_leaves_out_who_was_invited(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        invited, other = make_employers(session, 2)
        make_invitation(session, event, invited)
        assert list(list_uninvited(session, event.id)) == [other]
