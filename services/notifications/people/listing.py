"""The list of addresses that nothing is sent to, for people who look into it."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import LazyString, lazy_gettext
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from services.notifications.people.models import Suppression
from services.notifications.people.rules import normal
from shared.digests import digests_of
from shared.paging import Paged, load_page

REASON_WORDS: dict[str, LazyString] = {
    "bounced": lazy_gettext("A message came back: nothing arrives there."),
    "complained": lazy_gettext("The reader reported our message as unwanted mail."),
    "opted_out": lazy_gettext("The person asked us to stop."),
    "by_hand": lazy_gettext("A colleague put it here."),
}


@dataclass(frozen=True)
class Listed(Paged):
    """A page of the list, newest first."""

    suppressions: Sequence[Suppression]
    total: int
    page: int


def list_suppressions(session: Session, words: str = "", page: int = 1) -> Listed:
    """Closed addresses that hold `words`. A whole address is found also when its person was erased."""
    newest = _narrow(session, words.strip()).order_by(Suppression.since.desc(), Suppression.id)
    return Listed(*load_page(session, newest, page))


def _narrow(session: Session, words: str) -> Select[Suppression]:
    live = select(Suppression).where(Suppression.lifted_at.is_(None))
    if not words:
        return live
    known = [digest for channel in ("email", "sms") for digest in digests_of(session, channel, normal(channel, words))]
    return live.where(or_(Suppression.address.icontains(words, autoescape=True), Suppression.digest.in_(known)))
