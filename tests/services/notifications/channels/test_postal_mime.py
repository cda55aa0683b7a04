"""Mails read by postal-mime, a parser that we did not write."""

import base64
import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from services.notifications.channels.email.mime import make_mail
from services.notifications.channels.letter import Letter, picture_id
from shared.qr import code_png
from tests.services.notifications.calendar.ical_js import find_node
from tests.services.notifications.channels.test_mime import FILE, LETTER, NAMES

SCRIPT = Path(__file__).with_name("read_mail.mjs")
FULL = replace(LETTER, picture=code_png("x"), calendar=FILE, unsubscribe="https://handdruk.example/u/x")


def _read(letter: Letter) -> dict[str, Any]:
    mail = base64.b64encode(make_mail(letter, "handdruk@example.org")).decode()
    done = subprocess.run([find_node(), str(SCRIPT)], input=mail, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_mail_shows_its_words_picture_and_calendar() -> None:
    found = _read(FULL)
    assert found["subject"] == LETTER.subject
    assert found["to"] == [{"address": LETTER.address, "name": LETTER.reader}]
    assert found["messageId"] == f"<{LETTER.mail_id}>"
    assert found["text"].split() == LETTER.text.split()
    assert "Добрий день." in found["html"]
    files = {(one["type"], one["disposition"]) for one in found["files"]}
    assert {("image/png", "inline"), ("image/png", "attachment"), ("application/ics", "attachment")} <= files
    assert f"<{picture_id(LETTER.mail_id)}>" in {one.get("id") for one in found["files"]}
    assert "REQUEST" in {one.get("method") for one in found["files"]}


@pytest.mark.parametrize("name", NAMES)
def test_names_arrive_as_they_are_written(name: str) -> None:
    found = _read(replace(LETTER, reader=name, subject=name))
    assert found["to"][0]["address"] == LETTER.address
    assert found["subject"] == name.strip()
    assert found["to"][0]["name"] == name.strip()
