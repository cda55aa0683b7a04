"""What may stand in a source that somebody else wrote: a closed list, looked at before anything of it runs.

Values and their parts, our filters, `if`, and `for` over a list that is there, not one inside the other. No calls,
sums or definitions: so a text does no more than say words, and takes no longer than its own length times that of a
list. (The sandbox of Jinja alone would let `'x' * 10**9` and loops in loops through.)
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext
from jinja2 import Environment, TemplateSyntaxError, nodes

from services.notifications.wording.filters import FILTERS, LISTS
from services.notifications.wording.mistakes import (
    TOO_DEEP,
    Mistake,
    WordsRefused,
    check_written,
    refuse,
    refuse_missing,
    spelt_as,
)
from services.notifications.wording.models import LONGEST
from services.notifications.wording.source import SHORT, SUBJECT

MOST_LINES = 300
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ue000-\uf8ff]"
)
"""What nobody reads: control characters, marks that turn the writing direction, halves of letters."""
PATHS = (nodes.Name, nodes.Getattr, nodes.Getitem)
CHOICES = (nodes.And, nodes.Or, nodes.Not, nodes.Compare, nodes.CondExpr)


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
                    refuse(node)

    def _loop(self, node: nodes.For) -> None:
        plain = isinstance(node.target, nodes.Name) and node.test is None and not node.recursive
        if not plain or not isinstance(node.iter, nodes.Name | nodes.Getattr):
            refuse(node)
        self._expression(node.iter)
        self.check([*node.body, *node.else_], in_loop=True)

    def _expression(self, node: nodes.Node) -> None:
        match node:
            case nodes.TemplateData():
                return
            case nodes.Const() if not _is_unseen(node):
                return
            case nodes.Name() if node.name != "self" and not node.name.startswith("_"):
                return
            case nodes.Getattr() if isinstance(node.node, PATHS) and not node.attr.startswith("_"):
                self._expression(node.node)
            case nodes.Getitem() if isinstance(node.node, PATHS) and _is_number(node.arg):
                self._expression(node.node)
            case nodes.Filter() if node.node is not None and self._is_ours(node):
                self._expression(node.node)
            case nodes.Test() if node.name == "defined" and not _has_arguments(node):
                self._expression(node.node)
            case _ if isinstance(node, CHOICES):
                for part in node.iter_child_nodes():
                    self._expression(part.expr if isinstance(part, nodes.Operand) else part)
            case _:
                refuse(node)

    def _is_ours(self, node: nodes.Filter) -> bool:
        """One of our filters without arguments, or `join` with the words to put between."""
        if node.name == "join":
            words = all(isinstance(argument, nodes.Const) and not _is_unseen(argument) for argument in node.args)
            return words and not (node.kwargs or node.dyn_args or node.dyn_kwargs)
        return node.name in FILTERS and not _has_arguments(node)


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
            refuse(node, lazy_gettext("Line %(line)s: “for” needs a value that is a list.", line=node.lineno))
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
                check_written(node, node.value)
            case nodes.Name() | nodes.Getattr() | nodes.Getitem():
                check_written(node, self._value(node))
            case _:
                self._value(node)
                check_written(node, True)  # a comparison: it is so, or it is not

    def _value(self, node: nodes.Node) -> Any:
        """The sample of an expression; None where it has none worth following."""
        match node:
            case nodes.Name():
                return self._part(node, self._values, node.name, node.name)
            case nodes.Getattr():
                return self._part(node, self._value(node.node), node.attr, spelt_as(node))
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
            refuse(node, sentence)
        if isinstance(value, list | tuple) and any(isinstance(item, Mapping | list | tuple) for item in value):
            check_written(node.node, value)
        return ""

    def _part(self, node: nodes.Node, whole: Any, name: str, spelt: str) -> Any:
        if not isinstance(whole, Mapping) or name not in whole:
            refuse_missing(node, spelt)
        return whole[name]


def _has_arguments(node: nodes.Filter | nodes.Test) -> bool:
    return any((node.args, node.kwargs, node.dyn_args, node.dyn_kwargs))


def _is_unseen(node: nodes.Const) -> bool:
    r"""Does it spell what cannot be typed, such as '\x00'? No database keeps that, and the whole batch would wait."""
    return isinstance(node.value, str) and UNSEEN.search(node.value) is not None


def _is_number(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Const) and isinstance(node.value, int)
