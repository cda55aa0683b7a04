"""What readers see of stands and employers, in a fixed number of queries."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from services.registration.events.rules import load_event
from services.registration.stands.inviting import decline
from services.registration.stands.states import BookedCounts, booked_counts, list_invited, stand_states
from shared import clock
from tests.factories.events import make_event
from tests.factories.stands import make_booking, make_employer, make_employers, make_hold, make_invitation
from tests.queries import queries_of
from tests.service_under_test import STRANGER_ORGANISATION_ID, ServiceUnderTest


def test_stand_states_say_who_booked_and_never_who_holds(registration: ServiceUnderTest) -> None:
    with registration.session() as session, time_machine.travel(clock.now(), tick=False) as clocks:
        event = make_event(session)
        make_booking(session, make_invitation(session, event, make_employer(session, "Їжак")), "1")
        make_booking(session, make_invitation(session, event, make_employer(session, "李")), "2", title="")
        make_hold(session, make_invitation(session, event), "3")
        clocks.shift(timedelta(seconds=30))
        seen = {one.stand.label: one for one in stand_states(session, event)}
        assert list(seen) == [str(number) for number in range(1, 13)]
        assert [(one.state, one.employer, one.minutes_left, one.has_vacancies) for one in seen.values()][:4] == [
            ("taken", "Їжак", None, True),
            ("taken", "李", None, False),
            ("held", None, 9, False),
            ("free", None, None, False),
        ]


def test_booked_counts(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event, other = make_event(session), make_event(session)
        assert booked_counts(session, event.id) == BookedCounts(stands=12)
        make_booking(session, make_invitation(session, event), "1")
        make_booking(session, make_invitation(session, event), "2", title="")
        make_hold(session, make_invitation(session, event), "3")
        gone = make_invitation(session, event)
        decline(session, event.id, gone.contact_id)
        make_invitation(session, event).undelivered = "address_refused"
        make_booking(session, make_invitation(session, other), "1")
        counts = booked_counts(session, event.id)
        assert counts == BookedCounts(12, 2, 1, 1, invited=5, declined=1, undelivered=1)
        assert counts.free == 9
        with time_machine.travel(clock.now() + timedelta(minutes=10)):
            assert booked_counts(session, event.id).held == 0


def test_list_invited_in_every_state(registration: ServiceUnderTest) -> None:
    with registration.session() as session, time_machine.travel(clock.now(), tick=False):
        event = make_event(session)
        b, a, d, c = (make_invitation(session, event, make_employer(session, name)) for name in "BADC")
        make_booking(session, a, "9")
        make_hold(session, b, "3")
        decline(session, event.id, c.contact_id)
        rows = list_invited(session, event.id)
        assert [
            (row.invitation.employer.name, row.state, row.stands, row.vacancies, row.minutes_left) for row in rows
        ] == [
            ("A", "booked", "9", 1, None),
            ("B", "held", "3", 0, 10),
            ("C", "declined", "", 0, None),
            ("D", "invited", "", 0, None),
        ]
        assert d.state == "invited"


@pytest.mark.parametrize("read", [stand_states, list_invited, booked_counts])
def test_reading_takes_the_same_number_of_queries_for_three_and_for_thirty(
    registration: ServiceUnderTest, read: Callable[..., Any]
) -> None:
    counts = []
    for number in (3, 30):
        registration.empty()
        with registration.session() as session:
            event = make_event(session)
            for index, employer in enumerate(make_employers(session, number)):
                invitation = make_invitation(session, event, employer)
                if index < 12:
                    make_booking(session, invitation, str(index + 1))
        with registration.session() as session:
            about = load_event(session, event.id) if read is stand_states else event.id
            with queries_of(registration) as queries:
                str(read(session, about))
            counts.append(len(queries))
    assert counts[0] == counts[1]
    assert 1 <= counts[0] <= 3


def test_reading_as_a_stranger_shows_nothing(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        make_booking(session, make_invitation(session, event), "1")
    with registration.session(STRANGER_ORGANISATION_ID) as session:
        assert booked_counts(session, event.id) == BookedCounts()
        assert stand_states(session, event) == []
        assert list_invited(session, event.id) == []
