"""What employers bring to an event: work and languages, kept whatever becomes of a stand."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.registration.stands.attending import load_attending
from services.registration.stands.employers import list_vacancies
from services.registration.stands.errors import BookingClosed, LanguagesMissing, StandLost, VacancyUnknown, WorkAtLimit
from services.registration.stands.models import EmployerInvitation
from services.registration.stands.rules import keep_hold
from services.registration.stands.work import (
    MOST_WORK,
    Work,
    add_work,
    change_work,
    list_earlier_work,
    offer_again,
    remove_work,
    set_languages,
)
from shared import clock
from shared.events import PutCalendarEntry, StandBooked
from tests.factories.events import make_event
from tests.factories.stands import make_booking, make_employer, make_hold, make_invitation, make_work
from tests.service_under_test import ServiceUnderTest

BAKER = Work("Bakker", "food", 32)


def titles(session: Session, invitation: EmployerInvitation) -> list[str]:
    found = load_attending(session, invitation.event_id, invitation.contact_id)
    session.refresh(found, ["vacancies"])
    return [vacancy.title for vacancy in found.vacancies]


def test_add_work_before_there_is_a_stand_tells_nobody(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        invitation = make_invitation(session, make_event(session))
        add_work(session, invitation.event_id, invitation.contact_id, BAKER)
        assert titles(session, invitation) == ["Bakker"]
    assert registration.outbox(StandBooked) == []


def test_add_work_to_a_booked_stand_tells_the_planner_and_sends_no_mail(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        invitation = make_invitation(session, make_event(session))
        make_booking(session, invitation, title="")
        add_work(session, invitation.event_id, invitation.contact_id, BAKER)
    before, after = registration.outbox(StandBooked)
    assert (before.vacancies, [vacancy.title for vacancy in after.vacancies]) == ((), ["Bakker"])
    assert after.version > before.version
    assert len(registration.outbox(PutCalendarEntry)) == 1


def test_add_work_without_end_is_refused(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        invitation = make_invitation(session, make_event(session))
        for number in range(MOST_WORK):
            make_work(session, invitation, f"Bakker {number}")
        with pytest.raises(WorkAtLimit):
            make_work(session, invitation, "One more")


def test_change_work_tells_the_planner_once(registration: ServiceUnderTest) -> None:
    changed = Work("Bakker", "food", 20, True, {"nl": "A2"}, 3, True, ["food", "hospitality"])
    with registration.session() as session:
        invitation = make_invitation(session, make_event(session))
        make_booking(session, invitation)
        vacancy = load_attending(session, invitation.event_id, invitation.contact_id).vacancies[0]
        for _ in range(2):
            change_work(session, invitation.event_id, invitation.contact_id, vacancy.id, changed)
    _, told = registration.outbox(StandBooked)
    (facts,) = told.vacancies
    assert (facts.vacancy_id, facts.hours, facts.fits_school_hours, facts.languages) == (
        vacancy.id, 20, True, {"nl": "A2"},
    )  # fmt: skip
    assert facts.wanted_experience == ("food", "hospitality")


def test_change_work_of_another_employer_is_unknown(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        mine, theirs = make_invitation(session, event), make_invitation(session, event)
        vacancy = add_work(session, event.id, theirs.contact_id, BAKER)
        with pytest.raises(VacancyUnknown):
            change_work(session, event.id, mine.contact_id, vacancy.id, BAKER)
        remove_work(session, event.id, mine.contact_id, vacancy.id)
        assert titles(session, theirs) == ["Bakker"]


def test_remove_work_tells_the_planner(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        invitation = make_invitation(session, make_event(session))
        make_booking(session, invitation)
        vacancy = load_attending(session, invitation.event_id, invitation.contact_id).vacancies[0]
        for _ in range(2):
            remove_work(session, invitation.event_id, invitation.contact_id, vacancy.id)
        assert titles(session, invitation) == []
    assert [len(booked.vacancies) for booked in registration.outbox(StandBooked)] == [1, 0]


def test_work_is_kept_when_the_stand_is_lost(registration: ServiceUnderTest) -> None:
    with registration.session() as session, time_machine.travel(clock.now(), tick=False) as clocks:
        event = make_event(session)
        invitation = make_invitation(session, event)
        make_hold(session, invitation, "9")
        make_work(session, invitation, "Bakker")
        clocks.shift(timedelta(minutes=11))
        make_booking(session, make_invitation(session, event), "9")
        with pytest.raises(StandLost):
            keep_hold(session, event.id, invitation.contact_id, 10)
        make_hold(session, invitation, "3")
        assert titles(session, invitation) == ["Bakker"]


def test_set_languages_of_a_booked_stand_tells_the_planner(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        invitation = make_invitation(session, make_event(session))
        make_booking(session, invitation, languages={"nl": "C2"})
        for _ in range(2):
            set_languages(session, invitation.event_id, invitation.contact_id, {"nl": "C2", "uk": "B1"})
    assert [one.languages for one in registration.outbox(StandBooked)] == [{"nl": "C2"}, {"nl": "C2", "uk": "B1"}]


def test_set_languages_to_none_is_refused(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        invitation = make_invitation(session, make_event(session))
        with pytest.raises(LanguagesMissing):
            set_languages(session, invitation.event_id, invitation.contact_id, {})


def test_work_once_the_event_began(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        invitation = make_invitation(session, make_event(session))
        with time_machine.travel(invitation.event.starts_at), pytest.raises(BookingClosed):
            add_work(session, invitation.event_id, invitation.contact_id, BAKER)


def test_offer_again_copies_what_was_offered_before(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        employer = make_employer(session)
        before = make_invitation(session, make_event(session), employer)
        now = make_invitation(session, make_event(session), employer)
        work = Work("Bakker", "food", 32, openings=3, wanted_experience=["food"])
        old = add_work(session, before.event_id, before.contact_id, work)
        assert list_earlier_work(session, now) == [old]
        for _ in range(2):
            offer_again(session, now.event_id, now.contact_id, old.id)
        assert titles(session, now) == ["Bakker"]
        assert list_earlier_work(session, now) == []
        copied = list_vacancies(session, employer.id)
        assert [(one.openings, one.wanted_experience) for one in copied] == [(3, ["food"])] * 2


def test_offer_again_of_another_employer_is_unknown(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        mine, theirs = make_invitation(session, event), make_invitation(session, event)
        vacancy = add_work(session, event.id, theirs.contact_id, BAKER)
        with pytest.raises(VacancyUnknown):
            offer_again(session, event.id, mine.contact_id, vacancy.id)


@pytest.mark.parametrize(
    ("column", "value"),
    [("hours", 3), ("hours", 41), ("openings", 0), ("wanted_experience", ["care", "food", "green", "it"])],
)
def test_database_refuses_what_is_out_of_range(registration: ServiceUnderTest, column: str, value: object) -> None:
    with registration.session() as session:
        invitation = make_invitation(session, make_event(session))
        with pytest.raises(IntegrityError), session.begin_nested():
            make_work(session, invitation, **{column: value})
