"""What the rules of candidates say no to."""

from flask_babel import lazy_gettext

from shared.errors import NotFound, Refusal


class CandidateUnknown(NotFound):
    """There is no such candidate, or somebody else's."""


class CitizenNumberTyped(Refusal):
    """A free field holds what looks like a citizen number."""

    status = 422
    sentence = lazy_gettext(
        "There is a number in this text that looks like a citizen service number (BSN)."
        " We never keep that number. Please take it out."
    )

    def __init__(self, field: str) -> None:
        super().__init__()
        self.field = field


class MobileUnreadable(Refusal):
    """Nobody can be called on this number."""

    status = 422
    sentence = lazy_gettext(
        "We cannot read this telephone number. Write it as 06 12345678, or with the country code, such as +380."
    )
    field = "mobile"
