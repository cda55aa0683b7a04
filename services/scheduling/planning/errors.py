"""The refusals of this room: input that is no problem or no plan, and a planner that died."""


class InvalidInput(ValueError):
    """A value that cannot be used, with the path of the field: `candidates[3].rounds: …`."""

    def __init__(self, path: str, what: str) -> None:
        self.path = path
        self.what = what
        super().__init__(f"{path}: {what}" if path else what)


class PlannerFailed(RuntimeError):
    """The planner's process ended without a plan: killed, out of memory, or a fault of ours. Asking again may help."""
