"""Requests that no schema gets to see: what they hold fits in no field, or is more than Python reads."""

import json
from collections.abc import Collection
from typing import Any

from flask import request
from flask_babel import lazy_gettext

from shared.errors import Refusal

DEEPEST_JSON = 20
"""Levels of lists and objects inside each other; no schema of ours has half of them."""


class UnreadableText(Refusal):
    """NUL characters fit in no text field of the database."""

    status = 400


def refuse_unreadable() -> None:
    """Raises UnreadableText or UnreadableJson."""
    _refuse_nul()
    _refuse_unreadable_json()


def _refuse_nul() -> None:
    """A NUL in an address, a form or a JSON text is a mistake or an attack; PostgreSQL cannot store it."""
    # All of them: of a field that is sent twice, `values()` alone gives the first only.
    typed = [*request.args.lists(), *request.form.lists()]
    words = [word for name, values in typed for word in (name, *values)]
    body = request.get_data(cache=True) if request.is_json else b""
    if any("\0" in word for word in words) or "\0" in request.path or b"\\u0000" in body or b"\0" in body:
        raise UnreadableText


class UnreadableJson(Refusal):
    """JSON by its grammar (RFC 8259 §9 lets a reader set limits), and more than Python reads."""

    status = 400
    sentence = lazy_gettext("We cannot handle this request.")


def _refuse_unreadable_json() -> None:
    """A number of thousands of digits and lists without end are no fault of ours, and no schema gets to see them."""
    if not request.is_json:
        return
    try:
        layer = [json.loads(request.get_data(cache=True))]
    except (json.JSONDecodeError, UnicodeDecodeError):
        return  # The API says so itself, as it says what else is wrong.
    except (ValueError, RecursionError):
        raise UnreadableJson from None
    for _ in range(DEEPEST_JSON):
        layer = [inner for one in layer for inner in _inside(one)]
    if layer:
        raise UnreadableJson


def _inside(one: Any) -> Collection[Any]:
    if isinstance(one, dict):
        return one.values()
    return one if isinstance(one, list) else ()
