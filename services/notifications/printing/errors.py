"""What the room of printing refuses."""

from flask_babel import lazy_gettext

from shared.errors import NotFound, Refusal


class RunUnknown(NotFound):
    """No such print run, or another region's."""

    sentence = lazy_gettext("We do not know these letters.")


class FileForgotten(NotFound):
    """The retention time is over, or somebody in it was erased."""

    sentence = lazy_gettext("This file was deleted, because the time for which we keep it is over.")


class RowUnknown(Refusal):
    """The run has no such row."""

    field = "row"
    status = 422
    sentence = lazy_gettext("There is no letter in this row.")


class AlreadyReturned(Refusal):
    """Who asked for the message was told that it did not arrive: that cannot be taken back."""

    sentence = lazy_gettext("You noted before that this letter did not arrive. Send the message again instead.")


class NothingToPrint(Refusal):
    """The message does not wait for paper, or not any more."""

    sentence = lazy_gettext("There is no letter to show: this message is not waiting to be printed.")
