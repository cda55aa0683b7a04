"""What the room of receipts refuses. The other side is a machine: nothing about persons is ever answered."""

from shared.errors import NotFound, Refusal


class NoProvider(NotFound):
    """No provider of SMS is set: there is nobody whose receipts these could be."""


class NotGenuine(Refusal):
    """The signature is not the provider's."""

    status = 403
