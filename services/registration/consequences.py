"""What follows in the other rooms when something changed in one below them: one table, plain calls, one transaction.

A room knows none of the rooms that stand on it, so they are put together here. To add one: write
`def tell_somebody(session, event, move)` (for a move) or `def tell_somebody(session, event)` (for a cancellation) in
the room's rules and add its line below.
"""

from services.registration.candidates.erasing import WHEN_CANDIDATE_IS_ERASED
from services.registration.candidates.mending import WHEN_CANDIDATE_IS_MENDED
from services.registration.candidates.rules import WHEN_CANDIDATE_CHANGES
from services.registration.door.rules import move_phones
from services.registration.events.rules import WHEN_EVENT_IS_CANCELLED, WHEN_EVENT_MOVES
from services.registration.invitations.rules import (
    follow_candidate,
    follow_mended,
    tell_candidates_of_cancellation,
    tell_candidates_of_move,
    withdraw_erased,
)
from services.registration.stands.inviting import tell_employers_of_cancellation, tell_employers_of_move


def connect_rooms() -> None:
    """Tell the rooms below what to call; a second time changes nothing."""
    WHEN_EVENT_MOVES[:] = [tell_employers_of_move, tell_candidates_of_move, move_phones]
    WHEN_EVENT_IS_CANCELLED[:] = [tell_employers_of_cancellation, tell_candidates_of_cancellation]
    WHEN_CANDIDATE_CHANGES[:] = [follow_candidate]
    WHEN_CANDIDATE_IS_MENDED[:] = [follow_mended]
    WHEN_CANDIDATE_IS_ERASED[:] = [withdraw_erased]
