"""What registration tells is kept at its newest version, whatever the order it comes in."""

import itertools
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from services.scheduling.events.rules import load_attendees, load_event, load_stands
from shared.events import CandidateArrived, EventChanged, EventPublished, StandCancelled, VacancyFacts
from shared.inbox import read_event
from tests.factories.scheduling import make_answer, make_facts, make_stand
from tests.service_under_test import STRANGER_ORGANISATION_ID, ServiceUnderTest


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_event_stays_at_its_newest_version(scheduling: ServiceUnderTest, order: tuple[int, ...]) -> None:
    first = make_facts()
    later = replace(first, version=3, venue="Sporthal Oost", starts_at=first.starts_at + timedelta(days=1))
    told = [EventPublished(first), EventChanged(replace(first, version=2, venue="Oost"), moved=True)]
    told.append(EventChanged(later, moved=True))
    scheduling.deliver_all([told[number] for number in order])
    with scheduling.session() as session:
        assert load_event(session, first.event_id).venue == "Sporthal Oost"


@pytest.mark.parametrize("cancelled_first", [True, False])
def test_cancelled_stand_stays_cancelled_whatever_comes_first(
    scheduling: ServiceUnderTest, cancelled_first: bool
) -> None:
    event = make_facts()
    stand = make_stand(event, "4")
    gone = StandCancelled(event.organisation_id, event.event_id, stand.booking_id, version=2)
    scheduling.deliver_all([gone, stand] if cancelled_first else [stand, gone])
    with scheduling.session() as session:
        assert load_stands(session, event.event_id) == []


def test_stands_are_listed_by_number_and_not_by_letter(scheduling: ServiceUnderTest) -> None:
    event = make_facts()
    scheduling.deliver_all(make_stand(event, label) for label in ("10", "2", "A1", "1"))
    with scheduling.session() as session:
        assert [stand.label for stand in load_stands(session, event.event_id)] == ["1", "2", "10", "A1"]


def test_attendee_who_declines_later_is_gone(scheduling: ServiceUnderTest) -> None:
    event = make_facts()
    answer = make_answer(event, 101)
    scheduling.deliver_all([replace(answer, version=2, state="declined"), answer])
    with scheduling.session() as session:
        assert load_attendees(session, event.event_id) == []


def test_facts_from_before_experience_was_told_read_as_none(scheduling: ServiceUnderTest) -> None:
    event = make_facts()
    stand, answer = (msgspec.to_builtins(one) for one in (make_stand(event, "1"), make_answer(event, 101)))
    del stand["vacancies"][0]["wanted_experience"], answer["did_sectors"]
    scheduling.deliver_all([read_event("StandBooked", stand), read_event("InvitationAnswered", answer)])
    with scheduling.session() as session:
        (attendee,), (kept,) = load_attendees(session, event.event_id), load_stands(session, event.event_id)
        (vacancy,) = msgspec.convert(kept.vacancies, list[VacancyFacts])
        assert (attendee.did_sectors, vacancy.wanted_experience) == ([], ())


def test_arrival_may_come_before_the_answer_and_twice(scheduling: ServiceUnderTest) -> None:
    event = make_facts()
    answer = make_answer(event, 101)
    arrived = CandidateArrived(event.organisation_id, event.event_id, answer.invitation_id, event.starts_at)
    scheduling.deliver_all([arrived, arrived, answer])
    with scheduling.session() as session:
        assert len(load_attendees(session, event.event_id)) == 1


def test_facts_of_another_organisation_do_not_show(scheduling: ServiceUnderTest) -> None:
    event = make_facts()
    scheduling.deliver_all([EventPublished(event), make_stand(event, "1"), make_answer(event, 101)])
    with scheduling.session(STRANGER_ORGANISATION_ID) as session:
        assert load_stands(session, event.event_id) == []
        assert load_attendees(session, event.event_id) == []
    stranger = scheduling.signed_in("organiser", organisation_id=STRANGER_ORGANISATION_ID)
    assert stranger.get(f"/events/{event.event_id}/plan").status_code == 404
