"""What the room of the inbox refuses."""

from flask_babel import lazy_gettext

from shared.errors import NotAllowed, NotFound, Refusal


class ItemUnknown(NotFound):
    """No such item, or another region's."""

    sentence = lazy_gettext("We do not know this message.")


class NoQuestion(Refusal):
    """There is nothing that it could be the answer to."""

    sentence = lazy_gettext("This answers no question that is still open. Change the answer on the page of the person.")


class AlreadyDone(Refusal):
    """Somebody dealt with it before."""

    sentence = lazy_gettext("This was dealt with already.")


class HandedInByStranger(NotAllowed):
    """The signature does not hold, is too old, or nobody may hand in mail here."""

    sentence = lazy_gettext("This mail is not signed by the provider.")
