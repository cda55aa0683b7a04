"""What stops an operator's command, told in a sentence."""


class CannotContinue(Exception):
    """A command cannot go on; the message says what is wrong and what to do about it."""
