"""What this room refuses."""

from flask_babel import lazy_gettext

from shared.errors import NotFound, Refusal


class PlanUnknown(NotFound):
    """No plan with this id belongs to the reader's organisation."""

    sentence = lazy_gettext("We cannot find this plan.")


class PlanNotDraft(Refusal):
    """A plan is published once."""

    sentence = lazy_gettext("This plan was published before, or a newer one took its place.")


class PlanOutdated(Refusal):
    """Somebody in the plan is not there any more, so publishing it would send people to empty chairs."""

    sentence = lazy_gettext(
        "Since this plan was made, somebody in it cancelled or became unavailable. Make the plan again, then publish."
    )


class PlanningBusy(Refusal):
    """One plan at a time is made for an event."""

    sentence = lazy_gettext("A plan for this event is being made already.")


class NothingToPlan(Refusal):
    """Without rounds, stands or candidates there are no conversations."""

    status = 422
    sentence = lazy_gettext("There is nothing to plan yet: it takes rounds, booked stands and candidates who come.")


class NotYours(NotFound):
    """The page belongs to somebody else, or to another event than the link is for."""
