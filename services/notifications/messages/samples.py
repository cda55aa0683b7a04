"""Sample data for the preview of messages: an invented event on invented people, the same on every page."""

import base64
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from services.notifications.messages.catalogue import TEXTS
from services.notifications.messages.moves import what_moved
from shared.qr import code_png

SENDER = "Werkregio Rijn en Vecht"
MAILBOX = "meetgreet@rijnenvecht.example"
"""The region of samples that no real one is known for."""
STARTS_AT = datetime(2026, 12, 10, 12, 0, tzinfo=UTC)
PASS_CODE = "HD1:" + "A" * 115
"""As long as a real one, and valid nowhere."""
SAMPLE_LINK = "https://handdruk.example/l/" + "Voorbeeld" * 5 + "VAN"
"""As long as a real one, and leading nowhere."""

EVENT: dict[str, Any] = {
    "name": "Meet & Greet Stadsloket Zuid",
    "kind": "meet_and_greet",
    "starts_at": STARTS_AT,
    "ends_at": STARTS_AT + timedelta(hours=3, minutes=30),
    "venue": "Stadsloket Zuid",
    "address": "Beatrixlaan 12, Utrecht",
    "place": "Stadsloket Zuid, Beatrixlaan 12, Utrecht",
    "route": "Tram 22, halte Beatrixlaan. Fietsen kunt u voor de deur zetten.",
}
VALUES: dict[str, Any] = {
    "employer": "Zorggroep De Linde",
    "stand": "4",
    "vacancies": ["Helpende in de thuiszorg", "Medewerker keuken"],
    "number": 112,
    "readable_name": "Oksana Hrytsenko",
    "answer": "accepted",
    "old_starts_at": (STARTS_AT - timedelta(days=1, hours=1)).isoformat(),
    "old_place": "Buurthuis Noord, Kerkplein 1, Utrecht",
    "blocks": [
        {
            "starts_at": STARTS_AT.isoformat(),
            "ends_at": (STARTS_AT + timedelta(hours=1)).isoformat(),
            "stands": ["4 Zorggroep De Linde", "7 Bakkerij Van Dam"],
            "languages": ["uk", "nl"],
        },
        {
            "starts_at": (STARTS_AT + timedelta(minutes=75)).isoformat(),
            "ends_at": (STARTS_AT + timedelta(hours=2)).isoformat(),
            "stands": ["2 Installatiebedrijf Kramer"],
            "languages": ["ru", "nl"],
        },
    ],
}
CANDIDATE_STOPS = [
    {
        "starts_at": (STARTS_AT + timedelta(minutes=15)).isoformat(),
        "stand": "4",
        "employer": "Zorggroep De Linde",
        "interpreter": "Olena Savchuk",
    },
    {
        "starts_at": (STARTS_AT + timedelta(minutes=45)).isoformat(),
        "stand": "7",
        "employer": "Bakkerij Van Dam",
        "interpreter": None,
    },
]
EMPLOYER_STOPS = [
    {
        "starts_at": (STARTS_AT + timedelta(minutes=15)).isoformat(),
        "number": 112,
        "languages": ["uk", "ru"],
        "interpreter": "Olena Savchuk",
    },
    {
        "starts_at": (STARTS_AT + timedelta(minutes=30)).isoformat(),
        "number": 87,
        "languages": ["nl", "uk"],
        "interpreter": None,
    },
]
READERS = {"contact": "Jan de Vries", "candidate": "Оксана Гриценко", "interpreter": "Олена Савчук"}


def sample_values(name: str, organisation: str, mailbox: str, *, sparse: bool = False) -> dict[str, Any]:
    """Values for a template of the catalogue, with the reader's own region as the sender.

    `sparse`: without everything that a message may lack, and with lists that are empty.
    """
    template = TEXTS[name]
    wanted = {value.rstrip("?") for value in template.values if not (sparse and value.endswith("?"))}
    stops = {"timetable_candidate": CANDIDATE_STOPS, "timetable_employer": EMPLOYER_STOPS}
    given = {key: value for key, value in {**VALUES, "stops": stops.get(name, [])}.items() if key in wanted}
    event = EVENT
    if "blocks" in given and "interpreter" not in template.kinds[:1]:
        # The reader of the sample is no interpreter: what they lose is the whole event.
        given["blocks"] = [{**VALUES["blocks"][0], "ends_at": EVENT["ends_at"].isoformat()}]
    if sparse:
        given = {key: [] if isinstance(value, list) else value for key, value in given.items()}
        given |= {"answer": "declined"} if "answer" in given else {}
        event = {**EVENT, "route": "", "address": "", "place": EVENT["venue"]}
    return {
        **given,
        "person": {"name": READERS[template.kinds[0]]},
        "organisation": {"name": organisation, "mailbox": mailbox},
        "event": event,
        "moved": what_moved(given, event, "Europe/Amsterdam"),
        "time_zone": "Europe/Amsterdam",
        "link": SAMPLE_LINK if "link" in template.carries else None,
        "about": "https://handdruk.example/notifications/about/…",
        "has_pass": "pass" in template.carries and not sparse,
        "in_calendar": "calendar" in template.carries and not sparse,
    }


@cache
def sample_picture() -> str:
    """The QR code as an address that holds it: a page has no parts beside it, as a mail has."""
    return "data:image/png;base64," + base64.b64encode(code_png(PASS_CODE, scale=4)).decode()
