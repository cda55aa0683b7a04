"""Which answer leads to which state."""

import pytest

from services.registration.invitations.errors import AnswerUnknown
from services.registration.invitations.states import ANSWERS, OPEN, decide_answer, planning_state


@pytest.mark.parametrize("present", sorted(OPEN))
@pytest.mark.parametrize("by_staff", [True, False])
def test_an_open_invitation_is_accepted_or_declined(present: str, by_staff: bool) -> None:
    assert decide_answer(present, "accepted", by_staff, is_full=False) == "accepted"
    assert decide_answer(present, "declined", by_staff, is_full=False) == "declined"


def test_a_yes_when_all_places_are_taken_waits() -> None:
    assert decide_answer("sent", "accepted", by_staff=False, is_full=True) == "waitlisted"
    assert decide_answer("declined", "accepted", by_staff=False, is_full=True) == "waitlisted"


def test_who_has_a_place_keeps_it() -> None:
    assert decide_answer("accepted", "accepted", by_staff=False, is_full=True) == "accepted"


def test_staff_decide_over_the_last_place() -> None:
    assert decide_answer("waitlisted", "accepted", by_staff=True, is_full=True) == "accepted"


def test_only_staff_put_somebody_on_the_waiting_list() -> None:
    assert decide_answer("sent", "waitlisted", by_staff=True, is_full=False) == "waitlisted"
    with pytest.raises(AnswerUnknown):
        decide_answer("sent", "waitlisted", by_staff=False, is_full=False)


@pytest.mark.parametrize("present", ["attended", "no_show"])
@pytest.mark.parametrize("answer", sorted(ANSWERS))
def test_what_happened_cannot_be_answered(present: str, answer: str) -> None:
    with pytest.raises(AnswerUnknown):
        decide_answer(present, answer, by_staff=True, is_full=False)


@pytest.mark.parametrize("answer", ["attended", "no_show", "sent", "", "perhaps"])
def test_other_words_are_no_answers(answer: str) -> None:
    with pytest.raises(AnswerUnknown):
        decide_answer("sent", answer, by_staff=True, is_full=False)


def test_planning_hears_who_is_in_and_who_is_out() -> None:
    told = {state: planning_state(state) for state in ("accepted", "attended", "declined", "waitlisted", "sent")}
    assert told == {
        "accepted": "accepted",
        "attended": "accepted",
        "declined": "declined",
        "waitlisted": "withdrawn",
        "sent": "withdrawn",
    }
