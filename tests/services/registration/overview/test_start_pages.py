"""The start page: each to what is theirs."""

import pytest

from tests.factories.events import make_event, make_organisation
from tests.factories.invitations import make_invitations
from tests.factories.stands import make_employer, make_invitation
from tests.service_under_test import ServiceUnderTest


@pytest.mark.parametrize("role", ["organiser", "desk", "case_worker", "door"])
def test_staff_see_the_events(registration: ServiceUnderTest, role: str) -> None:
    with registration.session() as session:
        event = make_event(session)
    page = registration.signed_in(role).get("/")
    assert page.status_code == 200
    assert event.name in page.text.replace("&amp;", "&")


def test_a_stranger_signs_in(registration: ServiceUnderTest) -> None:
    assert registration.client().get("/").location == "/sign-in"


def test_an_administrator_goes_to_the_accounts(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        make_organisation(session)
    assert registration.signed_in("admin").get("/").location == "/staff"


def test_a_candidate_goes_to_the_invitation(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session)
    client = registration.signed_in(
        "candidate", kind="candidate", subject_id=invitation.candidate_id, event_id=invitation.event_id
    )
    assert client.get("/").location == f"/my/invitation/{invitation.id}"
    assert client.get(f"/my/invitation/{invitation.id}").status_code == 200


def test_an_employer_goes_to_the_stand(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        invitation = make_invitation(session, event, make_employer(session))
    client = registration.signed_in(
        "employer", kind="employer", subject_id=invitation.contact_id, event_id=invitation.event_id
    )
    assert client.get("/").location == f"/my/stands/{event.id}"


def test_an_interpreter_goes_to_the_own_day(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
    client = registration.signed_in("interpreter", kind="interpreter", event_id=event.id)
    assert client.get("/").location == f"/scheduling/my/day/{event.id}"


def test_staff_who_tried_a_link_stay_staff(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
    client = registration.signed_in("employer", kind="employer", event_id=event.id)
    assert registration.signed_in(client=client).get("/").status_code == 200
