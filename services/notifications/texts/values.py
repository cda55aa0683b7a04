"""The values that a text may name, each as it is written in a source and with a sample."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.notifications.messages.catalogue import TEXTS
from services.notifications.messages.samples import sample_values
from services.notifications.wording.source import make_environment, read_source

MOVE = "event_moved"
PARTS = {"link": "link", "has_pass": "pass", "in_calendar": "calendar"}
"""Values that say whether the message carries something."""


@dataclass(frozen=True)
class Value:
    """One way to write a value. `sample` is empty for a condition."""

    written: str
    sample: str
    optional: bool = False
    """not every message of this kind has it"""


def describe_values(name: str, language: str, organisation: str, mailbox: str) -> list[Value]:
    """Every value that a text of this template may name, in the reader's language."""
    values = sample_values(name, organisation, mailbox)
    optional = {value.removesuffix("?") for value in TEXTS[name].values if value.endswith("?")}
    without = {"time_zone", "about"} | ({"moved"} if name != MOVE else set())
    without |= {key for key, part in PARTS.items() if part not in TEXTS[name].carries}
    return [
        Value(written, _fill_in(written, language, values), key in optional)
        for key, value in values.items()
        if key not in without
        for written in _ways(key, value)
    ]


def _ways(name: str, value: Any) -> Iterator[str]:
    """How a value is written in a source."""
    if name == "event":
        yield from ("{{ event|dates }}", "{{ event|times }}")
    if isinstance(value, bool):
        yield f"{{% if {name} %}} … {{% endif %}}"
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _ways(f"{name}.{key}", part)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        parts = ", ".join(list(_ways(f"item.{key}", part))[-1] for key, part in value[0].items())
        yield f"{{% for item in {name} %}} {parts}; {{% endfor %}}"
    elif isinstance(value, list):
        way = "languages" if name.endswith("languages") else "join('; ')"
        yield f"{{{{ {name}|{way} }}}}"
    elif value is not None:
        yield from _simple_ways(name, value)


def _simple_ways(name: str, value: Any) -> Iterator[str]:
    """A moment by its filters, anything else by itself."""
    if isinstance(value, datetime) or name.endswith("_at"):
        yield from (
            f"{{{{ {name}|{way} }}}}" for way in ("day", "day_short", "clock")
        )  # the shortest last: a list shows that
    else:
        yield f"{{{{ {name} }}}}"


def _fill_in(written: str, language: str, values: dict[str, Any]) -> str:
    """What a way to write a value gives."""
    if written.startswith("{% if"):
        return ""
    filled = make_environment().from_string(f"subject: {written}").render(**values, language=language)
    return read_source(filled).subject
