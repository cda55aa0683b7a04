"""What may stand in a source that somebody else wrote: a closed list, looked at before anything of it runs.

Values and their parts, our filters, `if`, and `for` over a list that is there, not one inside the other. No calls,
sums or definitions: so a text does no more than say words, and takes no longer than its own length times that of a
list. (The sandbox of Jinja alone would let `'x' * 10**9` and loops in loops through.)
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NoReturn

from flask_babel import LazyString, lazy_gettext
from jinja2 import Environment, TemplateSyntaxError, nodes

from services.notifications.wording.filters import FILTERS, LISTS
from services.notifications.wording.models import LONGEST
from services.notifications.wording.source import SHORT, SUBJECT

MOST_LINES = 300
PATHS = (nodes.Name, nodes.Getattr, nodes.Getitem)
CHOICES = (nodes.And, nodes.Or, nodes.Not, nodes.Compare, nodes.CondExpr)


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


def read_tree(environment: Environment, source: str, headed: bool = True) -> nodes.Template:
    """The tree of a source that holds nothing but what the grammar allows. Raises WordsRefused.

    `headed`: it begins with a subject; otherwise it has none, as what stands below every message.
    """
    _check_size(source)
    _check_head(source.split("\n"), headed)
    try:
        tree = environment.parse(source)
        _Shape().check(tree.body)
    except TemplateSyntaxError as fault:
        sentence = lazy_gettext(
            "Line %(line)s cannot be read. Check that every {{ is closed by }} and every {%% if %%} by {%% endif %%}.",
            line=fault.lineno,
        )
        raise WordsRefused(Mistake(fault.lineno, sentence)) from fault
    except RecursionError as fault:
        raise WordsRefused(TOO_DEEP) from fault
    return tree


def check_values(tree: nodes.Template, values: Mapping[str, Any]) -> None:
    """Every value that the tree names is one of these. `values` are samples: lists are not empty. Raises WordsRefused.

    What is there only sometimes is found by writing the text without it.
    """
    _Meaning(values).check(tree.body)


def _check_size(source: str) -> None:
    if len(source) > LONGEST:
        raise WordsRefused(Mistake(0, lazy_gettext("The text is longer than %(most)s characters.", most=LONGEST)))
    if source.count("\n") >= MOST_LINES:
        raise WordsRefused(Mistake(0, lazy_gettext("The text has more than %(most)s lines.", most=MOST_LINES)))


def _check_head(lines: list[str], headed: bool) -> None:
    if not headed:
        for number, line in enumerate(lines, 1):
            if line.strip().startswith((SUBJECT, SHORT)):
                sentence = lazy_gettext("Line %(line)s: there is no subject and no text message here.", line=number)
                raise WordsRefused(Mistake(number, sentence))
        return
    if not lines[0].startswith(SUBJECT) or not lines[0].removeprefix(SUBJECT).strip():
        sentence = lazy_gettext("The first line must be the subject: “%(sign)s” and the words behind it.", sign=SUBJECT)
        raise WordsRefused(Mistake(1, sentence))
    for number, line in enumerate(lines[2:], 3):
        if line.startswith(SHORT):
            sentence = lazy_gettext("Line %(line)s: “%(sign)s” can only stand on line 2.", line=number, sign=SHORT)
            raise WordsRefused(Mistake(number, sentence))


class _Shape:
    """Goes through a tree and refuses every kind of node that is not on the list."""

    def check(self, body: Iterable[nodes.Node], in_loop: bool = False) -> None:
        for node in body:
            match node:
                case nodes.Output():
                    for part in node.nodes:
                        self._expression(part)
                case nodes.If():
                    self._expression(node.test)
                    self.check([*node.body, *node.elif_, *node.else_], in_loop)
                case nodes.For() if not in_loop:
                    self._loop(node)
                case _:
                    _refuse(node)

    def _loop(self, node: nodes.For) -> None:
        plain = isinstance(node.target, nodes.Name) and node.test is None and not node.recursive
        if not plain or not isinstance(node.iter, nodes.Name | nodes.Getattr):
            _refuse(node)
        self._expression(node.iter)
        self.check([*node.body, *node.else_], in_loop=True)

    def _expression(self, node: nodes.Node) -> None:
        match node:
            case nodes.TemplateData() | nodes.Const():
                return
            case nodes.Name() if node.name != "self" and not node.name.startswith("_"):
                return
            case nodes.Getattr() if isinstance(node.node, PATHS) and not node.attr.startswith("_"):
                self._expression(node.node)
            case nodes.Getitem() if isinstance(node.node, PATHS) and _is_number(node.arg):
                self._expression(node.node)
            case nodes.Filter() if node.node is not None and self._is_ours(node):
                self._expression(node.node)
            case nodes.Test() if node.name == "defined":
                self._expression(node.node)
            case _ if isinstance(node, CHOICES):
                for part in node.iter_child_nodes():
                    self._expression(part.expr if isinstance(part, nodes.Operand) else part)
            case _:
                _refuse(node)

    def _is_ours(self, node: nodes.Filter) -> bool:
        """One of our filters without arguments, or `join` with the words to put between."""
        given = (node.kwargs, node.dyn_args, node.dyn_kwargs)
        if node.name == "join":
            return not any(given) and all(isinstance(argument, nodes.Const) for argument in node.args)
        return node.name in FILTERS and not any(given) and not node.args


class _Meaning:
    """Goes through a tree of the right shape with sample values, and refuses what is not among them."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = dict(values)

    def check(self, body: Iterable[nodes.Node]) -> None:
        for node in body:
            match node:
                case nodes.Output():
                    for part in node.nodes:
                        self._written(part)
                case nodes.If():
                    self._value(node.test)
                    self.check([*node.body, *node.elif_, *node.else_])
                case nodes.For():
                    self._loop(node)

    def _loop(self, node: nodes.For) -> None:
        items = self._value(node.iter)
        if not isinstance(items, list | tuple):
            _refuse(node, lazy_gettext("Line %(line)s: “for” needs a value that is a list.", line=node.lineno))
        assert isinstance(node.target, nodes.Name)
        inside = _Meaning({**self._values, node.target.name: items[0] if items else None})
        inside.check(node.body)
        self.check(node.else_)

    def _written(self, node: nodes.Node) -> None:
        """What is to be read must be words, a figure or a date, whichever way a choice goes."""
        match node:
            case nodes.CondExpr():
                self._value(node.test)
                for way in (node.expr1, node.expr2):
                    if way is not None:
                        self._written(way)
            case nodes.And() | nodes.Or():
                self._written(node.left)
                self._written(node.right)
            case nodes.TemplateData() | nodes.Filter():
                self._value(node)
            case nodes.Const():
                _check_written(node, node.value)
            case nodes.Name() | nodes.Getattr() | nodes.Getitem():
                _check_written(node, self._value(node))
            case _:
                self._value(node)
                _check_written(node, True)  # a comparison: it is so, or it is not

    def _value(self, node: nodes.Node) -> Any:
        """The sample of an expression; None where it has none worth following."""
        match node:
            case nodes.Name():
                return self._part(node, self._values, node.name, node.name)
            case nodes.Getattr():
                return self._part(node, self._value(node.node), node.attr, _spelt(node))
            case nodes.Getitem():
                items = self._value(node.node)
                return items[0] if isinstance(items, list | tuple) and items else None
            case nodes.Filter():
                return self._filtered(node)
        for part in node.iter_child_nodes():
            self._value(part.expr if isinstance(part, nodes.Operand) else part)
        return None

    def _filtered(self, node: nodes.Filter) -> str:
        assert node.node is not None
        value = self._value(node.node)
        if isinstance(value, list | tuple) != (node.name in LISTS):
            sentence = lazy_gettext("Line %(line)s: “%(name)s” cannot be used on this value.",
                                    line=node.lineno, name=node.name)  # fmt: skip
            _refuse(node, sentence)
        if isinstance(value, list | tuple) and any(isinstance(item, Mapping | list | tuple) for item in value):
            _check_written(node.node, value)
        return ""

    def _part(self, node: nodes.Node, whole: Any, name: str, spelt: str) -> Any:
        if not isinstance(whole, Mapping) or name not in whole:
            _refuse_missing(node, spelt)
        return whole[name]


def _check_written(node: nodes.Node, value: Any) -> None:
    """Refuse what would be written as a program writes it to itself: several values in one, yes and no, nothing."""
    spelt = _spelt(node)
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
        _refuse_missing(node, spelt)
    elif isinstance(value, datetime) or spelt.endswith("_at"):
        sentence = lazy_gettext(
            "Line %(line)s: “%(name)s” is a moment. Write its day or its time: {{ %(name)s|day }} or "
            "{{ %(name)s|clock }}.",
            line=node.lineno, name=spelt,
        )  # fmt: skip
    elif isinstance(value, str | int | float | Decimal | date):
        return
    else:
        _refuse(node)
    _refuse(node, sentence)


def _ways(name: str, whole: Mapping[str, Any]) -> Iterator[str]:
    """How the parts of a value that can be read are written in a source."""
    for key, part in whole.items():
        if isinstance(part, datetime) or (key.endswith("_at") and part is not None):
            yield f"{{{{ {name}.{key}|day }}}}"
        elif isinstance(part, str | int | float | Decimal | date) and not isinstance(part, bool):
            yield f"{{{{ {name}.{key} }}}}"
        elif isinstance(part, bool):
            yield f"{{% if {name}.{key} %}}"


def _refuse_missing(node: nodes.Node, spelt: str) -> NoReturn:
    sentence = lazy_gettext(
        "Line %(line)s: there is no value “%(name)s” for this message.", line=node.lineno, name=spelt
    )
    _refuse(node, sentence)


def _is_number(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Const) and isinstance(node.value, int)


def _spelt(node: nodes.Node) -> str:
    """An expression of names as its writer spelt it."""
    if isinstance(node, nodes.Getattr):
        return f"{_spelt(node.node)}.{node.attr}"
    if isinstance(node, nodes.Getitem):
        return f"{_spelt(node.node)}[…]"
    return node.name if isinstance(node, nodes.Name) else "…"


def _refuse(node: nodes.Node, sentence: str | LazyString | None = None) -> NoReturn:
    # Jinja leaves the line out of a few kinds of nodes, but not of what is inside them.
    line = node.lineno or next((part.lineno for part in node.find_all(nodes.Node) if part.lineno), 1)
    only = lazy_gettext(
        "Line %(line)s: only the values of the list can stand between {{ and }}, and only “if” and “for” "
        "between {%% and %%}, not one “for” inside the other.",
        line=line,
    )
    raise WordsRefused(Mistake(line, sentence or only))
