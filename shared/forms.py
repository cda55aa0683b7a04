"""HTML forms read by the same schema as the JSON API; what was typed stays with the form, whatever the outcome."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields
from werkzeug.datastructures import MultiDict

from shared.errors import Refusal
from shared.schemas import Schema


class Form:
    """What a person typed and what is wrong with it. Templates ask `value`, `values_of` and `error`."""

    def __init__(self, typed: Mapping[str, Any] | None = None) -> None:
        self._typed = typed if typed is not None else {}
        self.errors: dict[str, str] = {}
        """field → sentence, in the order of the schema; the key "" is for the form as a whole"""
        self.data: dict[str, Any] = {}
        """what the schema made of it; empty when there are errors"""

    def __bool__(self) -> bool:
        return not self.errors

    def value(self, name: str) -> str:
        """What was typed in the field, or an empty string."""
        found = self._typed.get(name, "")
        return "" if found is None else str(found)

    def values_of(self, name: str) -> list[str]:
        """All values of a field that can have several, such as checkboxes."""
        if isinstance(self._typed, MultiDict):
            return [str(value) for value in self._typed.getlist(name)]
        found = self._typed.get(name, [])
        return [str(value) for value in found] if isinstance(found, list | tuple | set) else [str(found)]

    def error(self, name: str) -> str | None:
        """The sentence that says what is wrong with the field, if something is."""
        return self.errors.get(name)

    def refuse(self, refusal: Refusal) -> None:
        """Put a rule's refusal beside the field it is about."""
        self.errors[refusal.field or ""] = refusal.message


def read_form(schema: Schema, typed: MultiDict[str, str]) -> Form:
    """Load `typed` with `schema`. The form is true when it holds, and then `data` has the values."""
    form = Form(typed)
    try:
        form.data = schema.load(_plain(schema, typed))
    except ValidationError as fault:
        form.errors = _sentences(schema, fault.normalized_messages())
    return form


def _plain(schema: Schema, typed: MultiDict[str, str]) -> dict[str, Any]:
    """The form's fields as the schema wants them: lists where it has lists, nothing where nothing was typed."""
    plain: dict[str, Any] = {}
    for name, field in schema.load_fields.items():
        key = field.data_key or name
        if isinstance(field, fields.List):
            plain[key] = [value for value in typed.getlist(key) if value != ""]
        elif isinstance(field, fields.Boolean):
            plain[key] = typed.get(key, "false")
        elif isinstance(field, fields.Mapping):
            plain[key] = _pairs(key, typed)
        elif key in typed and (typed[key] != "" or isinstance(field, fields.String)):
            plain[key] = typed[key]
    return plain


def _pairs(key: str, typed: MultiDict[str, str]) -> dict[str, str]:
    """Rows of two selects, `<key>_name` and `<key>_value`, as a mapping; rows left empty do not count."""
    rows = zip(typed.getlist(f"{key}_name"), typed.getlist(f"{key}_value"), strict=False)
    return {name: value for name, value in rows if name}


def _sentences(schema: Schema, messages: Mapping[str, Any]) -> dict[str, str]:
    order = [field.data_key or name for name, field in schema.load_fields.items()]
    found = {("" if key == "_schema" else key): _first(value) for key, value in messages.items()}
    return dict(sorted(found.items(), key=lambda item: order.index(item[0]) if item[0] in order else -1))


def _first(messages: Any) -> str:
    if isinstance(messages, Mapping):
        return _first(next(iter(messages.values())))
    if isinstance(messages, list | tuple):
        return _first(messages[0])
    return str(messages)
