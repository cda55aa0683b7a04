"""The states of an invitation and which answer leads where. Values in, values out."""

from services.registration.invitations.errors import AnswerUnknown

OPEN = frozenset({"drafted", "sent", "accepted", "declined", "waitlisted"})
"""States from which an answer can still come."""
TOLD = frozenset({"sent", "accepted", "waitlisted"})
"""States in which the person counts on the event and hears when it moves or is cancelled."""
COMING = frozenset({"accepted", "attended"})
ANSWERS = frozenset({"accepted", "declined", "waitlisted"})
FOR_PLANNING = {"accepted": "accepted", "attended": "accepted", "declined": "declined"}
"""What planning is told; every other state takes the person out of the plan again."""


def decide_answer(present: str, answer: str, by_staff: bool, is_full: bool) -> str:
    """The state that follows an answer. A yes when all places are taken leads to the waiting list.

    Only staff put somebody on the waiting list or take them off it. Raises AnswerUnknown.
    """
    if present not in OPEN or answer not in ANSWERS or (answer == "waitlisted" and not by_staff):
        raise AnswerUnknown
    if answer != "accepted" or present == "accepted" or by_staff:
        return answer
    return "waitlisted" if is_full else "accepted"


def planning_state(state: str) -> str:
    """accepted, declined or withdrawn: the state in the event InvitationAnswered."""
    return FOR_PLANNING.get(state, "withdrawn")
