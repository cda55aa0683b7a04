"""The web application of the registration service. Run: handdruk web registration"""

from flask import Flask

from services.registration.accounts.api import account_blueprint as account_api
from services.registration.accounts.api import devices_blueprint as devices_api
from services.registration.accounts.api import staff_blueprint as staff_api
from services.registration.accounts.pages import blueprint as accounts_pages
from services.registration.accounts.rules import read_device
from services.registration.accounts.staff_pages import blueprint as staff_pages
from services.registration.candidates.api import blueprint as candidates_api
from services.registration.candidates.pages import blueprint as candidates_pages
from services.registration.consequences import connect_rooms
from services.registration.door.api import door as door_api
from services.registration.door.api import phones as phones_api
from services.registration.door.pages import blueprint as door_pages
from services.registration.events.api import events as events_api
from services.registration.events.api import venues as venues_api
from services.registration.events.pages import blueprint as events_pages
from services.registration.events.venue_pages import blueprint as venues_pages
from services.registration.invitations.api import blueprint as invitations_api
from services.registration.invitations.letters import blueprint as letters_pages
from services.registration.invitations.my_pages import blueprint as my_invitation_pages
from services.registration.invitations.pages import blueprint as invitations_pages
from services.registration.jobs import JOBS
from services.registration.overview.api import blueprint as overview_api
from services.registration.overview.pages import blueprint as overview_pages
from services.registration.overview.start_pages import blueprint as start_pages
from services.registration.reactions import make_reactions
from services.registration.stands.api import employers as employers_api
from services.registration.stands.api import invited as event_employers_api
from services.registration.stands.booking_api import bookings as bookings_api
from services.registration.stands.booking_api import stands as stands_api
from services.registration.stands.employer_pages import blueprint as employers_pages
from services.registration.stands.event_pages import blueprint as event_employers_pages
from services.registration.stands.pages import blueprint as stands_pages
from services.registration.stands.work_pages import blueprint as stands_work_pages
from shared.settings import Settings, load_settings
from shared.web import make_app
from shared.worker import Worker

PAGES = [
    start_pages,
    accounts_pages,
    staff_pages,
    events_pages,
    venues_pages,
    overview_pages,
    candidates_pages,
    employers_pages,
    event_employers_pages,
    stands_pages,
    stands_work_pages,
    invitations_pages,
    letters_pages,
    my_invitation_pages,
    door_pages,
]
API = [
    account_api,
    devices_api,
    staff_api,
    events_api,
    venues_api,
    overview_api,
    candidates_api,
    employers_api,
    event_employers_api,
    stands_api,
    bookings_api,
    invitations_api,
    door_api,
    phones_api,
]
PUBLIC: frozenset[str] = frozenset(
    {
        "accounts.sign_in",
        "accounts.send_password",
        "accounts.code",
        "accounts.send_code",
        "accounts.second_factor",
        "accounts.set_up_second_factor",
        "accounts.end",
        "accounts.show_help",
        "devices_api.enrol",
        "door.scanner",
        "door.service_worker",
        "door.manifest",
        "my_invitation.service_worker",
        "start.home",
    }
)
"""The endpoints that anybody may use, each a decision; everything else carries @allow."""


def create_app(settings: Settings | None = None) -> Flask:
    """The application with its rooms, nothing else."""
    connect_rooms()
    settings = settings or load_settings("registration")
    return make_app(
        settings,
        Worker(settings, make_reactions(settings.pass_signing_key), JOBS),
        pages=PAGES,
        api=API,
        public=PUBLIC,
        read_bearer=read_device,
    )
