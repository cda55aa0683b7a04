"""What follows in the other rooms when an event moves or is cancelled: one table, plain calls, one transaction.

The room `events` knows none of the rooms that stand on it, so they are put together here. To add one: write
`def tell_somebody(session, event, move)` (for a move) or `def tell_somebody(session, event)` (for a cancellation) in the
room's rules and add its line below.
"""

from services.registration.events.rules import WHEN_EVENT_IS_CANCELLED, WHEN_EVENT_MOVES
from services.registration.stands.inviting import tell_employers_of_cancellation, tell_employers_of_move


def connect_rooms() -> None:
    """Tell the room `events` what to call; a second time changes nothing."""
    WHEN_EVENT_MOVES[:] = [tell_employers_of_move]
    WHEN_EVENT_IS_CANCELLED[:] = [tell_employers_of_cancellation]
