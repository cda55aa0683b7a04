"""Prometheus figures of the inbox: mailboxes that cannot be read, and mail that nobody is shown."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from services.notifications.inbox.mailboxes import read_place
from services.notifications.inbox.models import IncomingMail, MailboxReading
from shared import clock
from shared.settings import Settings

OF_LATE = timedelta(days=7)
"""How long mail of no region is counted: older mail is nobody's news."""


class InboxFigures(Collector):
    """Counts at the moment somebody asks; no mailbox is named, since its name is an address."""

    def __init__(self, sessions: sessionmaker[Session], settings: Settings) -> None:
        self._sessions = sessions
        self._names = [read_place(url).name for url in settings.imap_urls]

    def collect(self) -> Iterator[Metric]:
        """Two gauges."""
        with self._sessions() as session:
            faulty = len(find_faults(session, self._names))
            nobodys = count_nobodys(session, clock.now())
        yield GaugeMetricFamily("handdruk_mailboxes_faulty", "Mailboxes that could not be read the last time", faulty)
        yield GaugeMetricFamily("handdruk_mail_of_no_region", "Mail of the last seven days that is nobody's", nobodys)


def find_faults(session: Session, names: Sequence[str]) -> dict[str, str]:
    """What went wrong the last time with those of these mailboxes (`Place.name`) that could not be read."""
    faulty = select(MailboxReading.mailbox, MailboxReading.fault).where(
        MailboxReading.mailbox.in_(names), MailboxReading.fault != ""
    )
    return {row[0]: row[1] for row in session.execute(faulty.order_by(MailboxReading.mailbox))}


def count_nobodys(session: Session, now: datetime) -> int:
    """How many mails and texts came of late that no region is shown."""
    nobodys = select(func.count()).where(IncomingMail.region_id.is_(None), IncomingMail.taken_at > now - OF_LATE)
    return session.scalar(nobodys) or 0
