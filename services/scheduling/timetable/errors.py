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


class PlanUnexplained(Refusal):
    """A plan from before reasons were kept with plans."""

    sentence = lazy_gettext("The reasons were not kept when this plan was made. Make the plan again to see them.")


class PlanningBusy(Refusal):
    """One plan at a time is made for an event."""

    sentence = lazy_gettext("A plan for this event is being made already.")


class NothingToPlan(Refusal):
    """Without rounds, stands or candidates there are no conversations."""

    status = 422
    sentence = lazy_gettext("There is nothing to plan yet: it takes rounds, booked stands and candidates who come.")


class NothingPublished(Refusal):
    """A re-plan starts from what people were told."""

    sentence = lazy_gettext("There is no published plan yet, so there is nothing to plan anew.")


class DayOver(Refusal):
    """Nothing is left to be planned."""

    sentence = lazy_gettext("The last round of this event has begun: there is nothing left to plan.")


class DayBegun(Refusal):
    """A whole new plan would move conversations that have been."""

    sentence = lazy_gettext("The rounds of this event have begun. Plan the rest of the day anew instead.")


class PlanBehind(Refusal):
    """A round began since the draft was made, and the draft has other conversations in it than people were told."""

    sentence = lazy_gettext(
        "A round has begun since this plan was made, and the plan is otherwise there. Plan the rest of the day anew."
    )


class NotYours(NotFound):
    """The page belongs to somebody else, or to another event than the link is for."""
