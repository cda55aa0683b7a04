"""What this room refuses."""

from flask_babel import lazy_gettext

from shared.errors import NotFound, Refusal


class InterpreterUnknown(NotFound):
    """No interpreter with this id belongs to the reader's organisation."""

    sentence = lazy_gettext("We cannot find this interpreter.")


class InterpreterKnown(Refusal):
    """An interpreter with this address is in the list already."""

    sentence = lazy_gettext("An interpreter with this e-mail address is in the list already.")
    field = "email"


class LevelMissing(Refusal):
    """A pair of languages that was not known before has no level that it could keep."""

    status = 422
    sentence = lazy_gettext("Choose a level: the languages that you added have none yet.")
    field = "level"


class NoRounds(Refusal):
    """Availability without a single round is none."""

    status = 422
    sentence = lazy_gettext("Choose at least one round.")
    field = "rounds"


class RoundUnknown(Refusal):
    """A round that the event does not have."""

    status = 422
    sentence = lazy_gettext("This event has no such round.")
    field = "rounds"
