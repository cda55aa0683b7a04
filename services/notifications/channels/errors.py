"""What can go wrong when a letter is handed over. The kind decides what happens next (messages/retry.py)."""


class NotHandedOver(Exception):
    """The letter was not accepted. `answer` is what the other side said; it may hold an address: never log it.

    `after`: seconds that the other side wants to be left alone, when it says so (RFC 9110 §10.2.3).
    """

    kind = ""

    def __init__(self, answer: str = "", code: int | None = None, after: float | None = None) -> None:
        super().__init__(self.kind)
        self.answer, self.code, self.after = answer, code, after


class ServerAway(NotHandedOver):
    """The channel's server does not take letters at all at present: nothing is wrong with this one."""

    kind = "away"


class TryLater(NotHandedOver):
    """The server took the letter's address or text and asked to come back later (SMTP 4xx, HTTP 429)."""

    kind = "later"


class Lost(NotHandedOver):
    """The connection broke or fell silent half-way; whether the letter was accepted is not known."""

    kind = "lost"


class AddressRefused(NotHandedOver):
    """The server will never take this letter (SMTP 5xx, a telephone number that is none).

    `closes`: why nothing is sent to this address any more (a reason of `people.models.REASONS`), where that is certain.
    """

    kind = "refused"

    def __init__(self, answer: str = "", code: int | None = None, closes: str = "") -> None:
        super().__init__(answer, code)
        self.closes = closes
