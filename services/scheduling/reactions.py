"""What the scheduling service does when something happened: event → reaction, one table."""

from shared.inbox import Reactions

REACTIONS: Reactions = {}
