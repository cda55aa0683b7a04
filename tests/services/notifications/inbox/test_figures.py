"""What an operator's figures say of the inbox."""

from dataclasses import replace
from datetime import timedelta

from services.notifications.inbox.figures import OF_LATE, InboxFigures, count_nobodys, find_faults
from services.notifications.inbox.models import IncomingMail, MailboxReading
from services.notifications.inbox.taking import take_mail
from shared import clock
from tests.factories import incoming
from tests.factories.notifications import organisation
from tests.service_under_test import STRANGER_ORGANISATION_ID, ServiceUnderTest

URLS = ("imaps://one:secret@imap.example.org/INBOX", "imaps://two:secret@imap.example.org/INBOX")
ONE, TWO = "one@imap.example.org:993/INBOX", "two@imap.example.org:993/INBOX"


def _read(service: ServiceUnderTest) -> dict[str, float]:
    figures = InboxFigures(service.sessions, replace(service.floor.settings, imap_urls=URLS))
    return {metric.name: metric.samples[0].value for metric in figures.collect()}


def test_mailboxes_with_a_fault_are_counted_those_of_the_settings_only(notifications: ServiceUnderTest) -> None:
    assert _read(notifications)["handdruk_mailboxes_faulty"] == 0
    with notifications.sessions.begin() as session:
        session.add(MailboxReading(mailbox=ONE, fault="error"))
        session.add(MailboxReading(mailbox=TWO, read_at=clock.now()))
        session.add(MailboxReading(mailbox="left@imap.example.org:993/INBOX", fault="error"))
    assert _read(notifications)["handdruk_mailboxes_faulty"] == 1
    with notifications.sessions() as session:
        assert find_faults(session, [ONE, TWO]) == {ONE: "error"}


def test_mail_of_no_region_is_counted_for_a_week(notifications: ServiceUnderTest) -> None:
    notifications.deliver(organisation(mailbox="een@example.org"))
    notifications.deliver(organisation(organisation_id=STRANGER_ORGANISATION_ID, mailbox="twee@example.org"))
    for to in ("een@example.org", "niemand@example.org"):
        with notifications.sessions.begin() as session:
            take_mail(session, incoming.mail("Een brief", To=to), "imap", "", clock.now())
    assert _read(notifications)["handdruk_mail_of_no_region"] == 1
    with notifications.sessions() as session:
        assert session.query(IncomingMail).count() == 2
        assert count_nobodys(session, clock.now() + OF_LATE + timedelta(seconds=1)) == 0


def test_figures_stand_among_the_services_own_and_name_no_mailbox(notifications: ServiceUnderTest) -> None:
    said = notifications.client().get("/metrics").get_data(as_text=True)
    assert "handdruk_mailboxes_faulty 0.0" in said
    assert "handdruk_mail_of_no_region 0.0" in said
    assert "example.org" not in said
