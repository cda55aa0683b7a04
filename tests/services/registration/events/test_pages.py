"""Pages about events, as an organiser uses them."""

from datetime import timedelta

from shared import clock
from tests.factories.events import make_event, make_venue
from tests.service_under_test import ServiceUnderTest, post_form


def test_home_invites_to_make_the_first_event(registration: ServiceUnderTest) -> None:
    page = registration.signed_in().get("/")
    assert page.status_code == 200
    assert "Make the first event" in page.get_data(as_text=True)
