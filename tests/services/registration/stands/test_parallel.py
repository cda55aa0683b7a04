"""Many at the same moment: real threads, the real application, a real database (domain rule 1)."""

import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from services.registration.app import create_app
from services.registration.events.rules import change_event, lock_event
from services.registration.stands.models import StandBooking
from services.registration.stands.rules import booked_counts
from shared import clock
from shared.events import PutCalendarEntry, StandBooked
from shared.settings import Service, Settings
from tests.factories.events import make_event, make_times
from tests.factories.stands import find_stand, make_booking, make_employers, make_hold, make_invitation
from tests.service_under_test import ServiceUnderTest
from tests.services.registration.stands.test_api import Caller

EMPLOYERS = 50
Answer = tuple[int, str]
"""Status, and the code of the refusal if there was one."""


@pytest.fixture
def service(
    all_settings: dict[Service, Settings], new_database: Callable[[Service], str]
) -> Iterator[ServiceUnderTest]:
    """The registration service on a database of its own, so that its locks are nobody else's."""
    settings = replace(all_settings["registration"], database_url=new_database("registration"))
    service = ServiceUnderTest(create_app(settings))
    yield service
    service.sessions.kw["bind"].dispose()
    service.floor.worker.sessions.kw["bind"].dispose()


class Crowd:
    """An event, and employers with their links open, waiting at the starting line."""

    def __init__(self, service: ServiceUnderTest, number: int, stands_allowed: int = 1) -> None:
        self.service = service
        with service.session() as session:
            self.event = make_event(session)
            self.base = f"/api/events/{self.event.id}/bookings"
            self.stands = {label: str(find_stand(session, self.event, label).id) for label in ("1", "2", "3", "9")}
            self.invitations = [
                make_invitation(session, self.event, employer, stands_allowed)
                for employer in make_employers(session, number)
            ]

    def callers(self) -> list[Caller]:
        return [self.caller(invitation.contact_id) for invitation in self.invitations]

    def caller(self, contact_id: uuid.UUID) -> Caller:
        client = self.service.signed_in("employer", kind="employer", subject_id=contact_id, event_id=self.event.id)
        return Caller(client, f"/my/stands/{self.event.id}")

    def let_holds_lapse(self) -> None:
        """As if the holds had been made an hour ago."""
        with self.service.session() as session:
            for booking in session.scalars(select(StandBooking).where(StandBooking.state == "held")):
                booking.held_until = clock.now() - timedelta(minutes=50)

    def count(self, state: str) -> int:
        with self.service.session() as session:
            return session.scalar(select(func.count(StandBooking.id)).where(StandBooking.state == state)) or 0


def all_at_once(deeds: Sequence[Callable[[], Any]]) -> list[Answer]:
    """Do them in as many threads, started by one signal; what each was answered."""
    answers: list[Answer] = []
    start = threading.Barrier(len(deeds))

    def do(deed: Callable[[], Any]) -> None:
        start.wait(30)
        answer = deed()
        answers.append((answer.status_code, (answer.get_json(silent=True) or {}).get("code", "")))

    threads = [threading.Thread(target=do, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert len(answers) == len(deeds)
    return answers


def send(caller: Caller, method: str, path: str, data: Any = None) -> Callable[[], Any]:
    return lambda: caller.client.open(path, method=method, json=data, headers=caller.headers)


def test_fifty_who_want_one_stand(service: ServiceUnderTest) -> None:
    crowd = Crowd(service, EMPLOYERS)
    deeds = [send(caller, "POST", crowd.base, {"stand_id": crowd.stands["9"]}) for caller in crowd.callers()]
    assert Counter(all_at_once(deeds)) == {(201, ""): 1, (409, "stand_taken"): EMPLOYERS - 1}
    assert crowd.count("held") == 1


def test_fifty_who_want_a_stand_whose_hold_is_over(service: ServiceUnderTest) -> None:
    crowd = Crowd(service, EMPLOYERS + 1)
    with service.session() as session:
        make_hold(session, session.merge(crowd.invitations.pop()), "9")
    crowd.let_holds_lapse()
    deeds = [send(caller, "POST", crowd.base, {"stand_id": crowd.stands["9"]}) for caller in crowd.callers()]
    assert Counter(all_at_once(deeds)) == {(201, ""): 1, (409, "stand_taken"): EMPLOYERS - 1}
    assert (crowd.count("held"), crowd.count("expired")) == (1, 1)


def test_fifty_who_confirm_late_a_stand_that_each_of_them_held_before(service: ServiceUnderTest) -> None:
    crowd = Crowd(service, EMPLOYERS)
    for caller in crowd.callers():
        caller("POST", crowd.base, {"stand_id": crowd.stands["9"]}, 201)
        crowd.let_holds_lapse()
    languages = {"languages": {"nl": "C2"}}
    deeds = [send(caller, "POST", f"{crowd.base}/confirm", languages) for caller in crowd.callers()]
    assert Counter(all_at_once(deeds)) == {(200, ""): 1, (409, "stand_lost"): EMPLOYERS - 1}
    assert crowd.count("confirmed") == 1
    assert len(service.outbox(StandBooked)) == len(service.outbox(PutCalendarEntry)) == 1


def test_one_employer_who_taps_ten_stands_at_once_has_one(service: ServiceUnderTest) -> None:
    crowd = Crowd(service, 1)
    contact_id = crowd.invitations[0].contact_id
    wanted = list(crowd.stands.values()) * 3
    deeds = [send(crowd.caller(contact_id), "POST", crowd.base, {"stand_id": stand}) for stand in wanted]
    assert Counter(all_at_once(deeds)) == {(201, ""): len(wanted)}
    with service.session() as session:
        counts = booked_counts(session, crowd.event.id)
    assert (counts.held, counts.free) == (1, 11)


def test_one_employer_who_confirms_ten_times_at_once_books_once(service: ServiceUnderTest) -> None:
    crowd = Crowd(service, 1)
    callers = [crowd.caller(crowd.invitations[0].contact_id) for _ in range(10)]
    callers[0]("POST", crowd.base, {"stand_id": crowd.stands["9"]}, 201)
    deeds = [send(caller, "POST", f"{crowd.base}/confirm", {"languages": {"nl": "C2"}}) for caller in callers]
    assert Counter(all_at_once(deeds)) == {(200, ""): 10}
    assert len(service.outbox(StandBooked)) == len(service.outbox(PutCalendarEntry)) == 1


def test_two_who_change_places_are_both_refused_and_neither_waits_for_the_other(service: ServiceUnderTest) -> None:
    crowd = Crowd(service, 2)
    with service.session() as session:
        bookings = [
            make_booking(session, session.merge(one), label) for one, label in zip(crowd.invitations, "12", strict=True)
        ]
    first, second = crowd.callers()
    deeds = [
        send(first, "PUT", f"{crowd.base}/{bookings[0].id}", {"stand_id": crowd.stands["2"]}),
        send(second, "PUT", f"{crowd.base}/{bookings[1].id}", {"stand_id": crowd.stands["1"]}),
    ]
    for _ in range(40):
        assert Counter(all_at_once(deeds)) == {(409, "stand_taken"): 2}


def test_holds_that_are_over_change_hands_crosswise(service: ServiceUnderTest) -> None:
    crowd = Crowd(service, 2)
    first, second = crowd.callers()
    for _ in range(5):
        first("POST", crowd.base, {"stand_id": crowd.stands["1"]}, 201)
        second("POST", crowd.base, {"stand_id": crowd.stands["2"]}, 201)
        crowd.let_holds_lapse()
        deeds = [
            send(first, "POST", crowd.base, {"stand_id": crowd.stands["2"]}),
            send(second, "POST", crowd.base, {"stand_id": crowd.stands["1"]}),
        ]
        assert Counter(all_at_once(deeds)) == {(201, ""): 2}
        first("DELETE", f"{crowd.base}/held", status=204)
        second("DELETE", f"{crowd.base}/held", status=204)


def test_event_that_moves_while_employers_confirm_leaves_nobody_with_the_old_time(service: ServiceUnderTest) -> None:
    crowd = Crowd(service, 3)
    callers = crowd.callers()
    for caller, label in zip(callers, "123", strict=True):
        caller("POST", crowd.base, {"stand_id": crowd.stands[label]}, 201)
    times = make_times(crowd.event.starts_at + timedelta(days=1))

    class Moved:
        status_code = 200

        def get_json(self, silent: bool) -> None:
            return None

    def move() -> Moved:
        with service.session() as session:
            change_event(session, lock_event(session, crowd.event.id), times=times)
        return Moved()

    confirm = {"languages": {"nl": "C2"}}
    deeds = [send(caller, "POST", f"{crowd.base}/confirm", confirm) for caller in callers]
    assert Counter(all_at_once([*deeds, move])) == {(200, ""): 4}
    newest = {entry.person.id: entry for entry in sorted(service.outbox(PutCalendarEntry), key=lambda one: one.version)}
    assert {entry.starts_at for entry in newest.values()} == {times.starts_at}
    assert len(newest) == 3
