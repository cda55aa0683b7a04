"""What the room of events refuses."""

from flask_babel import lazy_gettext

from shared.errors import NotFound


class EventUnknown(NotFound):
    """No such event, or another region's."""

    sentence = lazy_gettext("We do not know this event.")
