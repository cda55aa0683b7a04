"""What may be filled in about venues and events, for the JSON API and the HTML forms alike."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from flask_babel import LazyString, lazy_gettext
from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from services.registration.events.errors import TimesDoNotHold
from services.registration.events.models import Event, FloorPlan, Stand
from services.registration.events.rules import rounds_of
from services.registration.events.states import state_at
from services.registration.events.times import LocalTimes, resolve_times
from services.registration.events.venues import StandDrawing
from shared import clock
from shared.schemas import NOT_IN_LIST, Schema, count, text

MOST_UNITS = 10_000
MOST_STANDS = 200
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
PLAIN_DAY = date(2000, 1, 3)
"""A day on which no clock changes."""
TIME_FIELDS = ("date", "start", "end", "first_round", "time_zone")


def _required(sentence: LazyString) -> dict[str, Any]:
    """The sentence for a field that was left empty."""
    return {"required": sentence, "null": sentence}


class TimesSchema(Schema):
    """A date and times on the clock of the place; loads to `times`, an EventTimes."""

    date = fields.Date(
        required=True,
        error_messages=_required(lazy_gettext("Choose a date.")),
        validate=validate.Range(FIRST_DAY, LAST_DAY, error=lazy_gettext("Fill in a date in this century.")),
    )
    start = fields.Time(required=True, error_messages=_required(lazy_gettext("Fill in when the event starts.")))
    end = fields.Time(required=True, error_messages=_required(lazy_gettext("Fill in when the event ends.")))
    first_round = fields.Time(
        required=True, error_messages=_required(lazy_gettext("Fill in when the first round begins."))
    )
    rounds = count(0, 60)
    round_minutes = count(1, 240, required=False, load_default=12)
    walk_minutes = count(0, 60, required=False, load_default=3)
    time_zone = fields.String(
        load_default="Europe/Amsterdam", validate=validate.OneOf(sorted(available_timezones()), error=NOT_IN_LIST)
    )

    @validates_schema(skip_on_field_errors=False)
    def check_times(self, data: dict[str, Any], **_: object) -> None:
        """Say what is wrong with the times together, beside what is wrong with other fields."""
        if not all(name in data for name in ("start", "end", "first_round", "time_zone")):
            return
        # Times can be in the wrong order before anybody knows on which day.
        now, some_day = (clock.now(), {}) if "date" in data else (None, {"date": PLAIN_DAY})
        try:
            resolve_times(_local({**data, **some_day}), now)
        except TimesDoNotHold as fault:
            raise ValidationError({one.field or "date": [one.message] for one in fault.refusals}) from None

    @post_load
    def make_times(self, data: dict[str, Any], **_: object) -> dict[str, Any]:
        """Put the moments in the place of what was read on the clock."""
        times = resolve_times(_local(data))
        names = (*TIME_FIELDS, "rounds", "round_minutes", "walk_minutes")
        return {**{name: value for name, value in data.items() if name not in names}, "times": times}


def _local(data: dict[str, Any]) -> LocalTimes:
    return LocalTimes(
        date=data["date"],
        start=data["start"],
        end=data["end"],
        first_round=data["first_round"],
        time_zone=data["time_zone"],
        rounds=data.get("rounds", 0),
        round_minutes=data.get("round_minutes", 12),
        walk_minutes=data.get("walk_minutes", 3),
    )


class EventSchema(TimesSchema):
    """An event as it is made or changed."""

    name = text(200, error_messages=_required(lazy_gettext("Fill in the name of the event.")))
    floor_plan_id = fields.UUID(required=True, error_messages=_required(lazy_gettext("Choose a venue.")))
    capacity = count(1, 100_000, required=False, load_default=None, allow_none=True)


class MoveSchema(TimesSchema):
    """Another time or place for an event. The stands keep the drawing that employers booked on."""

    venue_id = fields.UUID(required=True, error_messages=_required(lazy_gettext("Choose a venue.")))


class Degrees(fields.Float):
    """A coordinate in degrees (WGS 84), with a point or a comma, as maps show it."""

    def __init__(self, most: int, **options: Any) -> None:
        sentence = lazy_gettext("Fill in degrees from -%(most)s to %(most)s, such as %(example)s.", most=most,
                                example="52.0907" if most == 90 else "5.1214")  # fmt: skip
        within = validate.Range(-most, most, error=sentence)
        wrong = {"invalid": sentence, "special": sentence, "too_large": sentence}
        super().__init__(
            allow_nan=False, allow_none=True, load_default=None, validate=within, error_messages=wrong, **options
        )

    def _deserialize(  # type: ignore[override]  # an empty field of a form is no number
        self, value: Any, attr: str | None, data: Any, **kwargs: Any
    ) -> float | None:
        typed = value.strip().replace(",", ".") if isinstance(value, str) else value
        return None if typed == "" else super()._deserialize(typed, attr, data, **kwargs)


class VenueSchema(Schema):
    """A venue as it is made or changed."""

    name = text(200, error_messages=_required(lazy_gettext("Fill in the name of the venue.")))
    address = text(300, error_messages=_required(lazy_gettext("Fill in the address.")))
    route = text(2000, required=False)
    latitude = Degrees(90)
    longitude = Degrees(180)

    @validates_schema
    def check_coordinates(self, data: dict[str, Any], **_: object) -> None:
        """One coordinate alone is nowhere."""
        for name, other in (("latitude", "longitude"), ("longitude", "latitude")):
            if data.get(name) is None and data.get(other) is not None:
                raise ValidationError(lazy_gettext("Fill in both coordinates, or neither."), name)


class StandSchema(Schema):
    """One stand on a floor plan; places and sizes in drawing units. Loads to a StandDrawing."""

    id = fields.UUID(load_default=None, allow_none=True)
    label = text(20)
    x = count(0, MOST_UNITS)
    y = count(0, MOST_UNITS)
    width = count(1, MOST_UNITS)
    height = count(1, MOST_UNITS)
    seats = count(1, 20, required=False, load_default=1)
    power = fields.Boolean(load_default=True)
    wheelchair = fields.Boolean(load_default=True)

    @post_load
    def make_drawing(self, data: dict[str, Any], **_: object) -> StandDrawing:
        """The stand as the rules want it."""
        return StandDrawing(**data)


class FloorPlanSchema(Schema):
    """A floor plan's name and all of its stands, in the order in which they are listed."""

    name = text(200)
    stands = fields.List(
        fields.Nested(StandSchema),
        required=True,
        validate=validate.Length(0, MOST_STANDS, error=lazy_gettext("A floor plan has at most 200 stands.")),
    )


class RoundAnswer(Schema):
    """A round of an event."""

    number = fields.Integer()
    starts_at = fields.AwareDateTime()
    ends_at = fields.AwareDateTime()


class EventAnswer(Schema):
    """An event as the API gives it."""

    id = fields.UUID()
    version = fields.Integer()
    kind = fields.String()
    state = fields.Function(lambda event: state_at(event, clock.now()), metadata={"type": "string"})
    name = fields.String()
    venue_id = fields.UUID()
    floor_plan_id = fields.UUID()
    time_zone = fields.String()
    starts_at = fields.AwareDateTime()
    ends_at = fields.AwareDateTime()
    rounds = fields.Function(
        lambda event: RoundAnswer(many=True).dump(rounds_of(event)), metadata={"type": "array", "items": {}}
    )
    round_minutes = fields.Integer()
    walk_minutes = fields.Integer()
    capacity = fields.Integer(allow_none=True)


class StandAnswer(Schema):
    """A stand as the API gives it."""

    id = fields.UUID()
    label = fields.String()
    x = fields.Integer()
    y = fields.Integer()
    width = fields.Integer()
    height = fields.Integer()
    seats = fields.Integer()
    power = fields.Boolean()
    wheelchair = fields.Boolean()


class FloorPlanAnswer(Schema):
    """A floor plan as the API gives it."""

    id = fields.UUID()
    name = fields.String()
    width = fields.Integer()
    height = fields.Integer()
    stands = fields.List(fields.Nested(StandAnswer))


class VenueAnswer(Schema):
    """A venue as the API gives it."""

    id = fields.UUID()
    name = fields.String()
    address = fields.String()
    route = fields.String()
    latitude = fields.Float(allow_none=True)
    longitude = fields.Float(allow_none=True)
    floor_plans = fields.List(fields.Nested(FloorPlanAnswer))


def event_values(event: Event) -> dict[str, str]:
    """The event as its form shows it before anything is typed."""
    zone = ZoneInfo(event.time_zone)
    start, end, first = (moment.astimezone(zone) for moment in (event.starts_at, event.ends_at, event.first_round_at))
    return {
        "name": event.name,
        "floor_plan_id": str(event.floor_plan_id),
        "venue_id": str(event.venue_id),
        "date": f"{start:%Y-%m-%d}",
        "start": f"{start:%H:%M}",
        "end": f"{end:%H:%M}",
        "first_round": f"{first:%H:%M}",
        "rounds": str(event.rounds),
        "round_minutes": str(event.round_minutes),
        "walk_minutes": str(event.walk_minutes),
        "time_zone": event.time_zone,
        "capacity": "" if event.capacity is None else str(event.capacity),
    }


def plan_values(plan: FloorPlan) -> dict[str, Any]:
    """The floor plan as its form shows it before anything is typed."""
    return {"name": plan.name, "stands": [stand_values(stand) for stand in plan.stands]}


def stand_values(stand: Stand) -> dict[str, Any]:
    """One row of that form."""
    values: dict[str, Any] = StandAnswer().dump(stand)
    return values
