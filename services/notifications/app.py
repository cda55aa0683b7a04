"""The web application of the notifications service. Run: handdruk web notifications"""

from flask import Flask

from services.notifications.calendar import api as calendar_api
from services.notifications.calendar import pages as calendar
from services.notifications.inbox.api import blueprint as inbox_api
from services.notifications.inbox.api import hand_in
from services.notifications.inbox.figures import InboxFigures
from services.notifications.inbox.pages import blueprint as inbox
from services.notifications.jobs import make_jobs
from services.notifications.messages import api as messages_api
from services.notifications.messages import pages as messages
from services.notifications.messages.lookup_pages import blueprint as lookup
from services.notifications.messages.undelivered_pages import blueprint as undelivered
from services.notifications.people.api import blueprint as suppressions_api
from services.notifications.people.pages import blueprint as suppressions
from services.notifications.printing.api import letters as letters_api
from services.notifications.printing.pages import blueprint as letters
from services.notifications.reactions import REACTIONS
from services.notifications.receipts.pages import blueprint as receipts
from services.notifications.rights.api import blueprint as about_api
from services.notifications.rights.pages import blueprint as about
from services.notifications.texts import api as texts_api
from services.notifications.texts import pages as texts
from shared.settings import Settings, load_settings
from shared.web import make_app
from shared.worker import Worker

ABOUT = ("show", "show_unsubscribe", "save", "unsubscribe_by_one_click", "stop_everything", "write_again")
PUBLIC = frozenset(
    {
        # A mail provider hands in mail: signed with a secret of the installation, and no cookie counts.
        "inbox_api.hand_in",
        # The link below every message opens them: the token is signed, and nothing is shown in full.
        *(f"about.{name}" for name in ABOUT),
        *(f"about_api.{name}" for name in ("show", "save", "stop_everything", "write_again")),
        # The provider of SMS signs each request; nothing about persons is answered.
        "receipts.receive_receipt",
        "receipts.receive_reply",
        # Calendars fetch without signing in: the address is the key. The page about it comes with a signed address from
        # somebody's own page (shared/identity/own_calendar.py).
        "calendar.feed",
        "calendar.own",
    }
)
"""The endpoints that anybody may use, each a decision; everything else carries @allow."""


def create_app(settings: Settings | None = None) -> Flask:
    """The application with its rooms, nothing else."""
    settings = settings or load_settings("notifications")
    app = make_app(
        settings,
        Worker(settings, REACTIONS, make_jobs(settings)),
        pages=[
            messages.blueprint,
            lookup,
            undelivered,
            suppressions,
            texts.blueprint,
            calendar.blueprint,
            inbox,
            about,
            receipts,
            letters,
        ],
        api=[
            messages_api.messages,
            suppressions_api,
            texts_api.texts,
            calendar_api.blueprint,
            inbox_api,
            about_api,
            letters_api,
        ],
        public=PUBLIC,
        figures=[InboxFigures],
    )
    app.extensions["csrf"].exempt(f"{hand_in.__module__}.{hand_in.__name__}")
    return app
