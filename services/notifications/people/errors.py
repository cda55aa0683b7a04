"""What the room of people refuses."""

from flask_babel import lazy_gettext

from shared.errors import NotFound, Refusal


class SuppressionUnknown(NotFound):
    """No such address on the list, or another region's."""

    sentence = lazy_gettext("We do not know this address on the list.")


class AlreadyLifted(Refusal):
    """Messages go to this address again already."""

    sentence = lazy_gettext("We write to this address again already.")


class OnlyByThePerson(Refusal):
    """Somebody asked us to stop: nobody else can take that back."""

    sentence = lazy_gettext(
        "The person asked us not to use this address. Only the person can change that, with the link"
        " below one of our messages."
    )


class AddressUnreadable(Refusal):
    """Nothing can be sent to what was typed."""

    status = 422
    sentence = lazy_gettext("Fill in an e-mail address, such as name@example.nl.")
    field = "address"


class NumberUnreadable(AddressUnreadable):
    """Nobody can be called on what was typed."""

    sentence = lazy_gettext(
        "We cannot read this telephone number. Write it as 06 12345678, or with the country code, such as +380."
    )
