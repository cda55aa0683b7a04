"""What the rules of venues and events say no to."""

from flask_babel import lazy_gettext

from shared.errors import NotFound, Refusal


class EventUnknown(NotFound):
    """There is no such event, or it belongs to somebody else."""


class VenueUnknown(NotFound):
    """There is no such venue, or it belongs to somebody else."""


class FloorPlanUnknown(Refusal):
    """The plan that was chosen is not there."""

    status = 422
    sentence = lazy_gettext("This choice is not in the list.")
    field = "floor_plan_id"


class VenueNameTaken(Refusal):
    """Two venues with one name would be mixed up."""

    sentence = lazy_gettext("There is already a venue with this name.")
    field = "name"


class FloorPlanFixed(Refusal):
    """Employers booked on this drawing; another drawing would move them without their knowing."""

    sentence = lazy_gettext(
        "This floor plan belongs to an event that was published, so it stays as it is."
        " Make a copy of it and change the copy."
    )


class StandsDoNotHold(Refusal):
    """The stands as they were filled in make no drawing."""

    status = 422
    sentence = lazy_gettext("Some of what was filled in does not hold.")


class TimeUnreadable(Refusal):
    """A moment on the event's clock that cannot be meant."""

    status = 422

    def __init__(self, field: str, **values: object) -> None:
        super().__init__(**values)
        self.field = field


class TimeDoesNotExist(TimeUnreadable):
    """The clock jumps over it."""

    sentence = lazy_gettext("This time does not exist: the clock goes forward in that hour. Choose another time.")


class TimeExistsTwice(TimeUnreadable):
    """The clock shows it twice."""

    sentence = lazy_gettext("This time comes twice: the clock goes back in that hour. Choose another time.")


class EndsBeforeStart(TimeUnreadable):
    """The event would end before it begins."""

    sentence = lazy_gettext("The end must be later than the start.")


class FirstRoundOutside(TimeUnreadable):
    """The first round would lie outside the event."""

    sentence = lazy_gettext("The first round must begin during the event.")


class RoundsTooLong(TimeUnreadable):
    """The last round would end after the event."""

    sentence = lazy_gettext("The last round would end at %(time)s, after the end of the event.")


class TimePassed(TimeUnreadable):
    """Nobody can come to an event in the past."""

    sentence = lazy_gettext("This moment has passed.")


class TimesDoNotHold(Refusal):
    """Several things are wrong with the times of an event; `refusals` says which."""

    status = 422
    sentence = lazy_gettext("Some of what was filled in does not hold.")

    def __init__(self, refusals: list[TimeUnreadable]) -> None:
        super().__init__()
        self.refusals = refusals


class EventNotOpen(Refusal):
    """The event is not in a state in which this can be done."""

    sentence = lazy_gettext("This event is %(state)s, so this cannot be done any more.")


class NothingToPublish(Refusal):
    """A Meet & Greet needs stands and rounds."""

    sentence = lazy_gettext("The event has no stands or no rounds yet. Add them first.")


class EventOver(Refusal):
    """The event would be published after its end."""

    sentence = lazy_gettext("This event lies in the past. Give it another date first.")
