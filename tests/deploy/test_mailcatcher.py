"""The mail catcher: what is sent to it can be read back, and a stranger's HTML does no harm."""

import smtplib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from email.utils import make_msgid
from http.client import HTTPConnection
from pathlib import Path

import pytest

from deploy.servers.mailcatcher.store import MailStore
from deploy.servers.ports import LOOPBACK, accepts, choose_free
from deploy.servers.waiting import wait_for
from services.notifications.channels.sms.channel import make_sms_channel
from shared.clock import now
from shared.settings import Service, Settings
from tests.services.notifications.channels.test_mime import LETTER
from tests.stack import ROOT, Inbox

PICTURE = b"\x89PNG\r\n\x1a\n not a real picture \x00\xff"
CALENDAR = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"


class Catcher:
    """A running catcher and how to send to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.smtp_port, self.page_port = choose_free(2)
        self.inbox = Inbox(f"http://{LOOPBACK}:{self.page_port}")

    def send(self, message: EmailMessage, to: list[str]) -> None:
        with smtplib.SMTP(LOOPBACK, self.smtp_port, timeout=10) as server:
            server.send_message(message, "handdruk@example.org", to)

    def get(self, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
        connection = HTTPConnection(LOOPBACK, self.page_port, timeout=10)
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        found = answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        connection.close()
        return found


@pytest.fixture(scope="module")
def catcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catcher]:
    made = Catcher(tmp_path_factory.mktemp("catcher") / "mail")
    words = [
        "mail",
        "--folder",
        str(made.folder),
        "--smtp-port",
        str(made.smtp_port),
        "--page-port",
        str(made.page_port),
    ]
    process = subprocess.Popen([sys.executable, "-m", "deploy.command", *words], cwd=ROOT)
    assert wait_for(lambda: accepts(made.smtp_port) and accepts(made.page_port), 30)
    yield made
    process.terminate()
    assert process.wait(30) == 0


def _invitation(to: str, subject: str = "Запрошення на зустріч") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Handdruk <handdruk@example.org>"
    message["To"] = f"Ганна Їжакевич-Ґалаґан <{to}>"
    message["Subject"] = subject
    picture = make_msgid(domain="example.org")
    message.set_content("Вітаємо: https://example.org/invitation/abc\n")
    message.add_alternative(f'<p>Вітаємо <img src="cid:{picture[1:-1]}"><script>alert(1)</script></p>', subtype="html")
    message.get_payload()[1].add_related(PICTURE, "image", "png", cid=picture)  # type: ignore[index, union-attr]
    message.add_attachment(CALENDAR.encode(), "text", "calendar", filename="invite.ics", params={"method": "REQUEST"})
    return message


def test_mail_comes_back_as_it_was_sent(catcher: Catcher) -> None:
    catcher.send(_invitation("hanna@example.org"), ["hanna@example.org"])
    [mail] = catcher.inbox.wait_for("hanna@example.org", "Запрошення")
    assert mail.links() == ["https://example.org/invitation/abc"]
    assert mail.content("image/png") == PICTURE
    assert mail.content("text/calendar").decode() == CALENDAR
    assert mail.html is not None
    assert "Вітаємо" in mail.html
    raw = catcher.get(f"/mail/{mail.id}/raw")[2]
    assert b"X-Envelope-To: hanna@example.org\r\n" in raw


def test_recipient_is_who_the_envelope_names(catcher: Catcher) -> None:
    catcher.send(_invitation("shown@example.org"), ["real@example.org", "Second@example.org"])
    assert catcher.inbox.wait_for("real@example.org")[0].to == ["real@example.org", "Second@example.org"]
    assert len(catcher.inbox.mails("second@example.org")) == 1
    assert catcher.inbox.mails("shown@example.org") == []


def test_html_of_a_mail_is_shown_without_power(catcher: Catcher) -> None:
    catcher.send(_invitation("power@example.org"), ["power@example.org"])
    [mail] = catcher.inbox.wait_for("power@example.org")
    status, headers, page = catcher.get(f"/mail/{mail.id}/html")
    assert status == 200
    policy = headers["content-security-policy"]
    assert policy.startswith("sandbox ")
    assert "allow-scripts" not in policy
    assert "default-src 'none'" in policy
    assert f'src="/mail/{mail.id}/part/2"'.encode() in page
    outside = catcher.get(f"/mail/{mail.id}")[2].decode()
    assert '<iframe sandbox="allow-popups' in outside
    assert "<script>" not in outside


def test_subject_and_addresses_are_escaped_on_the_pages(catcher: Catcher) -> None:
    catcher.send(_invitation("escape@example.org", "<b>bold</b> & more"), ["escape@example.org"])
    catcher.inbox.wait_for("escape@example.org")
    page = catcher.get("/?to=escape@example.org")[2].decode()
    assert "&lt;b&gt;bold&lt;/b&gt; &amp; more" in page


@pytest.mark.parametrize(
    "path", ["/mail/unknown", "/mail/..%2f..%2fetc%2fpasswd", "/mail/%00", "/api/mails/x", "/nothing"]
)
def test_mail_that_is_not_there_is_not_found(catcher: Catcher, path: str) -> None:
    assert catcher.get(path)[0] == 404


def test_part_that_is_not_there_is_not_found(catcher: Catcher) -> None:
    catcher.send(_invitation("part@example.org"), ["part@example.org"])
    [mail] = catcher.inbox.wait_for("part@example.org")
    assert catcher.get(f"/mail/{mail.id}/part/99")[0] == 404


def test_other_names_for_this_machine_get_nothing(catcher: Catcher) -> None:
    assert catcher.get("/", Host="attacker.example")[0] == 400
    assert catcher.get("/", Host=f"localhost:{catcher.page_port}")[0] == 200


def test_other_sites_cannot_delete_mail(catcher: Catcher) -> None:
    catcher.send(_invitation("delete@example.org"), ["delete@example.org"])
    catcher.inbox.wait_for("delete@example.org")
    assert catcher.get("/empty", "POST", Sec_Fetch_Site="cross-site")[0] == 403
    assert catcher.inbox.mails("delete@example.org")
    assert catcher.get("/empty", "POST", Sec_Fetch_Site="same-origin")[0] == 303
    assert catcher.inbox.mails() == []


def test_line_breaks_in_an_address_make_no_header(tmp_path: Path) -> None:
    store = MailStore(tmp_path)
    name = store.add(
        "a@example.org\r\nSubject: forged", ["b@example.org\nX-Envelope-To: c@example.org"], b"Subject: real\r\n\r\nHi"
    )
    mail = store.read(name)
    assert mail is not None
    assert mail.subject == "real"
    assert mail.recipients == ("b@example.org X-Envelope-To: c@example.org",)


def test_sms_is_caught_and_shown_like_a_mail(catcher: Catcher, all_settings: dict[Service, Settings]) -> None:
    settings = replace(
        all_settings["notifications"],
        sms_url=f"http://demo@{LOOPBACK}:{catcher.page_port}?from=Handdruk",
        sms_secret="x",
    )
    channel = make_sms_channel(settings)
    assert channel is not None
    letter = replace(LETTER, mobile="+31612345678", short="Запрошення: 10 грудня 13:00", written_at=now())
    with channel.connect() as connection:
        taken = connection.send(letter)
        again = connection.send(replace(letter, perhaps_sent=True))
    assert again.provider_id == taken.provider_id, "it is found, as at a real provider"
    _, _, page = catcher.get("/?to=%2B31612345678")
    assert "Запрошення: 10 грудня 13:00" in page.decode()
    status, _, _ = catcher.get("/2010-04-01/Accounts/demo/Messages.json", "POST")
    assert status == 401
