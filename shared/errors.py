"""Refusals: what a rule says no to, each with one sentence for the reader and an HTTP status."""

from flask_babel import LazyString, lazy_gettext


class Refusal(Exception):
    """A request that a rule refuses. Rooms subclass it, one class per refusal.

    `sentence` is what the reader sees, translated when shown; `%(name)s` places are filled from the keyword
    arguments. `field` names the form field it belongs to, if there is one.
    """

    status = 409
    sentence: str | LazyString = lazy_gettext("This is not possible at the moment.")
    field: str | None = None

    def __init__(self, **values: object) -> None:
        self.values = values
        super().__init__(type(self).__name__)

    @property
    def code(self) -> str:
        """A stable word for programs: the class name in snake case."""
        name = type(self).__name__
        return "".join("_" + c.lower() if c.isupper() and i else c.lower() for i, c in enumerate(name))

    @property
    def message(self) -> str:
        """The sentence in the language of the present reader."""
        return str(self.sentence) % self.values if self.values else str(self.sentence)


class NotFound(Refusal):
    """What was asked for is not there, or not for this reader to see: the two look the same."""

    status = 404
    sentence = lazy_gettext("We cannot find this page.")


class NotAllowed(Refusal):
    """The reader is known, and this is not theirs to do."""

    status = 403
    sentence = lazy_gettext("You do not have access to this page.")
