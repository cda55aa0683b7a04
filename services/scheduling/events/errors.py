"""What this room refuses."""

from flask_babel import lazy_gettext

from shared.errors import NotFound, Refusal


class EventUnknown(NotFound):
    """No published event with this id belongs to the reader's organisation."""

    sentence = lazy_gettext("We cannot find this event. It may not be published yet.")


class EventOver(Refusal):
    """Nobody is asked and nothing is planned for an event that took place or was cancelled."""

    sentence = lazy_gettext("This event is over or was cancelled.")
