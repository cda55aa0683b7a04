"""Whom we may reach and how."""

import uuid
from dataclasses import dataclass

import pytest
from sqlalchemy import select, update

from services.notifications.messages.forgetting import KEEP_WORDS
from services.notifications.messages.jobs import forget_old_words
from services.notifications.people.errors import (
    AddressUnreadable,
    AlreadyLifted,
    NumberUnreadable,
    OnlyByThePerson,
    SuppressionUnknown,
)
from services.notifications.people.models import Suppression
from services.notifications.people.rules import (
    BY_THE_PERSON,
    Wanted,
    find_suppression,
    find_wishes,
    forget_lifted,
    keep_wishes,
    lift,
    load_suppression,
    read_address,
    stop_invitations,
    suppress,
)
from shared import clock
from tests.queries import queries_of
from tests.service_under_test import ORGANISATION_ID, STRANGER_ORGANISATION_ID, ServiceUnderTest

PERSON_ID = uuid.UUID(int=5)
ADDRESS = "oksana@example.org"
MOBILE = "+31612345678"


@dataclass
class Letter:
    """As much of a message as it takes to reach somebody."""

    organisation_id: uuid.UUID = ORGANISATION_ID
    person_id: uuid.UUID = PERSON_ID
    address: str | None = ADDRESS
    mobile: str | None = MOBILE
    language: str = "uk"


def _suppress(
    service: ServiceUnderTest, channel: str = "email", address: str = ADDRESS, reason: str = "bounced"
) -> None:
    with service.session() as session:
        suppress(session, ORGANISATION_ID, channel, address, reason)


def _only(service: ServiceUnderTest) -> Suppression:
    with service.session() as session:
        return session.scalars(select(Suppression)).one()


def test_somebody_whom_nothing_is_known_of_is_reached_as_the_message_says(notifications: ServiceUnderTest) -> None:
    with notifications.session() as session:
        wishes = find_wishes(session, [Letter()])[0]
    assert (wishes.reader.email, wishes.reader.mobile, wishes.reader.preferred) == (ADDRESS, MOBILE, None)
    assert (wishes.reader.closed, wishes.language, wishes.only_essential) == (frozenset(), "uk", False)


@pytest.mark.parametrize(
    ("channel", "address", "closed"),
    [("email", ADDRESS, {"email"}), ("email", " Oksana@EXAMPLE.org", {"email"}), ("sms", MOBILE, {"sms"}),
     ("email", "other@example.org", set()), ("sms", "+31687654321", set())],
)  # fmt: skip
def test_channel_of_a_suppressed_address_is_closed(
    notifications: ServiceUnderTest, channel: str, address: str, closed: set[str]
) -> None:
    _suppress(notifications, channel, address)
    with notifications.session() as session:
        assert find_wishes(session, [Letter()])[0].reader.closed == closed


def test_both_channels_can_be_closed(notifications: ServiceUnderTest) -> None:
    _suppress(notifications)
    _suppress(notifications, "sms", MOBILE, "opted_out")
    with notifications.session() as session:
        assert find_wishes(session, [Letter()])[0].reader.closed == {"email", "sms"}


def test_another_address_of_the_same_person_is_open(notifications: ServiceUnderTest) -> None:
    _suppress(notifications)
    with notifications.session() as session:
        assert find_wishes(session, [Letter(address="corrected@example.org")])[0].reader.closed == frozenset()


def test_another_region_is_not_bound(notifications: ServiceUnderTest) -> None:
    _suppress(notifications)
    with notifications.session(STRANGER_ORGANISATION_ID) as session:
        assert find_wishes(session, [Letter(organisation_id=STRANGER_ORGANISATION_ID)])[0].reader.closed == frozenset()


def test_wishes_take_two_queries_however_many_people(notifications: ServiceUnderTest) -> None:
    _suppress(notifications)
    with notifications.session() as session:
        keep_wishes(session, Letter(), "candidate", Wanted("sms", "ru", True), "page")
    with notifications.session() as session, queries_of(notifications) as statements:
        wishes, *_ = find_wishes(session, [Letter(), Letter(person_id=uuid.uuid4()), Letter(address=None)])
    assert len(statements) == 2
    assert (wishes.reader.preferred, wishes.language, wishes.only_essential) == ("sms", "ru", True)
    assert wishes.reader.closed == {"email"}


def test_stopping_invitations_keeps_what_was_chosen_before(notifications: ServiceUnderTest) -> None:
    with notifications.session() as session:
        keep_wishes(session, Letter(), "candidate", Wanted("paper", "nl", False), "page")
        stop_invitations(session, Letter(), "candidate", "one_click")
        stop_invitations(session, Letter(), "candidate", "one_click")
        wishes = find_wishes(session, [Letter()])[0]
    assert (wishes.reader.preferred, wishes.language, wishes.only_essential) == ("paper", "nl", True)


def test_suppressed_twice_is_once_and_keeps_what_the_person_asked(notifications: ServiceUnderTest) -> None:
    for reason in ("bounced", "opted_out", "bounced", "by_hand"):
        _suppress(notifications, reason=reason)
    assert _only(notifications).reason == "opted_out"


def test_list_holds_no_address_that_a_plain_digest_gives_away(notifications: ServiceUnderTest) -> None:
    _suppress(notifications)
    row = _only(notifications)
    assert ADDRESS not in row.digest
    assert len(row.digest) == 64


def test_lifted_address_is_open_and_can_be_closed_again(notifications: ServiceUnderTest) -> None:
    _suppress(notifications)
    with notifications.session() as session:
        row = session.scalars(select(Suppression)).one()
        lift(session, row, "The mailbox works again", by="Anna")
        with pytest.raises(AlreadyLifted):
            lift(session, row, "once more", by="Anna")
        assert find_wishes(session, [Letter()])[0].reader.closed == frozenset()
    _suppress(notifications)
    with notifications.session() as session:
        assert find_wishes(session, [Letter()])[0].reader.closed == {"email"}


def test_only_the_person_takes_back_what_the_person_asked(notifications: ServiceUnderTest) -> None:
    _suppress(notifications, reason="opted_out")
    with notifications.session() as session:
        row = find_suppression(session, "email", ADDRESS)
        assert row is not None
        with pytest.raises(OnlyByThePerson):
            lift(session, row, "I know better", by="Anna")
        lift(session, row, "asked for on the page", by=BY_THE_PERSON)
        assert find_suppression(session, "email", ADDRESS) is None


def test_row_of_another_region_is_unknown(notifications: ServiceUnderTest) -> None:
    _suppress(notifications)
    row = _only(notifications)
    with notifications.session(STRANGER_ORGANISATION_ID) as session, pytest.raises(SuppressionUnknown):
        load_suppression(session, row.id)


@pytest.mark.parametrize(
    ("channel", "typed", "read"),
    [("email", "a.b@example.nl", "a.b@example.nl"), ("email", " a@EXAMPLE.nl ", "a@example.nl"),
     ("sms", "06 12 34 56 78", MOBILE), ("sms", "+380 67 123 4567", "+380671234567")],
)  # fmt: skip
def test_addresses_are_read_as_people_type_them(channel: str, typed: str, read: str) -> None:
    assert read_address(channel, typed) == read


@pytest.mark.parametrize("typed", ["", "nobody", "a@", "a@b@c.nl", "a b@example.nl", "a@example.nl\nBcc: x@example.nl"])
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(AddressUnreadable):
        read_address("email", typed)


@pytest.mark.parametrize("typed", ["", "12", "nobody", "+31 12345"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(NumberUnreadable):
        read_address("sms", typed)


def test_address_that_was_opened_long_ago_is_forgotten(notifications: ServiceUnderTest) -> None:
    _suppress(notifications)
    with notifications.session() as session:
        lift(session, session.scalars(select(Suppression)).one(), "works again", by="Anna")
        forget_lifted(session, clock.now() - KEEP_WORDS)
    assert _only(notifications).address == ADDRESS
    with notifications.session() as session:
        session.execute(update(Suppression).values(lifted_at=clock.now() - KEEP_WORDS * 2))
    forget_old_words(notifications.sessions)
    row = _only(notifications)
    assert (row.address, row.lifted_because, row.reason) == (None, "", "bounced")
