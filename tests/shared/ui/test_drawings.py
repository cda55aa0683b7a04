"""What the drawings say: names on the floor plan, labels under the bars of a chart."""

import re
from itertools import pairwise
from typing import Any

from tests.service_under_test import ServiceUnderTest

HALL = {"width": 616, "height": 376, "areas": [], "desks": [], "doors": []}


def draw(service: ServiceUnderTest, template: str, macro: str, *values: Any) -> str:
    """What a macro of the look draws."""
    with service.app.test_request_context():
        module = service.app.jinja_env.get_template(template).make_module({})
        return str(getattr(module, macro)(*values))


def lines_on_stand(service: ServiceUnderTest, name: str) -> list[str]:
    """The lines of a name as the wide drawing has them."""
    stand = {"label": "4", "x": 376, "y": 16, "width": 104, "height": 72, "state": "taken", "name": name}
    wide = draw(service, "ui/plan.html", "floor_plan", HALL, [stand], "Hall").split("hd-plan__narrow")[0]
    return [line.strip() for line in re.findall(r"<tspan[^>]*>([^<]*)</tspan>", wide)]


def test_a_name_of_words_breaks_between_them(registration: ServiceUnderTest) -> None:
    assert lines_on_stand(registration, "Zorggroep De Lindehof") == ["Zorggroep De", "Lindehof"]


def test_a_word_that_fits_no_line_is_cut_with_a_sign(registration: ServiceUnderTest) -> None:
    for name in ("Arbeidsongeschiktheidsverzekeringsmaatschappij", "Bouwbedrijf Verwarmingsinstallatietechniek"):
        lines = lines_on_stand(registration, name)
        assert lines[-1].endswith("…")
        assert name.startswith(lines[0].removesuffix("…"))


def test_labels_under_narrow_bars_leave_each_other_room(registration: ServiceUnderTest) -> None:
    days = [(f"wo {day}", day) for day in range(12, 18)] + [("vandaag", 3)]
    drawn = draw(registration, "ui/chart.html", "bars", "Answers", days, "Answers", "Day")
    narrow = drawn.split("hd-chart__narrow")[1].split("</svg>")[0]
    labels = re.findall(r'<text x="([\d.]+)" y="\d+" text-anchor="(\w+)">([^<]*)<', narrow)
    assert labels[-1][2] == "vandaag"
    ends = [_span(float(x), anchor, words) for x, anchor, words in labels]
    assert all(left[1] < right[0] for left, right in pairwise(ends))
    assert len(re.findall("is-figure", narrow)) == len(days)


def _span(x: float, anchor: str, words: str) -> tuple[float, float]:
    """Where a label of 13 px begins and ends: seven units a letter."""
    long = 7 * len(words)
    start = x - {"start": 0.0, "middle": long / 2, "end": float(long)}[anchor]
    return start, start + long
