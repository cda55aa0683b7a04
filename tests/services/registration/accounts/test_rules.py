"""Organisations and staff: made, changed, closed; and what the other services are told."""

import threading
import uuid
from datetime import timedelta

import pytest

from services.registration.accounts import rules
from services.registration.accounts.errors import (
    AddressTaken,
    AddressUnreadable,
    LastAdministrator,
    OrganisationNameTaken,
    OwnAccess,
    PasswordTooShort,
    RoleUnknown,
    StaffUnknown,
)
from services.registration.accounts.models import Staff
from services.registration.accounts.sessions import forget_expired_sessions, remember_session
from shared import clock
from shared.database import OrganisationUnknown
from shared.events import OrganisationChanged, SessionEnded
from shared.identity import EndedSession
from shared.identity.sessions import Identity
from tests.factories.accounts import PASSWORD, make_staff
from tests.service_under_test import STRANGER_ORGANISATION_ID, ServiceUnderTest


def an_identity(staff: Staff, session_id: str, hours: int = 1) -> Identity:
    return Identity(
        "staff", session_id, staff.id, staff.organisation_id, "", staff.name, frozenset(staff.roles),
        clock.now() + timedelta(hours=hours),
    )  # fmt: skip


def test_add_organisation_tells_the_others(registration: ServiceUnderTest) -> None:
    with registration.session(None) as session:
        organisation = rules.add_organisation(session, "Werkregio Їжак & Ґава", "post@werkregio.example")
        assert rules.load_organisation(session, organisation.id).name == "Werkregio Їжак & Ґава"
    assert registration.outbox() == [
        OrganisationChanged(organisation.id, 1, "Werkregio Їжак & Ґава", "post@werkregio.example")
    ]


def test_add_organisation_with_a_taken_name(registration: ServiceUnderTest) -> None:
    with registration.session(None) as session:
        rules.add_organisation(session, "Werkregio Zuid", "post@werkregio.example")
        with pytest.raises(OrganisationNameTaken):
            rules.add_organisation(session, "Werkregio Zuid", "other@werkregio.example")


def test_add_organisation_without_a_mailbox(registration: ServiceUnderTest) -> None:
    with registration.session(None) as session, pytest.raises(AddressUnreadable):
        rules.add_organisation(session, "Werkregio Zuid", "no address")


def test_add_organisation_with_a_mailbox_that_our_mail_cannot_name(registration: ServiceUnderTest) -> None:
    """Its messages would all fail, as if every reader's address were wrong."""
    with registration.session(None) as session, pytest.raises(AddressUnreadable):
        rules.add_organisation(session, "Werkregio Zuid", "käse@werkregio.example")


@pytest.mark.parametrize("name", ["O'Brien", "李", "Їжакевич-Ґалаґан", "x" * 200])
def test_add_staff_keeps_the_name_and_no_password(registration: ServiceUnderTest, name: str) -> None:
    with registration.session() as session:
        staff = make_staff(session, name=name, roles=("organiser", "admin", "organiser"))
        session.expire_all()
        kept = rules.load_staff(session, staff.id)
        assert (kept.name, kept.roles) == (name, ["admin", "organiser"])
        assert PASSWORD not in kept.password_hash


def test_add_staff_with_a_taken_address(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        make_staff(session, "anna@werkregio.example")
        with pytest.raises(AddressTaken):
            make_staff(session, "ANNA@WERKREGIO.example")
        assert len(rules.list_staff(session)) == 1


def test_add_staff_with_an_address_taken_elsewhere(registration: ServiceUnderTest) -> None:
    with registration.session(STRANGER_ORGANISATION_ID) as session:
        make_staff(session, "anna@werkregio.example")
    with registration.session() as session, pytest.raises(AddressTaken):
        make_staff(session, "anna@werkregio.example")


@pytest.mark.parametrize("address", ["", "anna", "anna@", "anna@x", "a b@werkregio.example"])
def test_add_staff_without_a_real_address(registration: ServiceUnderTest, address: str) -> None:
    with registration.session() as session, pytest.raises(AddressUnreadable):
        make_staff(session, address)


@pytest.mark.parametrize("roles", [(), ("king",), ("device",), ("admin", "candidate")])
def test_add_staff_with_roles_that_are_none(registration: ServiceUnderTest, roles: tuple[str, ...]) -> None:
    with registration.session() as session, pytest.raises(RoleUnknown):
        make_staff(session, roles=roles)


def test_add_staff_with_a_short_password(registration: ServiceUnderTest) -> None:
    with registration.session() as session, pytest.raises(PasswordTooShort):
        make_staff(session, password="short")


def test_staff_of_another_organisation_cannot_be_found(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        staff_id = make_staff(session).id
    with registration.session(STRANGER_ORGANISATION_ID) as session:
        assert rules.list_staff(session) == []
        with pytest.raises(StaffUnknown):
            rules.load_staff(session, staff_id)
    with registration.session(None) as session, pytest.raises(OrganisationUnknown):
        rules.list_staff(session)


def test_list_staff_puts_closed_accounts_last(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        make_staff(session, "c@werkregio.example", "Cor")
        closed = make_staff(session, "a@werkregio.example", "Anna")
        make_staff(session, "b@werkregio.example", "ben")
        boss = make_staff(session, "boss@werkregio.example", "Boss", ("admin",))
        rules.disable_staff(session, boss.id, closed)
        assert [staff.name for staff in rules.list_staff(session)] == ["ben", "Boss", "Cor", "Anna"]


def test_other_roles_end_the_sessions(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        boss = make_staff(session, "boss@werkregio.example", "Boss", ("admin",))
        staff = make_staff(session)
        remember_session(session, an_identity(staff, "first"))
        remember_session(session, an_identity(staff, "second"))
        remember_session(session, an_identity(boss, "of the boss"))
        session.flush()
        rules.change_staff(session, boss.id, staff, "Anna", ["door"])
        assert (staff.name, staff.roles) == ("Anna", ["door"])
    assert {event.session_id for event in registration.outbox(SessionEnded)} == {"first", "second"}


def test_another_name_ends_no_session(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        staff = make_staff(session)
        remember_session(session, an_identity(staff, "first"))
        session.flush()
        rules.change_staff(session, uuid.uuid4(), staff, "Anna", ["organiser"])
    assert registration.outbox(SessionEnded) == []


def test_disable_staff_ends_the_sessions_here_and_elsewhere(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        boss = make_staff(session, "boss@werkregio.example", "Boss", ("admin",))
        staff = make_staff(session)
        remember_session(session, an_identity(staff, "first"))
        session.flush()
        rules.disable_staff(session, boss.id, staff)
        assert session.get(EndedSession, "first") is not None
    assert [event.session_id for event in registration.outbox(SessionEnded)] == ["first"]


def test_nobody_closes_their_own_account(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        make_staff(session, "boss@werkregio.example", "Boss", ("admin",))
        staff = make_staff(session, roles=("admin",))
        with pytest.raises(OwnAccess):
            rules.disable_staff(session, staff.id, staff)
        with pytest.raises(OwnAccess):
            rules.change_staff(session, staff.id, staff, "Anna", ["organiser"])
        with pytest.raises(OwnAccess):
            rules.reset_second_factor(session, staff.id, staff)


def test_last_administrator_stays(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        staff = make_staff(session, roles=("admin",))
        with pytest.raises(LastAdministrator):
            rules.disable_staff(session, uuid.uuid4(), staff)
        with pytest.raises(LastAdministrator):
            rules.change_staff(session, uuid.uuid4(), staff, "Anna", ["door"])


def test_two_administrators_who_close_each_others_account(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        ids = [make_staff(session, f"{n}@werkregio.example", n, ("admin",)).id for n in ("anna", "ben")]
    start, closed, refused = threading.Barrier(2), [], []

    def close(actor: uuid.UUID, other: uuid.UUID) -> None:
        start.wait(10)
        try:
            with registration.session() as session:
                rules.disable_staff(session, actor, rules.load_staff(session, other))
            closed.append(other)
        except LastAdministrator:
            refused.append(other)

    threads = [threading.Thread(target=close, args=pair) for pair in (ids, ids[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert (len(closed), len(refused)) == (1, 1)


def test_sessions_that_ended_by_themselves_are_forgotten(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        boss = make_staff(session, "boss@werkregio.example", "Boss", ("admin",))
        staff = make_staff(session)
        remember_session(session, an_identity(staff, "past", hours=-1))
        remember_session(session, an_identity(staff, "present"))
        session.flush()
        forget_expired_sessions(session)
        rules.disable_staff(session, boss.id, staff)
    assert [event.session_id for event in registration.outbox(SessionEnded)] == ["present"]
