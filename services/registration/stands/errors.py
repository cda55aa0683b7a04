"""What the rules of employers and stands say no to."""

from flask_babel import lazy_gettext

from shared.errors import NotFound, Refusal


class EmployerUnknown(NotFound):
    """There is no such employer, or it belongs to somebody else."""


class ContactUnknown(NotFound):
    """There is no such contact at this employer."""


class InvitationUnknown(NotFound):
    """This employer was not invited to this event, or somebody else of the employer is."""


class VacancyUnknown(NotFound):
    """There is no such vacancy, or it is somebody else's."""


class BookingUnknown(NotFound):
    """There is no such booking, or it is somebody else's."""


class StandUnknown(NotFound):
    """The stand is not one of this event's hall."""


class EmployerExists(Refusal):
    """The same company under the same name twice makes two lists of what it did."""

    sentence = lazy_gettext("%(name)s is in your list already.")
    field = "name"

    def __init__(self, name: str) -> None:
        super().__init__(name=name)


class NameLooksKnown(Refusal):
    """Probably the same company, written a little differently: a person decides."""

    sentence = lazy_gettext("This looks like %(names)s, who is in your list already. Is it the same company?")
    field = "name"

    def __init__(self, names: list[str]) -> None:
        super().__init__(names=", ".join(names))
        self.names = names


class ContactExists(Refusal):
    """One mailbox, one contact of an employer."""

    sentence = lazy_gettext("This employer has a contact with this e-mail address already.")
    field = "email"


class NobodyChosen(Refusal):
    """Nothing to send."""

    status = 422
    sentence = lazy_gettext("Choose at least one employer.")
    field = "employers"


class WithoutContact(Refusal):
    """An invitation needs somebody to write to."""

    status = 422
    sentence = lazy_gettext("%(name)s has no contact yet. Add one first.")
    field = "employers"


class InvitationsClosed(Refusal):
    """Employers are invited to an event that people may know of and that has not begun."""

    sentence = lazy_gettext("Employers can be invited once the event is published and until it begins.")


class BookingClosed(Refusal):
    """Stands change hands until the event begins."""

    sentence = lazy_gettext("Stands can be booked, changed and given up until the event begins.")


class StandTaken(Refusal):
    """Two wanted the same stand, and this one came second."""

    sentence = lazy_gettext("Somebody else has just chosen stand %(stand)s. Choose another stand.")
    field = "stand_id"


class StandLost(Refusal):
    """The hold was over, and somebody else chose the stand in the meantime."""

    sentence = lazy_gettext(
        "The time for stand %(stand)s was over and somebody else has chosen it."
        " What you filled in is kept. Choose another stand."
    )
    field = "stand_id"


class WorkAtLimit(Refusal):
    """More than anybody can talk about in a few minutes; a program that runs wild stops here."""

    sentence = lazy_gettext("You offer %(most)s kinds of work already. Take one off first.")
    field = "title"


class NothingHeld(Refusal):
    """There is no stand to go on with."""

    sentence = lazy_gettext("Choose a stand first. What you filled in is kept.")
    field = "stand_id"


class StandsAtLimit(Refusal):
    """The employer has as many stands as the organiser allows."""

    sentence = lazy_gettext("You have booked your stand already. You can change to another stand or give it up.")
    field = "stand_id"


class FewerThanBooked(Refusal):
    """The employer has more stands than would be allowed."""

    sentence = lazy_gettext("This employer has %(booked)s stands. Cancel a booking first.")
    field = "stands_allowed"


class StillBooked(Refusal):
    """Who declines has no stand any more, and giving one up is a step of its own."""

    sentence = lazy_gettext("Give up your stand first.")


class LanguagesMissing(Refusal):
    """Conversations are planned on the languages that both sides speak."""

    status = 422
    sentence = lazy_gettext("Fill in at least one language that your staff at the stand speaks.")
    field = "languages"


class ContactInUse(Refusal):
    """Somebody has to be written to about an event to come: first choose whom."""

    sentence = lazy_gettext(
        "We still write to this person about an event to come. Open the employer there, and send the invitation to"
        " another contact; then you can erase this one."
    )
