"""Calendar files as libical reads them: the parser of Evolution, KDE and Cyrus, called from its shared library."""

import ctypes
from ctypes import Structure, c_char_p, c_int, c_long, c_void_p
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


class _Time(Structure):
    """`struct icaltimetype` of libical 3."""

    _fields_ = (
        *((name, c_int) for name in ("year", "month", "day", "hour", "minute", "second", "is_date", "is_daylight")),
        ("zone", c_void_p),
    )


def _load() -> Any:
    library = ctypes.CDLL("libical.so.3")
    texts = ("get_uid", "get_summary", "get_location", "get_description")
    signatures: dict[str, tuple[Any, list[Any]]] = {
        "icalparser_parse_string": (c_void_p, [c_char_p]),
        "icalcomponent_string_to_kind": (c_int, [c_char_p]),
        "icalproperty_string_to_kind": (c_int, [c_char_p]),
        "icalcomponent_get_first_component": (c_void_p, [c_void_p, c_int]),
        "icalcomponent_get_next_component": (c_void_p, [c_void_p, c_int]),
        "icalcomponent_get_first_property": (c_void_p, [c_void_p, c_int]),
        "icalcomponent_get_next_property": (c_void_p, [c_void_p, c_int]),
        "icalproperty_get_value_as_string": (c_char_p, [c_void_p]),
        "icalproperty_get_parameter_as_string": (c_char_p, [c_void_p, c_char_p]),
        "icalcomponent_count_errors": (c_int, [c_void_p]),
        "icalcomponent_get_sequence": (c_int, [c_void_p]),
        "icalcomponent_get_method": (c_int, [c_void_p]),
        "icalproperty_method_to_string": (c_char_p, [c_int]),
        "icalcomponent_get_dtstart": (_Time, [c_void_p]),
        "icalcomponent_get_dtend": (_Time, [c_void_p]),
        "icaltime_as_timet_with_zone": (c_long, [_Time, c_void_p]),
        "icaltime_get_tzid": (c_char_p, [_Time]),
        "icalrestriction_check": (c_int, [c_void_p]),
        "icalcomponent_free": (None, [c_void_p]),
        **{f"icalcomponent_{name}": (c_char_p, [c_void_p]) for name in texts},
    }
    for name, (result, arguments) in signatures.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


ICAL = _load()


@dataclass(frozen=True)
class Moment:
    """A time as the file says it: on the clock of its zone, and the instant that libical makes of it."""

    local: str
    zone: str
    instant: datetime


@dataclass(frozen=True)
class Read:
    """One event of a file."""

    method: str
    uid: str
    sequence: int
    start: Moment
    end: Moment
    summary: str
    location: str
    description: str
    status: str
    attendees: list[tuple[str, str]]
    """address and PARTSTAT"""
    alarms: list[str]


def read_libical(file: bytes) -> list[Read]:
    """Every event of the file; it must parse without an error, and hold what its method asks for (RFC 5546)."""
    calendar = ICAL.icalparser_parse_string(file)
    assert calendar, "libical finds no calendar in it"
    try:
        assert ICAL.icalrestriction_check(calendar), "libical misses what the method asks for"
        assert ICAL.icalcomponent_count_errors(calendar) == 0
        method = (ICAL.icalproperty_method_to_string(ICAL.icalcomponent_get_method(calendar)) or b"").decode()
        return [_event(component, method) for component in _inside(calendar, b"VEVENT")]
    finally:
        ICAL.icalcomponent_free(calendar)


def _event(component: int, method: str) -> Read:
    text = {name: (getattr(ICAL, f"icalcomponent_get_{name}")(component) or b"").decode()
            for name in ("uid", "summary", "location", "description")}  # fmt: skip
    return Read(
        method=method,
        sequence=ICAL.icalcomponent_get_sequence(component),
        start=_moment(ICAL.icalcomponent_get_dtstart(component)),
        end=_moment(ICAL.icalcomponent_get_dtend(component)),
        status="".join(_values(component, b"STATUS")),
        attendees=[
            (_value(one), (ICAL.icalproperty_get_parameter_as_string(one, b"PARTSTAT") or b"").decode())
            for one in _properties(component, b"ATTENDEE")
        ],
        alarms=[value for alarm in _inside(component, b"VALARM") for value in _values(alarm, b"TRIGGER")],
        **text,
    )


def _moment(time: _Time) -> Moment:
    local = f"{time.year:04}-{time.month:02}-{time.day:02}T{time.hour:02}:{time.minute:02}:{time.second:02}"
    seconds = ICAL.icaltime_as_timet_with_zone(time, time.zone)
    return Moment(local, (ICAL.icaltime_get_tzid(time) or b"").decode(), datetime.fromtimestamp(seconds, UTC))


def _inside(component: int, name: bytes) -> list[int]:
    kind, found = ICAL.icalcomponent_string_to_kind(name), []
    one = ICAL.icalcomponent_get_first_component(component, kind)
    while one:
        found.append(one)
        one = ICAL.icalcomponent_get_next_component(component, kind)
    return found


def _properties(component: int, name: bytes) -> list[int]:
    kind, found = ICAL.icalproperty_string_to_kind(name), []
    one = ICAL.icalcomponent_get_first_property(component, kind)
    while one:
        found.append(one)
        one = ICAL.icalcomponent_get_next_property(component, kind)
    return found


def _values(component: int, name: bytes) -> list[str]:
    return [_value(one) for one in _properties(component, name)]


def _value(one: int) -> str:
    return str((ICAL.icalproperty_get_value_as_string(one) or b"").decode())
