"""Sending what is due: one message in hand at a time, each step written down before the next begins.

Claiming a message writes its attempt and its lease; then the letter is handed over; then the outcome is written. A
worker that is killed leaves a message whose lease runs out, and nothing else: it is tried again with the same
Message-ID. Once a server has accepted a letter and we could write that down, the message is never due again.
"""

import time
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from services.notifications.channels.channel import Connection, MakeChannel, PushedChannel, is_pushed
from services.notifications.channels.errors import NotHandedOver
from services.notifications.channels.registry import CHANNELS, make_channels
from services.notifications.messages.attempts import Claim, Outcome
from services.notifications.messages.claim import claim_next
from services.notifications.messages.outcome import wake_others, write_outcome
from shared import clock
from shared.settings import Settings

log = structlog.get_logger()
LONGEST_RUN = timedelta(seconds=15)
"""Then the worker looks at what else there is to do; what is left is found by the next sweep."""
DATABASE_WAITS = (0.2, 0.5, 1, 2, 4, 8, 16, 16)
"""Seconds between the tries to write an outcome down; together they end before the message's lease does."""
FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(seconds=15)
"""How long a worker leaves a channel alone whose server is away: its patience is better spent on events."""


class Sender:
    """Sends due messages. One for each process; it remembers which server was away a moment ago."""

    def __init__(self, settings: Settings, channels: Mapping[str, MakeChannel] = CHANNELS) -> None:
        self._settings = settings
        made = make_channels(settings, channels)
        self._channels: dict[str, PushedChannel] = {name: one for name, one in made.items() if is_pushed(one)}
        self._pause = FIRST_PAUSE
        self._away_until = datetime.min.replace(tzinfo=clock.now().tzinfo)

    def send_due(self, sessions: sessionmaker[Session]) -> int:
        """Send until nothing is due, the time is up or a server is away; how many letters were accepted."""
        accepted, stop_at = 0, clock.now() + LONGEST_RUN
        with ExitStack() as open_until_the_end:
            connections: dict[str, Connection] = {}
            while self._may_go_on(stop_at):
                with sessions.begin() as session:
                    claim = claim_next(session, self._settings)
                if claim is None:
                    break
                outcome = self._hand_over(claim, connections, open_until_the_end)
                self._note(outcome)
                first = outcome.kind == "accepted" and accepted == 0
                accepted += outcome.kind == "accepted"
                _write_down(sessions, claim, outcome, first)
        return accepted

    def _may_go_on(self, stop_at: datetime) -> bool:
        return self._away_until <= clock.now() < stop_at

    def _hand_over(self, claim: Claim, connections: dict[str, Connection], stack: ExitStack) -> Outcome:
        if claim.channel not in connections:
            connections[claim.channel] = stack.enter_context(self._channels[claim.channel].connect())
        try:
            taken = connections[claim.channel].send(claim.letter)
        except NotHandedOver as fault:
            # The answer may hold an address, so it is kept with the attempt and not logged.
            log.warning("not_handed_over", kind=fault.kind, code=fault.code, message_id=str(claim.message_id))
            return Outcome(fault.kind, fault.code, fault.answer, after=fault.after)
        except Exception as fault:
            log.error("unreadable", message_id=str(claim.message_id), fault=type(fault).__name__)
            return Outcome("unreadable", answer=type(fault).__name__)
        return Outcome("accepted", answer=taken.answer, provider_id=taken.provider_id)

    def _note(self, outcome: Outcome) -> None:
        """Leave a server alone that is away, twice as long each time."""
        if outcome.kind != "away":
            self._pause = FIRST_PAUSE
            return
        self._away_until = clock.now() + self._pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE)


def _write_down(sessions: sessionmaker[Session], claim: Claim, outcome: Outcome, first: bool) -> None:
    """Write down what came of it, in a transaction of its own, and stubbornly: it happened, whatever follows.

    A database that is away for a moment must not make us send again what was accepted. `first`: the first letter of
    this run that was accepted, so that the server is known to be there.
    """
    for wait in (*DATABASE_WAITS, None):
        try:
            with sessions.begin() as session:
                write_outcome(session, claim, outcome)
                if first:
                    wake_others(session, claim.channel)
            return
        except DBAPIError as fault:
            if wait is None:
                raise
            log.warning("database_away", fault=type(fault.orig).__name__, message_id=str(claim.message_id))
            time.sleep(wait)
