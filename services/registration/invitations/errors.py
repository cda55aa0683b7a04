"""What the rules of invitations say no to."""

from flask_babel import lazy_gettext

from shared.errors import NotFound, Refusal


class InvitationUnknown(NotFound):
    """There is no such invitation, or it is somebody else's."""


class NobodyChosen(Refusal):
    """An invitation needs somebody to go to."""

    status = 422
    sentence = lazy_gettext("Choose at least one person.")
    field = "candidate_ids"


class ChosenUnknown(Refusal):
    """Somebody who was chosen is not in the list any more."""

    status = 422
    sentence = lazy_gettext("Somebody you chose is not in the list any more. Look at your choice again.")
    field = "candidate_ids"


class EventNotForInviting(Refusal):
    """Nobody can be asked to an event that nobody may know of, or that is over."""

    sentence = lazy_gettext(
        "People can be invited once the event is published and as long as it is not over or cancelled."
    )


class AnswerTooLate(Refusal):
    """The event began, or will not take place."""

    sentence = lazy_gettext("The answer cannot be changed any more: the event has begun or does not take place.")


class AnswerUnknown(Refusal):
    """An invitation that is in this state cannot get that answer."""

    sentence = lazy_gettext("This answer is not possible here.")


class RoundsUnknown(Refusal):
    """The event has no such rounds."""

    status = 422
    sentence = lazy_gettext("Choose a first round and a last round that is not before it.")
    field = "first_round"


class EmployerNotThere(Refusal):
    """Somebody wants to meet an employer that has no stand at the event."""

    status = 422
    sentence = lazy_gettext("An employer you chose is not coming any more. Look at your choice again.")
    field = "wished_employers"


class PassesUsedUp(Refusal):
    """A pass was replaced 65 534 times."""

    sentence = lazy_gettext("This code cannot be replaced again.")
