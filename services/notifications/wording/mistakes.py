"""What is wrong with a source that somebody else wrote, in sentences for its writer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NoReturn

from flask_babel import LazyString, lazy_gettext
from jinja2 import nodes


@dataclass(frozen=True)
class Mistake:
    """What is wrong in a source, in a sentence for its writer. `line` counts from 1; 0 for the text as a whole."""

    line: int
    sentence: str | LazyString


TOO_DEEP = Mistake(0, lazy_gettext("Something in the text is nested too deeply: make it simpler."))


class WordsRefused(Exception):
    """A source that is not in this grammar."""

    def __init__(self, mistake: Mistake) -> None:
        super().__init__(f"line {mistake.line}")
        self.mistake = mistake


def check_written(node: nodes.Node, value: Any) -> None:
    """Refuse what would be written as a program writes it to itself: several values in one, yes and no, nothing."""
    spelt = spelt_as(node)
    if isinstance(value, Mapping):
        ways = ", ".join(_ways(spelt, value)) or "…"
        sentence = lazy_gettext(
            "Line %(line)s: “%(name)s” holds several values and cannot be written as a whole. Choose: %(ways)s",
            line=node.lineno, name=spelt, ways=ways,
        )  # fmt: skip
    elif isinstance(value, list | tuple):
        sentence = lazy_gettext(
            "Line %(line)s: “%(name)s” is a list. Write {%% for item in %(name)s %%} … {%% endfor %%}.",
            line=node.lineno, name=spelt,
        )  # fmt: skip
    elif isinstance(value, bool):
        sentence = lazy_gettext(
            "Line %(line)s: this is only yes or no, and no words. Put it between {%% if … %%} and {%% endif %%}.",
            line=node.lineno,
        )
    elif value is None:
        refuse_missing(node, spelt)
    elif isinstance(value, datetime) or spelt.endswith("_at"):
        sentence = lazy_gettext(
            "Line %(line)s: “%(name)s” is a moment. Write its day or its time: {{ %(name)s|day }} or "
            "{{ %(name)s|clock }}.",
            line=node.lineno, name=spelt,
        )  # fmt: skip
    elif isinstance(value, str | int | float | Decimal | date):
        return
    else:
        refuse(node)
    refuse(node, sentence)


def _ways(name: str, whole: Mapping[str, Any]) -> Iterator[str]:
    """How the parts of a value that can be read are written in a source."""
    for key, part in whole.items():
        if isinstance(part, datetime) or (key.endswith("_at") and part is not None):
            yield f"{{{{ {name}.{key}|day }}}}"
        elif isinstance(part, str | int | float | Decimal | date) and not isinstance(part, bool):
            yield f"{{{{ {name}.{key} }}}}"
        elif isinstance(part, bool):
            yield f"{{% if {name}.{key} %}}"


def refuse_missing(node: nodes.Node, spelt: str) -> NoReturn:
    """Say that there is no such value. Raises WordsRefused."""
    sentence = lazy_gettext(
        "Line %(line)s: there is no value “%(name)s” for this message.", line=node.lineno, name=spelt
    )
    refuse(node, sentence)


def spelt_as(node: nodes.Node) -> str:
    """An expression of names as its writer spelt it."""
    if isinstance(node, nodes.Getattr):
        return f"{spelt_as(node.node)}.{node.attr}"
    if isinstance(node, nodes.Getitem):
        return f"{spelt_as(node.node)}[…]"
    return node.name if isinstance(node, nodes.Name) else "…"


def refuse(node: nodes.Node, sentence: str | LazyString | None = None) -> NoReturn:
    """Say what is wrong, or what can stand in a source at all. Raises WordsRefused."""
    # Jinja leaves the line out of a few kinds of nodes, but not of what is inside them.
    line = node.lineno or next((part.lineno for part in node.find_all(nodes.Node) if part.lineno), 1)
    only = lazy_gettext(
        "Line %(line)s: only the values of the list can stand between {{ and }}, and only “if” and “for” "
        "between {%% and %%}, not one “for” inside the other.",
        line=line,
    )
    raise WordsRefused(Mistake(line, sentence or only))
