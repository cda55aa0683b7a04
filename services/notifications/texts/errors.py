"""What the room of texts refuses."""

from flask_babel import lazy_gettext

from shared.errors import NotFound, Refusal


class TextUnknown(NotFound):
    """No such message text, or not in that language."""

    sentence = lazy_gettext("We do not know this message text.")


class TextRefused(Refusal):
    """What somebody wrote cannot be sent as a message; the sentence says where and why."""

    status = 422
    sentence = "%(said)s"
    field = "source"


class TooManyTests(Refusal):
    """Enough to try a text out, too few to write to people with."""

    status = 429
    sentence = lazy_gettext("You sent many tests in a short time. Wait a minute and try again.")
    field = "address"


class ChannelMissing(Refusal):
    """This installation has no such channel, or the message has no words for it."""

    sentence = lazy_gettext("A test cannot be sent this way here.")
    field = "address"
