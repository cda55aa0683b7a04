"""Sending what is due: one letter at a time, each step written down before the next begins.

A few letters are made ready at once. Then each in turn: its attempt and its lease are written, it is handed over, and
what came of it is written together with the beginning of the next. A worker that is killed leaves one message whose
lease runs out and some that were never begun. The one is tried again with the same Message-ID, the others go as if
nothing had been. Once a server has accepted a letter and we could write that down, the message is never due again
(docs/decisions/0010-what-a-send-promises.md).
"""

import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from services.notifications.channels.channel import Connection, MakeChannel, is_pushed
from services.notifications.channels.errors import AddressRefused, NotHandedOver
from services.notifications.channels.pace import let_rest, take_turn
from services.notifications.channels.registry import CHANNELS, make_channels
from services.notifications.messages.attempts import Claim, Ended, Outcome
from services.notifications.messages.claim import claim_letters
from services.notifications.messages.gate import A_TURN_SOON, Gate
from services.notifications.messages.outcome import begin_attempt, put_back, wake_others, write_outcome
from shared import clock
from shared.settings import Settings

log = structlog.get_logger()
LONGEST_RUN = timedelta(seconds=15)
"""Then the worker looks at what else there is to do; what is left is found by the next sweep."""
DATABASE_WAITS = (0.2, 0.5, 1, 2, 4, 8, 16, 16)
"""Seconds between the tries to write an outcome down; together they end before the message's lease does."""
MOST_AT_ONCE = 32
A_MOMENT = timedelta(seconds=2)


class Sender:
    """Sends due messages. One for each process; it remembers which server was away a moment ago."""

    def __init__(self, settings: Settings, channels: Mapping[str, MakeChannel] = CHANNELS) -> None:
        self._settings = settings
        self._gate = Gate(make_channels(settings, channels))
        self._at_once = 1

    def send_due(self, sessions: sessionmaker[Session]) -> int:
        """Send until nothing is due or the time is up; how many letters were accepted."""
        accepted, stop_at = 0, clock.now() + LONGEST_RUN
        with ExitStack() as open_until_the_end:
            post = Post(sessions, self._gate, open_until_the_end)
            while clock.now() < stop_at:
                with sessions.begin() as session:
                    claims = claim_letters(session, self._settings, self._gate, self._at_once)
                if not claims:
                    break
                began = clock.now()
                accepted += post.send_each(claims, stop_at)
                self._adapt(len(claims), clock.now() - began)
        return accepted

    def _adapt(self, count: int, taken: timedelta) -> None:
        """As many letters at once as go in a moment: a slow server gets few, so that none waits for another."""
        self._at_once = min(count * 2, MOST_AT_ONCE) if taken < A_MOMENT else max(1, count // 2)


class Post:
    """The connections of one run, and what is sent through them."""

    def __init__(self, sessions: sessionmaker[Session], gate: Gate, open_until_the_end: ExitStack) -> None:
        self._sessions, self._gate, self._stack = sessions, gate, open_until_the_end
        self._connections: dict[str, Connection] = {}
        self._known_there: set[str] = set()
        """channels whose server took a letter in this run"""

    def send_each(self, claims: Sequence[Claim], stop_at: datetime) -> int:
        """Send these letters, as far as they are still ours and may go; how many were accepted."""
        accepted, ended = 0, None
        left: list[Claim] = []
        for claim in claims:
            if clock.now() >= stop_at or not self._has_turn(claim.channel):
                left.append(claim)
                continue
            attempt_id, ended = self._write_down(ended, claim), None
            if attempt_id is not None:
                outcome = self._hand_over(claim)
                self._gate.note(claim.channel, outcome.kind, clock.now())
                accepted += outcome.kind == "accepted"
                ended = Ended(claim, attempt_id, outcome)
        if ended is not None or left:
            self._write_down(ended, None, left)
        return accepted

    def _has_turn(self, channel: str) -> bool:
        """May a letter go through this channel, now or in a moment? Waits for the moment."""
        if self._gate.is_away(channel, clock.now()):
            return False
        pace = self._gate.channels[channel].pace
        while pace is not None:
            with self._sessions.begin() as session:
                seconds = take_turn(session, channel, pace)
            if seconds == 0:
                return True
            if seconds > A_TURN_SOON:
                return False
            time.sleep(seconds)
        return True

    def _hand_over(self, claim: Claim) -> Outcome:
        channel = self._gate.channels[claim.channel]
        assert is_pushed(channel)
        if claim.channel not in self._connections:
            self._connections[claim.channel] = self._stack.enter_context(channel.connect())
        try:
            taken = self._connections[claim.channel].send(claim.letter)
        except NotHandedOver as fault:
            # The answer may hold an address, so it is kept with the attempt and not logged.
            log.warning("not_handed_over", kind=fault.kind, code=fault.code, message_id=str(claim.message_id))
            closes = fault.closes if isinstance(fault, AddressRefused) else ""
            return Outcome(fault.kind, fault.code, fault.answer, after=fault.after, closes=closes)
        except Exception as fault:
            log.error("unreadable", message_id=str(claim.message_id), fault=type(fault).__name__)
            return Outcome("unreadable", answer=type(fault).__name__)
        return Outcome("accepted", answer=taken.answer, provider_id=taken.provider_id)

    def _write_down(self, ended: Ended | None, following: Claim | None, left: Sequence[Claim] = ()) -> int | None:
        """In one transaction what came of a letter and that the next one begins; the next one's attempt if it is ours.

        Stubbornly where something happened that must not be forgotten: a database that is away for a moment must not
        make us send again what was accepted. `left`: letters in hand that will not be begun here.
        """
        for wait in (*DATABASE_WAITS, None):
            try:
                with self._sessions.begin() as session:
                    if ended is not None:
                        self._write_outcome(session, ended)
                    put_back(session, left)
                    return begin_attempt(session, following) if following is not None else None
            except DBAPIError as fault:
                if wait is None or ended is None:
                    raise
                log.warning("database_away", fault=type(fault.orig).__name__, message_id=str(ended.claim.message_id))
                time.sleep(wait)
        return None

    def _write_outcome(self, session: Session, ended: Ended) -> None:
        channel, outcome = ended.claim.channel, ended.outcome
        write_outcome(session, ended)
        if outcome.after is not None:
            let_rest(session, channel, outcome.after)
        if outcome.kind == "accepted" and channel not in self._known_there:
            wake_others(session, channel)
            self._known_there.add(channel)
