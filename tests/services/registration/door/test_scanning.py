"""Scans as they are judged and kept; two gates, repeats, and rows that nobody changes."""

import threading
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import delete, event, func, select, text, update
from sqlalchemy.exc import DBAPIError

from services.registration.door.models import Scan
from services.registration.door.rules import record_scan
from services.registration.invitations.models import Invitation
from services.registration.invitations.passes import PassContent, pass_text
from services.registration.invitations.rules import reissue_pass
from shared import clock
from shared.database import act_for, make_engine, make_sessions
from shared.events import CandidateArrived, InvitationAnswered
from shared.settings import Service
from tests.factories.door import VERIFY_KEY, Door, make_door, make_phone, new_scan, scan, text_of
from tests.factories.events import make_event
from tests.factories.invitations import SIGNING_SEED, make_invitations
from tests.service_under_test import ORGANISATION_ID, ServiceUnderTest


def rows(registration: ServiceUnderTest) -> list[Scan]:
    with registration.session() as session:
        return list(session.scalars(select(Scan).order_by(Scan.received_at, Scan.id)))


def test_first_scan_admits_and_tells_the_others_once(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        door = make_door(session)
    registration.forget_outbox()
    with registration.session() as session:
        verdict = scan(session, door.device, door.text())
    guest = door.invitations[0]
    assert (verdict.verdict, verdict.number, verdict.name) == ("admitted", guest.number, guest.candidate.name)
    assert (verdict.readable_name, verdict.language) == (guest.candidate.readable_name, guest.candidate.language)
    with registration.session() as session:
        assert session.get_one(Invitation, guest.id).state == "attended"
    kept = rows(registration)[0]
    arrived = CandidateArrived(ORGANISATION_ID, door.event.id, guest.id, kept.happened_at)
    assert registration.outbox() == [arrived]


def test_row_says_where_and_when(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        door = make_door(session)
        scan(session, door.device, door.text())
    kept = rows(registration)[0]
    assert (kept.event_id, kept.device_id, kept.gate) == (door.event.id, door.device.subject_id, "Entrance north")
    assert (kept.invitation_id, kept.number, kept.pass_version) == (
        door.invitations[0].id,
        door.invitations[0].number,
        1,
    )
    assert (kept.direction, kept.entry, kept.verdict) == ("in", 1, "admitted")


def test_second_scan_says_since_when_and_where(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        door = make_door(session)
        scan(session, door.device, door.text())
        south, _ = make_phone(session, door.event, "Вхід південь")
        registration_of_first = session.scalars(select(Scan)).one()
        again = scan(session, south, door.text())
    assert (again.verdict, again.gate) == ("already_in", "Entrance north")
    assert again.inside_since == registration_of_first.happened_at
    assert again.name == door.invitations[0].candidate.name
    assert len(registration.outbox(CandidateArrived)) == 1


def test_repeated_sending_is_harmless_and_gets_the_same_answer(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        door = make_door(session)
    once = new_scan(door.text())
    answers = []
    for _ in range(3):
        with registration.session() as session:
            answers.append(record_scan(session, door.device, once, VERIFY_KEY))
    assert answers == [answers[0]] * 3
    assert [row.verdict for row in rows(registration)] == ["admitted"]
    assert len(registration.outbox(CandidateArrived)) == 1


def test_repeated_sending_after_the_phone_was_set_up_anew(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        door = make_door(session)
        once = new_scan(door.text())
        first = record_scan(session, door.device, once, VERIFY_KEY)
        anew, _ = make_phone(session, door.event)
        assert record_scan(session, anew, once, VERIFY_KEY) == first
    assert len(rows(registration)) == 1


def test_pass_of_another_event(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        door = make_door(session)
        other = make_invitations(session, 1, event=make_event(session), candidates=[door.invitations[0].candidate])
        verdict = scan(session, door.device, text_of(other[0]))
    assert (verdict.verdict, verdict.name, verdict.number) == ("wrong_event", None, None)
    kept = rows(registration)[0]
    assert (kept.verdict, kept.invitation_id, kept.number) == ("wrong_event", None, other[0].number)


@pytest.mark.parametrize(
    "nonsense", ["", "nonsense", "HD1:", "https://example.org/", "Їжак", "0" * 4000, "HD1:" + "A" * 115]
)
def test_code_that_is_no_pass_of_ours(registration: ServiceUnderTest, nonsense: str) -> None:
    with registration.session() as session:
        door = make_door(session, guests=0)
        assert scan(session, door.device, nonsense).verdict == "unknown"
    kept = rows(registration)[0]
    assert (kept.verdict, kept.number, kept.invitation_id) == ("unknown", None, None)


def test_pass_signed_with_another_key(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        door = make_door(session)
        forged = pass_text(b"some other seed of 32 characters", door.invitations[0].pass_content)
        assert scan(session, door.device, forged).verdict == "unknown"


def test_number_that_nobody_has(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        door = make_door(session)
        stray = pass_text(SIGNING_SEED, PassContent(door.event.id, 4_294_967_295, 65_535))
        assert scan(session, door.device, stray).verdict == "unknown"


def test_reissued_pass(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        door = make_door(session)
        old = door.text()
        reissue_pass(session, door.invitations[0], SIGNING_SEED)
        verdict = scan(session, door.device, old)
        assert (verdict.verdict, verdict.name) == ("void", None)
        assert scan(session, door.device, door.text()).verdict == "admitted"


def test_who_said_no_and_comes_is_welcome_and_planned_again(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        door = make_door(session, answers=("declined",))
    registration.forget_outbox()
    with registration.session() as session:
        assert scan(session, door.device, door.text()).verdict == "admitted"
    assert [event.state for event in registration.outbox(InvitationAnswered)] == ["accepted"]


def test_scan_before_the_day(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        door = make_door(session)
        early = replace(door.device, expires_at=door.device.expires_at)
        with time_machine.travel(door.event.starts_at - timedelta(days=1, hours=1)):
            verdict = scan(session, early, door.text())
    assert (verdict.verdict, verdict.name) == ("not_today", None)
    assert registration.outbox(CandidateArrived) == []


def test_scan_that_waited_overnight_counts_for_the_day_and_names_nobody(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        door = make_door(session)
        made = new_scan(door.text())
        with time_machine.travel(clock.now() + timedelta(hours=30)):
            late = replace(made, sent_at=clock.now())
            verdict = record_scan(session, door.device, late, VERIFY_KEY)
    assert (verdict.verdict, verdict.name) == ("admitted", None)
    kept = rows(registration)[0]
    assert abs(kept.happened_at - made.scanned_at) < timedelta(seconds=10)
    assert kept.received_at - kept.happened_at > timedelta(hours=29)


def test_hall_that_is_full(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        door = make_door(session, guests=3, capacity=2)
        verdicts = [scan(session, door.device, door.text(index)).verdict for index in (0, 1, 2, 0)]
    assert verdicts == ["admitted", "admitted", "over_capacity", "already_in"]
    with registration.session() as session:
        assert session.get_one(Invitation, door.invitations[2].id).state == "accepted"


def at_once(sessions_of: ServiceUnderTest, jobs: list[Callable[[], object]]) -> list[object]:
    start, outcomes = threading.Barrier(len(jobs)), []

    def run(job: Callable[[], object]) -> None:
        start.wait(30)
        outcomes.append(job())

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return outcomes


def many_sessions(url: str) -> Callable[[Door, object, str], str]:
    """Judges scans over as many connections as there are threads."""
    engine = make_engine(url)
    engine.pool._max_overflow = 60  # type: ignore[attr-defined]
    sessions = make_sessions(engine)

    def judge(_: Door, device: object, code: str) -> str:
        with sessions.begin() as session:
            act_for(session, ORGANISATION_ID)
            return scan(session, device, code).verdict  # type: ignore[arg-type]

    return judge


def test_fifty_scans_at_two_gates_at_the_same_moment(
    registration: ServiceUnderTest, new_database: Callable[[Service], str]
) -> None:
    url = new_database("registration")
    with registration.app.app_context(), make_sessions(make_engine(url)).begin() as session:
        act_for(session, ORGANISATION_ID)
        door = make_door(session)
        south, _ = make_phone(session, door.event, "Entrance south")
    judge, code = many_sessions(url), door.text()
    gates = [door.device, south]
    verdicts = at_once(registration, [lambda i=i: judge(door, gates[i % 2], code) for i in range(50)])  # type: ignore[misc]
    assert Counter(verdicts) == {"admitted": 1, "already_in": 49}
    with make_sessions(make_engine(url)).begin() as session:
        act_for(session, ORGANISATION_ID)
        assert session.scalar(select(func.count(Scan.id))) == 50
        arrived = "SELECT count(*) FROM outbox WHERE name = 'CandidateArrived'"
        assert session.scalar(text(arrived)) == 1


def test_last_places_are_not_given_away_twice(
    registration: ServiceUnderTest, new_database: Callable[[Service], str]
) -> None:
    url = new_database("registration")
    with registration.app.app_context(), make_sessions(make_engine(url)).begin() as session:
        act_for(session, ORGANISATION_ID)
        door = make_door(session, guests=20, capacity=7)
    judge = many_sessions(url)
    codes = [door.text(index) for index in range(20)]
    verdicts = at_once(registration, [lambda code=code: judge(door, door.device, code) for code in codes])  # type: ignore[misc]
    assert Counter(verdicts) == {"admitted": 7, "over_capacity": 13}


def test_same_scan_sent_twice_at_the_same_moment(
    registration: ServiceUnderTest, new_database: Callable[[Service], str]
) -> None:
    url = new_database("registration")
    sessions = make_sessions(make_engine(url))
    with registration.app.app_context(), sessions.begin() as session:
        act_for(session, ORGANISATION_ID)
        door = make_door(session)
    once = new_scan(door.text())

    def send() -> str:
        with sessions.begin() as session:
            act_for(session, ORGANISATION_ID)
            return record_scan(session, door.device, once, VERIFY_KEY).verdict

    assert at_once(registration, [send] * 8) == ["admitted"] * 8


@pytest.mark.parametrize("change", [update(Scan).values(verdict="void"), delete(Scan)])
def test_database_refuses_to_change_a_scan(registration: ServiceUnderTest, change: object) -> None:
    with registration.session() as session:
        door = make_door(session)
        scan(session, door.device, door.text())
    with pytest.raises(DBAPIError, match="never changed"), registration.session() as session:
        session.execute(change)  # type: ignore[call-overload]
    assert [row.verdict for row in rows(registration)] == ["admitted"]


def test_erasure_may_take_the_person_out_of_a_scan(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        door = make_door(session)
        scan(session, door.device, door.text())
    with registration.session() as session:
        session.execute(text("SET LOCAL handdruk.erasure = 'on'"))
        session.execute(update(Scan).values(invitation_id=None, number=None))
    assert [(row.verdict, row.invitation_id) for row in rows(registration)] == [("admitted", None)]


def test_one_person_is_admitted_once_whatever_the_code_does(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        door = make_door(session)
        scan(session, door.device, door.text())
        again = session.scalars(select(Scan)).one()
        values = {c.key: getattr(again, c.key) for c in Scan.__table__.columns} | {
            "id": uuid.uuid4(),
            "client_id": uuid.uuid4(),
        }
    with pytest.raises(DBAPIError, match="uq_scan_admitted"), registration.session() as session:
        session.add(Scan(**values))


def test_check_in_costs_few_statements(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        door = make_door(session)
    counted: list[str] = []
    engine = registration.sessions.kw["bind"]

    def count(*arguments: object) -> None:
        counted.append(str(arguments[2]))

    event.listen(engine, "before_cursor_execute", count)
    with registration.session() as session:
        scan(session, door.device, door.text())
    event.remove(engine, "before_cursor_execute", count)
    assert [statement.split()[0] for statement in counted] == ["SELECT", "INSERT", "UPDATE", "INSERT"]
