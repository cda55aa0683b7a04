"""Who can be asked, and what asking does to the event."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from services.registration.candidates.models import Candidate
from services.registration.events.models import Event
from services.registration.invitations.choosing import (
    PAGE_SIZE,
    Filters,
    SectorEffect,
    compare_sectors,
    count_places,
    estimate_effect,
    list_chosen,
    list_to_ask,
)
from services.registration.invitations.employers import BookedEmployer
from services.registration.invitations.rules import mark_attended
from services.registration.stands.models import Vacancy
from shared import clock
from tests.factories.candidates import make_candidate, make_candidates
from tests.factories.events import make_event
from tests.factories.invitations import make_invitations
from tests.factories.stands import make_booking, make_work
from tests.factories.stands import make_invitation as make_employer_invitation
from tests.queries import queries_of
from tests.service_under_test import STRANGER_ORGANISATION_ID, ServiceUnderTest


def _names(session: Session, event: Event, **filters: str) -> list[str]:
    return [one.candidate.name for one in list_to_ask(session, event, Filters(**filters)).people]


def _attended(session: Session, candidate: Candidate, days_ago: int) -> None:
    (invitation,) = make_invitations(session, event=make_event(session), candidates=[candidate])
    mark_attended(session, invitation)
    invitation.event.starts_at = invitation.event.first_round_at = clock.now() - timedelta(days=days_ago)
    invitation.event.ends_at = invitation.event.starts_at + timedelta(hours=3)
    session.flush()


@pytest.mark.parametrize(
    ("seats", "rounds", "places"), [([], 10, 0), ([1] * 12, 10, 40), ([2, 1], 10, 10), ([1], 2, 0), ([5], 0, 0)]
)
def test_places_are_seats_times_rounds_over_three(seats: list[int], rounds: int, places: int) -> None:
    assert count_places(seats, rounds) == places


def _employer(*vacancies: tuple[str, int]) -> BookedEmployer:
    offered = tuple(Vacancy(sector=sector, openings=openings) for sector, openings in vacancies)
    return BookedEmployer(uuid.uuid4(), "Bakkerij", ("1",), 1, offered)


def test_people_are_set_against_jobs_sector_by_sector() -> None:
    employers = [_employer(("care", 2), ("green", 1)), _employer(("care", 3)), _employer()]
    effects = compare_sectors(employers, [["care", "it"], ["care", "care"], []], [["green"], ["care"]])
    assert effects == (SectorEffect("care", 2, 3, 5), SectorEffect("green", 0, 1, 1))
    assert [one.is_short for one in effects] == [True, False]


def test_who_was_not_seen_for_longest_comes_first(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        recent, long_ago = make_candidate(session, "Antin"), make_candidate(session, "Borys")
        make_candidate(session, "Vira")
        make_candidate(session, "Halyna")
        _attended(session, recent, 20)
        _attended(session, long_ago, 300)
        event = make_event(session)
        assert _names(session, event) == ["Halyna", "Vira", "Borys", "Antin"]
        assert _names(session, event, seen="never") == ["Halyna", "Vira"]
        assert _names(session, event, seen="not_lately") == ["Halyna", "Vira", "Borys"]


def test_only_who_is_ready_and_not_invited_can_be_asked(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        make_candidate(session, "Ready", sectors=["care"])
        make_candidate(session, "Paused", readiness="paused")
        make_invitations(session, event=event, candidates=[make_candidate(session, "Invited")])
        assert _names(session, event) == ["Ready"]
        assert _names(session, event, sector="care", language="uk") == ["Ready"]
        assert _names(session, event, sector="it") == []
        assert _names(session, event, language="nl") == []


def test_the_list_comes_in_pages_or_whole(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        make_candidates(session, PAGE_SIZE + 3)
        event = make_event(session)
        second = list_to_ask(session, event, Filters(), page=2)
        assert (second.first, len(second.people), second.total) == (PAGE_SIZE + 1, 3, PAGE_SIZE + 3)
        assert len(list_to_ask(session, event, Filters(), everybody=True).people) == PAGE_SIZE + 3


def test_the_effect_is_counted_from_rows(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session, rounds=9)
        employer = make_employer_invitation(session, event)
        make_booking(session, employer, "1", title="")
        make_work(session, employer, "Woonhulp", sector="care", openings=3)
        make_booking(session, make_employer_invitation(session, event), "2", title="")
        expected = make_candidates(session, 4, sectors=["care"])
        make_invitations(session, event=event, candidates=expected, answers=["accepted", "declined", "", "waitlisted"])
        chosen = [
            make_candidate(session, "Олена", sectors=["care", "it"], email="a@example.org"),
            make_candidate(session, "Наталья", "ru", sectors=["care"], email="b@example.org"),
            make_candidate(session, "На папері"),
            make_candidate(session, "Марія", mobile="0612345678"),
        ]
        effect = estimate_effect(session, event, chosen)
        seats = sum(stand.seats for stand in event.floor_plan.stands[:2])
    assert (effect.coming, effect.asked, effect.chosen, effect.now, effect.then) == (1, 2, 4, 3, 7)
    assert effect.places == seats * 9 // 3
    assert effect.sectors == (SectorEffect("care", 3, 5, 3),)
    assert (effect.by_email, effect.by_sms, effect.on_paper) == ({"ru": 1, "uk": 1}, 1, 1)


def test_the_chosen_are_those_not_invited_yet(registration: ServiceUnderTest) -> None:
    with registration.session(STRANGER_ORGANISATION_ID) as session:
        stranger = make_candidate(session)
    with registration.session() as session:
        event = make_event(session)
        first, second = make_candidates(session, 2)
        make_invitations(session, event=event, candidates=[second])
        assert list_chosen(session, event, [first.id, second.id, stranger.id, uuid.uuid4()]) == [first]
        assert list_chosen(session, event, []) == []


def test_the_number_of_queries_does_not_grow(registration: ServiceUnderTest) -> None:
    def ask(count: int) -> int:
        registration.empty()
        with registration.session() as session:
            event = make_event(session)
            for label in ("1", "2", "3"):
                make_booking(session, make_employer_invitation(session, event), label)
            make_invitations(session, event=event, candidates=make_candidates(session, count))
            chosen = make_candidates(session, count)
            with queries_of(registration) as queries:
                estimate_effect(session, event, chosen)
                list_to_ask(session, event, Filters(), everybody=True)
            return len(queries)

    assert ask(3) == ask(60)
