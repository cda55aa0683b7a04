"""What the rules of venues and events say no to."""

from flask_babel import lazy_gettext

from shared.errors import NotFound, Refusal
from shared.schemas import NOT_IN_LIST


class EventUnknown(NotFound):
    """There is no such event, or it belongs to somebody else."""


class VenueUnknown(NotFound):
    """There is no such venue, or it belongs to somebody else."""


class FloorPlanUnknown(Refusal):
    """The plan that was chosen is not there."""

    status = 422
    sentence = NOT_IN_LIST
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


class StandsStay(Refusal):
    """A published event keeps the drawing on which employers book."""

    sentence = lazy_gettext("This event was published, so its floor plan stays as it is.")
    field = "floor_plan_id"


class StandFault(Refusal):
    """Something is wrong with one stand; `row` counts from 0, in the order in which the stands were filled in."""

    status = 422

    def __init__(self, row: int, field: str, **values: object) -> None:
        super().__init__(**values)
        self.row, self.field = row, field


class StandLabelTwice(StandFault):
    """Two stands with one number."""

    sentence = lazy_gettext("Another stand has this number too.")


class StandOutsideHall(StandFault):
    """The stand sticks through the wall."""

    sentence = lazy_gettext("This stand lies outside the hall, which is %(width)s wide and %(height)s high.")


class StandsOverlap(StandFault):
    """Two stands in one place."""

    sentence = lazy_gettext("This stand lies over stand %(label)s.")


class StandsDoNotHold(Refusal):
    """The stands as they were filled in make no drawing; `refusals` says what is wrong with which."""

    status = 422
    sentence = lazy_gettext("Some of what was filled in does not hold.")

    def __init__(self, refusals: list[StandFault]) -> None:
        super().__init__()
        self.refusals = refusals


class StandInUse(Refusal):
    """Somebody booked a stand that would be taken away."""

    sentence = lazy_gettext("An employer has a stand that would be taken away, so it stays.")


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
    """The event is not in a state in which this can be done; `values["state"]` is the one it is in."""

    sentence = lazy_gettext("This cannot be done with the event as it is now.")

    @property
    def message(self) -> str:
        """A sentence for each state: a language may need other words around each."""
        return str(BY_STATE.get(str(self.values.get("state")), self.sentence))


BY_STATE = {
    "draft": lazy_gettext("This event is not published yet. Publish it first."),
    "published": lazy_gettext("This event is published already."),
    "running": lazy_gettext("This event is going on, so this cannot be changed any more."),
    "closed": lazy_gettext("This event is over, so this cannot be changed any more."),
    "archived": lazy_gettext("This event is in the archive, so this cannot be changed any more."),
    "cancelled": lazy_gettext("This event was cancelled, so this cannot be changed any more."),
}
"""State → why something cannot be done in it."""


class NothingToPublish(Refusal):
    """A Meet & Greet needs stands and rounds."""

    sentence = lazy_gettext("The event has no stands or no rounds yet. Add them first.")


class EventOver(Refusal):
    """The event would be published after its end."""

    sentence = lazy_gettext("This event lies in the past. Give it another date first.")
