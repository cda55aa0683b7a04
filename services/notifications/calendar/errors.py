"""What the room of calendars refuses."""

from flask_babel import lazy_gettext

from shared.errors import NotFound, Refusal


class AnswerUnknown(NotFound):
    """No such answer, or another region's, or one that never waited for a person."""

    sentence = lazy_gettext("We do not know this answer.")


class AnswerSettled(Refusal):
    """Somebody decided before, the entry is cancelled, or the answer says neither yes nor no."""

    sentence = lazy_gettext("There is nothing to decide about this answer any more.")


class FeedUnknown(NotFound):
    """Nobody's calendar address."""

    sentence = lazy_gettext("There is no calendar at this address.")


class FeedEnded(FeedUnknown):
    """It was one; calendars that know the difference stop asking (RFC 9110 §15.5.11)."""

    status = 410
