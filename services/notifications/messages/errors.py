"""What the room of messages refuses."""

from flask_babel import lazy_gettext

from shared.errors import NotFound, Refusal


class MessageUnknown(NotFound):
    """No such message, or another region's."""

    sentence = lazy_gettext("We do not know this message.")


class PersonUnknown(NotFound):
    """Nobody whom we ever wrote to, or another region's."""

    sentence = lazy_gettext("We have not written to this person.")


class NothingToResend(Refusal):
    """Only what failed or came back is sent again: everything else is on its way or has arrived."""

    sentence = lazy_gettext("Only a message that failed can be sent again.")


class AddressStillClosed(Refusal):
    """The corrected address is one that nothing is sent to."""

    status = 422
    sentence = lazy_gettext("Nothing is sent to this address any more. Fill in another one.")
    field = "address"


class WordsForgotten(Refusal):
    """The retention time is over: what the message said is gone."""

    sentence = lazy_gettext("This message is too old to be sent again: what it said was deleted.")


class AddressMissing(Refusal):
    """Nothing that we know reaches this person."""

    sentence = lazy_gettext("We have no e-mail address of this person, so this message cannot be sent.")
