"""The mails that people get, from the command to the bytes: pictures, links, names, languages."""

import io
import re
import uuid
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import zxingcpp
from PIL import Image

from shared import clock
from shared.identity.links import link_address
from tests.factories.notifications import LINK_ID, facts, person, put_entry, send_message, tell
from tests.mail import Received
from tests.services.notifications.conftest import Post

PASS_CODE = "HD1:AbCdEf0123456789_-" * 5
NAMES = [
    "Марія Їжакевич-Ґалаґан",
    "O'Brien",
    "李",
    "Ю" * 200,
    "Ann\r\nBcc: all@example.org",
    "- [x](http://evil.example)",
]


def _sent(post: Post) -> Received:
    assert post.send() == 1
    return post.mail.received[-1]


def _decode(png: bytes) -> str:
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(png)), formats=zxingcpp.BarcodeFormat.QRCode)
    return str(code.text)


def test_code_is_shown_inside_the_mail_and_attached(post: Post) -> None:
    event = tell(post.service, facts())
    post.service.deliver(send_message(event, pass_code=PASS_CODE))
    mail = _sent(post)
    shown, attached = (mail.part("image/png", number) for number in (0, 1))
    assert f'src="cid:{shown["Content-ID"].strip("<>")}"' in mail.html
    assert _decode(shown.get_content()) == _decode(attached.get_content()) == PASS_CODE
    assert "http" not in re.findall(r'<img src="([^"]+)"', mail.html)[0], "pictures from elsewhere are not shown"


def test_code_reads_at_the_size_that_the_mail_shows_it_in(post: Post) -> None:
    event = tell(post.service, facts())
    post.service.deliver(send_message(event, pass_code="HD1:" + uuid.uuid4().hex * 3 + "x" * 18))
    mail = _sent(post)
    picture = Image.open(io.BytesIO(mail.part("image/png").get_content())).convert("L").resize((260, 260))
    (code,) = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    assert code.text.startswith("HD1:")


@pytest.mark.parametrize("service", ["registration", "scheduling"])
def test_link_leads_to_the_service_that_gave_it(post: Post, service: str) -> None:
    event = tell(post.service, facts())
    post.service.deliver(send_message(event, link_service=service))
    mail = _sent(post)
    address = link_address(post.service.floor.settings, LINK_ID, service)
    assert f"\r\n{address}" in mail.text.replace("\n", "\r\n").replace("\r\r", "\r")
    assert f'href="{address}"' in mail.html


@pytest.mark.parametrize(
    ("language", "words"),
    [("nl", "Wij nodigen u uit"), ("en", "We invite you"), ("uk", "Запрошуємо Вас"), ("ru", "Приглашаем Вас"),
     ("pl", "Wij nodigen u uit")],
)  # fmt: skip
def test_mail_comes_in_the_persons_language(post: Post, language: str, words: str) -> None:
    event = tell(post.service, facts())
    post.service.deliver(send_message(event, person=person(language=language)))
    mail = _sent(post)
    assert words in mail.text
    assert words in mail.html
    assert mail.mail["Content-Language"] == (language if language != "pl" else "nl")


@pytest.mark.parametrize("name", NAMES)
def test_names_are_words_wherever_they_stand(post: Post, name: str) -> None:
    event = tell(post.service, facts(name=f"Event {name}", venue=name))
    reader = person("contact", name=name, language="nl")
    post.service.deliver(
        put_entry(event, person=reader, values={"employer": name, "stand": name, "vacancies": [name, name]})
    )
    mail = _sent(post)
    said = " ".join(name.split())
    assert "".join(said.split()) in "".join(mail.text.split())
    assert mail.mail["Bcc"] is None
    assert 'href="http://evil' not in mail.html
    assert mail.text.count("## ") == 0
    assert mail.address == reader.email


def _in_forty_days(hour: int, zone: str) -> datetime:
    """At this hour on the zone's own clock, in summer and in winter."""
    day = clock.now().astimezone(ZoneInfo(zone)) + timedelta(days=40)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


def test_time_and_place_stand_in_text_and_html(post: Post) -> None:
    event = tell(post.service, facts(starts_at=_in_forty_days(13, "Europe/Amsterdam")))
    post.service.deliver(send_message(event, person=person(language="nl")))
    mail = _sent(post)
    for words in ("13:00–16:30", "Stadsloket Zuid, Beatrixlaan 12, Utrecht", "Tram 22"):
        assert words in mail.text
        assert words in mail.html


@pytest.mark.parametrize(("zone", "hours"), [("Europe/Kyiv", "14:00–17:30"), ("Asia/Tokyo", "21:00–00:30")])
def test_times_are_those_of_the_events_clock(post: Post, zone: str, hours: str) -> None:
    starts_at = _in_forty_days(int(hours[:2]), zone).astimezone(UTC)
    event = tell(post.service, facts(time_zone=zone, starts_at=starts_at))
    post.service.deliver(send_message(event, person=person(language="nl")))
    assert hours in _sent(post).text


def test_html_needs_nothing_from_elsewhere(post: Post) -> None:
    event = tell(post.service, facts())
    post.service.deliver(send_message(event, pass_code=PASS_CODE))
    html = _sent(post).html
    assert not re.search(r"<(script|link|iframe|form|object)", html)
    assert not re.search(r"url\(|@import|src=\"http", html)
    assert '<html lang="uk">' in html


def test_footer_says_who_wrote_and_why(post: Post) -> None:
    event = tell(post.service, facts())
    post.service.deliver(send_message(event, person=person(language="nl")))
    text = _sent(post).text.replace("\r\n", "\n")
    assert "\n-- \nDit bericht is van Werkregio Rijn en Vecht." in text
    assert "U krijgt dit bericht omdat" in text
