"""Correcting an interpreter: the page and the API, what they refuse, and to whom."""

import threading
import uuid
from typing import Any

import pytest
from sqlalchemy import select

from services.scheduling.interpreters.models import Interpreter
from services.scheduling.interpreters.rules import add_interpreter
from services.scheduling.timetable.correcting import correct_interpreter
from tests.factories.scheduling import make_interpreter, tell_world
from tests.service_under_test import STRANGER_ORGANISATION_ID, ServiceUnderTest, post_form
from tests.services.scheduling.timetable.asking import (
    DETAILS,
    LONG,
    NEW_ADDRESS,
    arguments,
    known,
    link_of,
    link_works,
    send,
    wait_until_somebody_waits,
)

# ── the page ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_details_are_there_and_can_be_corrected(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, interpreters=1)
    client, interpreter = scheduling.signed_in(), world.interpreters[0]
    rounds = f"/events/{world.event.event_id}/interpreters/{interpreter}"
    address = f"/interpreters/{interpreter}/edit?event={world.event.event_id}"
    assert address in client.get(rounds).get_data(as_text=True)
    shown = client.get(address).get_data(as_text=True)
    assert 'value="Tolk 1"' in shown
    assert 'value="nl-uk" checked' in shown
    assert 'value="C1" checked' in shown
    answer = post_form(client, address, DETAILS)
    assert (answer.status_code, answer.location) == (303, rounds)
    assert "Олена Їжакевич-Ґалаґан has been saved." in client.get(rounds).get_data(as_text=True)
    assert known(scheduling, world) == {**DETAILS, "mobile": "+31612345678", "pairs": ["nl-ru", "nl-uk"]}


def test_page_works_without_an_event_to_go_back_to(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, interpreters=1)
    address = f"/interpreters/{world.interpreters[0]}/edit"
    answer = post_form(scheduling.signed_in(), f"{address}?event=nonsense", DETAILS)
    assert (answer.status_code, answer.location) == (303, address)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": " "}, "Fill this in."),
        ({"name": "x" * 201}, "Fill in at most 200 characters."),
        ({"email": "nobody"}, "Fill in an e-mail address"),
        ({"email": "x" * 250 + "@mail.example"}, "Fill in at most 254 characters."),
        ({"mobile": "12"}, "Fill in a telephone number"),
        ({"language": "de"}, "This choice is not in the list."),
        ({"pairs": []}, "Choose at least one pair"),
        ({"pairs": ["uk-nl"]}, "This choice is not in the list."),
        ({"pairs": ["nl-xx"]}, "This choice is not in the list."),
        ({"level": "A1"}, "This choice is not in the list."),
        ({"register_number": "1" * 41}, "Fill in at most 40 characters."),
    ],
)
def test_fault_is_beside_its_field_and_what_was_typed_stays(
    scheduling: ServiceUnderTest, change: dict[str, Any], sentence: str
) -> None:
    world = tell_world(scheduling, interpreters=1)
    before = known(scheduling, world)
    field, address = next(iter(change)), f"/interpreters/{world.interpreters[0]}/edit"
    answer = post_form(scheduling.signed_in(), address, {**DETAILS, **change})
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in shown
    assert f'href="#field-{field}"' in shown
    assert field == "register_number" or 'value="12345"' in shown
    body = send(scheduling, f"/api/interpreters/{world.interpreters[0]}", {**DETAILS, **change})
    assert body.status_code == 422
    assert field in body.get_json()["errors"]["json"]
    assert known(scheduling, world) == before


def test_address_of_somebody_else_is_refused_and_nothing_changes(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, interpreters=1)
    with scheduling.session() as session:
        other = make_interpreter(session).email
    before, link = known(scheduling, world), link_of(scheduling, world)
    scheduling.forget_outbox()
    address = f"/interpreters/{world.interpreters[0]}/edit"
    answer = post_form(scheduling.signed_in(), address, {**DETAILS, "email": other.upper()})
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "in the list already" in shown
    assert f'value="{other.upper()}"' in shown
    assert "<h1>Tolk 1</h1>" in shown
    refused = send(scheduling, f"/api/interpreters/{world.interpreters[0]}", {**DETAILS, "email": other})
    assert (refused.status_code, refused.get_json()["code"]) == (409, "interpreter_known")
    assert known(scheduling, world) == before
    assert link_works(scheduling, link)
    assert scheduling.outbox() == []


def test_two_interpreters_are_not_given_one_address_at_the_same_moment(scheduling: ServiceUnderTest) -> None:
    """What the second organiser could not see yet, the table knows."""
    first, second = (tell_world(scheduling, interpreters=1) for _ in range(2))
    found: list[str] = []

    def change_second() -> None:
        answer = send(scheduling, f"/api/interpreters/{second.interpreters[0]}", DETAILS)
        found.append(answer.get_json().get("code"))

    thread = threading.Thread(target=change_second)
    with scheduling.session() as session:
        correct_interpreter(session, first.interpreters[0], arguments(email=NEW_ADDRESS))
        thread.start()
        wait_until_somebody_waits(scheduling)
    thread.join(timeout=30)
    assert found == ["interpreter_known"]


def test_levels_that_differ_stay_unless_one_is_chosen(scheduling: ServiceUnderTest) -> None:
    tell_world(scheduling, interpreters=0)
    with scheduling.session() as session:
        both = (("uk", "nl", "C1"), ("pl", "nl", "C2"))
        interpreter = add_interpreter(session, "Marta", "marta@tolk.example", "nl", both).id
    client, address = scheduling.signed_in(), f"/interpreters/{interpreter}/edit"
    shown = client.get(address).get_data(as_text=True)
    assert "As it is now: Dutch – Polish C2, Dutch – Ukrainian C1" in shown
    typed = {**DETAILS, "email": "marta@tolk.example", "pairs": ["nl-pl", "nl-uk"], "level": ""}
    assert post_form(client, address, typed).status_code == 303
    assert levels(scheduling, interpreter) == {"nl-pl": "C2", "nl-uk": "C1"}
    added = post_form(client, address, {**typed, "pairs": ["nl-pl", "nl-uk", "en-uk"]})
    assert added.status_code == 422
    assert "the languages that you added have none yet" in added.get_data(as_text=True)
    assert 'href="#field-level"' in added.get_data(as_text=True)
    assert levels(scheduling, interpreter) == {"nl-pl": "C2", "nl-uk": "C1"}
    assert post_form(client, address, {**typed, "pairs": ["nl-uk", "en-uk"], "level": "B2"}).status_code == 303
    assert levels(scheduling, interpreter) == {"en-uk": "B2", "nl-uk": "B2"}


def levels(service: ServiceUnderTest, interpreter_id: uuid.UUID) -> dict[str, str]:
    with service.session() as session:
        interpreter = session.scalars(select(Interpreter).where(Interpreter.id == interpreter_id)).one()
        return {f"{pair.first}-{pair.second}": pair.level for pair in interpreter.pairs}


def test_name_of_two_hundred_letters_is_kept_as_it_is_written(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, interpreters=1)
    address = f"/interpreters/{world.interpreters[0]}/edit"
    assert len(LONG) <= 200
    assert post_form(scheduling.signed_in(), address, {**DETAILS, "name": LONG}).status_code == 303
    assert known(scheduling, world)["name"] == LONG


# ── who may ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_stranger_and_wrong_role_correct_nothing(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, interpreters=1)
    before, interpreter = known(scheduling, world), world.interpreters[0]
    stranger: dict[str, Any] = {"organisation_id": STRANGER_ORGANISATION_ID}
    assert scheduling.signed_in(**stranger).get(f"/interpreters/{interpreter}/edit").status_code == 404
    assert scheduling.signed_in(**stranger).get(f"/api/interpreters/{interpreter}").status_code == 404
    assert send(scheduling, f"/api/interpreters/{interpreter}", DETAILS, **stranger).status_code == 404
    assert send(scheduling, f"/api/interpreters/{interpreter}", DETAILS, roles=("desk",)).status_code == 403
    assert scheduling.signed_in("desk").get(f"/interpreters/{interpreter}/edit").status_code == 403
    ours = scheduling.signed_in()
    elsewhere = f"/interpreters/{interpreter}/edit?event={uuid.uuid4()}"
    assert ours.get(elsewhere).status_code == 404
    assert known(scheduling, world) == before
