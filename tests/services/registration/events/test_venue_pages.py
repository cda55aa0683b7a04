"""Pages about venues and the form in which stands are placed."""

from typing import Any

import pytest
from markupsafe import escape

from services.registration.events.models import FloorPlan
from services.registration.events.venues import load_floor_plan, load_venue
from tests.factories.events import make_event, make_organisation, make_venue
from tests.service_under_test import STRANGER_ORGANISATION_ID, ServiceUnderTest, post_form


def _table(plan: FloorPlan) -> dict[str, Any]:
    typed: dict[str, Any] = {"name": plan.name, "rows": str(len(plan.stands))}
    for number, stand in enumerate(plan.stands):
        for name in ("id", "label", "x", "y", "width", "height", "seats"):
            typed[f"stands-{number}-{name}"] = str(getattr(stand, name))
        typed[f"stands-{number}-power"] = "true"
    return typed


def test_venues_when_there_are_none(registration: ServiceUnderTest) -> None:
    page = registration.signed_in().get("/venues").get_data(as_text=True)
    assert "No venues yet" in page


def test_new_venue_comes_with_a_hall(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        make_organisation(session)
    client = registration.signed_in()
    typed = {"name": "Бібліотека O'Brien 李", "address": "Parkweg 12, Rijnstad", "route": "Tram 4"}
    answer = post_form(client, "/venues/new", typed)
    assert answer.status_code == 303
    page = client.get(answer.location).get_data(as_text=True)
    assert "Бібліотека O&#39;Brien 李" in page
    assert "12 stands" in page
    assert page.count("hd-stand--free") == 24  # drawn wide and narrow


def test_new_venue_with_a_name_that_is_taken_keeps_what_was_typed(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        make_venue(session, name="Stadsloket Zuid")
    typed = {"name": "Stadsloket Zuid", "address": "Ergens", "route": "Tram 4"}
    answer = post_form(registration.signed_in(), "/venues/new", typed)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "There is already a venue with this name." in page
    assert 'value="Ergens"' in page


def test_edit_venue_saves(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        venue = make_venue(session)
    typed = {"name": "Nieuw", "address": "Parkweg 14", "route": ""}
    assert post_form(registration.signed_in(), f"/venues/{venue.id}/edit", typed).status_code == 303
    with registration.session() as session:
        assert load_venue(session, venue.id).address == "Parkweg 14"
    refused = post_form(registration.signed_in(), f"/venues/{venue.id}/edit", {"name": "", "address": "x", "route": ""})
    assert refused.status_code == 422


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        (("52.0907", "5.1214"), (52.0907, 5.1214)),
        (("52,0907", " 5,1214 "), (52.0907, 5.1214)),
        (("-90", "180"), (-90.0, 180.0)),
        (("", ""), (None, None)),
    ],
)
def test_coordinates_of_a_venue_are_kept_and_shown_again(
    registration: ServiceUnderTest, typed: tuple[str, str], known: tuple[float | None, float | None]
) -> None:
    with registration.session() as session:
        venue = make_venue(session)
    address, client = f"/venues/{venue.id}/edit", registration.signed_in()
    form = {"name": "Nieuw", "address": "Parkweg 14", "latitude": typed[0], "longitude": typed[1]}
    assert post_form(client, address, form).status_code == 303
    with registration.session() as session:
        found = load_venue(session, venue.id)
        assert (found.latitude, found.longitude) == known
    page = client.get(address).get_data(as_text=True)
    assert all(f'value="{degrees}"' in page for degrees in known if degrees is not None)


@pytest.mark.parametrize(
    ("latitude", "longitude", "sentence"),
    [
        ("52.0907", "", "Fill in both coordinates, or neither."),
        ("", "5.1214", "Fill in both coordinates, or neither."),
        ("91", "5", "Fill in degrees from -90 to 90, such as 52.0907."),
        ("52", "-181", "Fill in degrees from -180 to 180, such as 5.1214."),
        ("nan", "5", "Fill in degrees from -90 to 90, such as 52.0907."),
        ("1e999", "5", "Fill in degrees from -90 to 90, such as 52.0907."),
        ("N52°5'", "5", "Fill in degrees from -90 to 90, such as 52.0907."),
    ],
)
def test_coordinates_that_are_none_are_refused_and_stay_there(
    registration: ServiceUnderTest, latitude: str, longitude: str, sentence: str
) -> None:
    with registration.session() as session:
        venue = make_venue(session)
    form = {"name": "Nieuw", "address": "Parkweg 14", "latitude": latitude, "longitude": longitude}
    answer = post_form(registration.signed_in(), f"/venues/{venue.id}/edit", form)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in page
    assert f'value="{escape(latitude)}"' in page


def test_place_stands_saves_moves_and_boxes(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        plan = make_venue(session).floor_plans[0]
        typed = _table(plan)
    typed |= {"stands-2-x": "256", "stands-2-y": "130", "stands-0-seats": "3", "stands-0-wheelchair": "true"}
    del typed["stands-1-power"]
    address = f"/venues/{plan.venue_id}/plans/{plan.id}"
    assert post_form(registration.signed_in(), address, typed).status_code == 303
    with registration.session() as session:
        stands = load_floor_plan(session, plan.venue_id, plan.id).stands
        assert (stands[2].y, stands[0].seats, stands[0].wheelchair, stands[1].power) == (130, 3, True, False)


def test_place_stands_add_and_remove_save_nothing_and_lose_nothing(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        plan = make_venue(session).floor_plans[0]
        typed = _table(plan)
    address, client = f"/venues/{plan.venue_id}/plans/{plan.id}", registration.signed_in()
    page = post_form(client, address, {**typed, "stands-0-x": "99", "do": "add"}).get_data(as_text=True)
    assert 'name="stands-12-label" value="13"' in page
    assert 'name="stands-0-x" value="99"' in page
    page = post_form(client, address, {**typed, "do": "remove-0"}).get_data(as_text=True)
    assert 'name="stands-10-label" value="12"' in page
    assert "stands-11-label" not in page
    with registration.session() as session:
        assert len(load_floor_plan(session, plan.venue_id, plan.id).stands) == 12


def test_place_stands_with_faults_says_which(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        plan = make_venue(session).floor_plans[0]
        typed = _table(plan)
    address, client = f"/venues/{plan.venue_id}/plans/{plan.id}", registration.signed_in()
    answer = post_form(client, address, {**typed, "stands-3-x": "many", "stands-4-seats": "0", "stands-5-label": ""})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="many"' in page
    assert "Fill in a whole number from 1 to 20." in page
    assert "#field-stands-5-label" in page
    answer = post_form(client, address, {**typed, "stands-3-label": "1", "stands-11-y": "370"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Another stand has this number too." in page
    assert "616 wide and 376 high" in page


def test_place_stands_in_a_hall_that_is_fixed(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        plan = make_venue(session).floor_plans[0]
        make_event(session, venue=plan.venue)
        typed = _table(plan)
    address, client = f"/venues/{plan.venue_id}/plans/{plan.id}", registration.signed_in()
    answer = post_form(client, address, typed)
    assert answer.status_code == 409
    assert "stays as it is" in answer.get_data(as_text=True)
    copied = post_form(client, f"{address}/copy", {}, page=address)
    assert copied.status_code == 303
    assert post_form(client, copied.location, {"name": "Other", "rows": "0"}).status_code == 303


def test_place_stands_drawing_shows_what_is_typed(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        plan = make_venue(session).floor_plans[0]
        typed = _table(plan)
    address = f"/venues/{plan.venue_id}/plans/{plan.id}"
    answer = post_form(
        registration.signed_in(), f"{address}/drawing", {**typed, "stands-0-x": "77", "stands-1-x": "?"}, address
    )
    page = answer.get_data(as_text=True)
    assert 'x="77"' in page
    assert page.count("hd-stand--free") == 22


def test_place_stands_with_senseless_counts(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        plan = make_venue(session).floor_plans[0]
    address, client = f"/venues/{plan.venue_id}/plans/{plan.id}", registration.signed_in()
    for rows in ("-1", "x", str(2**31), "201"):
        answer = post_form(client, address, {"name": "Hall", "rows": rows, "do": "add"})
        assert answer.status_code == 200
    assert post_form(client, address, {"name": "Hall", "rows": "201"}).status_code == 422


def test_venue_of_another_organisation(registration: ServiceUnderTest) -> None:
    with registration.session(STRANGER_ORGANISATION_ID) as session:
        plan = make_venue(session).floor_plans[0]
    client = registration.signed_in()
    for path in ("", "/edit", f"/plans/{plan.id}"):
        assert client.get(f"/venues/{plan.venue_id}{path}").status_code == 404
