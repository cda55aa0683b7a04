"""What this room refuses."""

from flask_babel import lazy_gettext

from shared.errors import NotFound


class EventUnknown(NotFound):
    """No published event with this id belongs to the reader's organisation."""

    sentence = lazy_gettext("We cannot find this event. It may not be published yet.")
