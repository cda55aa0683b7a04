"""Invented people, firms and figures for the page that shows the look; agreeing with each other from part to part."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M
from werkzeug.datastructures import MultiDict

from shared import clock
from shared.forms import Form

ZONE = "Europe/Amsterdam"
LONG_NAME = ("Maria-Magdalena van der Oudenhuijzen-Їжакевич-Ґалаґан " * 4)[:200]
LONG_WORD = "Найдовшоукраїнськогослованевистачаєбільшніжкомірки"
REFUSAL = "We cannot find this page."

IDENTITY = SimpleNamespace(
    kind="staff",
    roles=frozenset({"organiser"}),
    organisation_name="Werkregio Rijn en Vecht",
    display_name="Saskia de Wit",
)
EVENT = SimpleNamespace(
    id="0192f6c0-0000-7000-8000-000000000001",
    name="Meet & Greet Stadsloket Zuid",
    starts_at=datetime(2026, 12, 10, 12, 0, tzinfo=UTC),
    ends_at=datetime(2026, 12, 10, 15, 30, tzinfo=UTC),
    time_zone=ZONE,
    state="published",
)
PEOPLE = (
    ("Oksana Hrytsenko", "Оксана Гриценко", "uk", "24–32", "accepted"),
    ("Mykola Bondarenko", "Микола Бондаренко", "uk", "36", "sent"),
    ("Larysa Kravets", "Лариса Кравець", "ru", "24–32", "declined"),
    ("Li Wen", "李文", "en", "40", "waitlisted"),
    (LONG_NAME, LONG_WORD, "nl", "8", "no_show"),
)
FIRMS = (
    "Bakkerij Van Loenen", "Kwekerij Zonneveld", "Harmsen Techniek", "Zorggroep De Lindehof", "Helder Facilitair",
    "Lagewei Logistiek", "Hotel De Waterpoort", "Rijnkade Metaal", "Fietsenfabriek Vos", "Kinderopvang Pluim",
    "Bouwbedrijf Kortland", "Wasserij Blauwborg",
)  # fmt: skip
PLACES = (
    (16, 16), (136, 16), (256, 16), (376, 16), (496, 16), (496, 107), (496, 197), (496, 288), (376, 288), (256, 288),
    (136, 288), (16, 107),
)  # fmt: skip
PLAN = {
    "width": 616,
    "height": 376,
    "doors": [{"x": 68, "y": 376, "width": 72}],
    "areas": [
        {"x": 156, "y": 118, "width": 180, "height": 138, "label": "Waiting"},
        {"x": 352, "y": 118, "width": 108, "height": 138, "label": "Interpreters"},
    ],
    "desks": [{"x": 16, "y": 226, "width": 76, "height": 30, "label": "Desk"}],
}


def until() -> datetime:
    """A moment seven minutes and twenty seconds from now, for what counts down."""
    return clock.now() + timedelta(seconds=440)


def stands() -> list[dict[str, Any]]:
    """The twelve stands of the demo hall in the four states; stand 7 still lacks something."""
    other = {3: ("free", ""), 6: ("free", ""), 9: ("mine", "9 min"), 11: ("held", "6 min")}
    drawn = []
    for number, ((x, y), firm) in enumerate(zip(PLACES, FIRMS, strict=True), start=1):
        state, note = other.get(number, ("taken", ""))
        drawn.append(
            {
                "label": str(number), "x": x, "y": y, "width": 104, "height": 72, "state": state,
                "name": firm if state == "taken" else "", "note": note, "picked": number == 9,
                "flag": "No vacancies yet" if number == 7 else "",
                "url": f"/look/plan#stand-{number}" if state in {"free", "mine"} else "",
            }
        )  # fmt: skip
    return drawn


def rounds() -> list[dict[str, Any]]:
    """Twelve rounds of twelve minutes and three to walk."""
    first = datetime(2026, 12, 10, 12, 15, tzinfo=UTC)
    return [{"number": n + 1, "starts_at": first + timedelta(minutes=15 * n)} for n in range(12)]


def rows() -> list[dict[str, Any]]:
    """The grid of the plan: a row a stand, a cell a round; some open, a break, one short, one locked."""
    helpers = ("Olena", "Marta", "Katja", "Borys", "Lesia")
    languages = ("uk", "ru", "nl", "en", "uk", "ru", "uk")
    table = []
    for stand, firm in enumerate(FIRMS, start=1):
        cells: list[dict[str, Any]] = []
        for number in range(1, 13):
            k = stand * 7 + number * 5
            language = languages[k % 7]
            states = {(7, 5): "short", (3, 6): "break"}
            state = "open" if k % 23 == 0 else states.get((stand, number), "")
            cells.append(
                {
                    "number": 101 + k % 58,
                    "language": language,
                    "interpreter": helpers[k % 5] if language in {"uk", "ru"} else "",
                    "state": state,
                    "locked": (stand, number) == (4, 6),
                    "url": "" if state == "break" else f"/look/grid?stand={stand}&why={stand}-{number}",
                    "key": f"{stand}-{number}",
                }
            )
        table.append({"label": str(stand), "name": firm, "cells": cells})
    return table


def faulty_form() -> Form:
    """A form that was sent with mistakes, with everything that was typed."""
    form = Form(
        MultiDict(
            [
                ("job", "Fietsmonteur, leerplek"), ("name", LONG_NAME),
                ("floor_languages", "nl"), ("floor_languages", "en"),
                ("hours", "eighty"), ("interest", "yes"), ("languages_name", "uk"), ("languages_value", "C2"),
                ("languages_name", "nl"), ("languages_value", "A2"), ("remarks", "О. та її дочка (6) прийдуть разом."),
            ]
        )
    )  # fmt: skip
    form.errors = {
        "": "Somebody else changed this vacancy while you were typing.",
        "hours": "Fill in a number from 4 to 40",
        "sector": "Choose a sector",
        "start": "Choose when the work can start",
        "agreed": "Tick this box to go on",
    }
    return form


def qr_modules() -> list[list[bool]]:
    """A code that says where this page is; made by the same package as the passes."""
    code = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data("https://example.org/look")
    return code.get_matrix()
