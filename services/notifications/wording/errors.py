"""What the room of wording refuses."""

from flask_babel import lazy_gettext

from shared.errors import Refusal


class TextChangedMeanwhile(Refusal):
    """Another organiser saved the same text while this one was writing."""

    sentence = lazy_gettext(
        "Somebody else changed this text while you were writing. What you typed is still here: compare it with "
        "theirs below, and save again if yours is to stay."
    )
    field = "source"


class TextIsDefault(Refusal):
    """There is no wording of their own to take back."""

    sentence = lazy_gettext("This text is the default already.")
