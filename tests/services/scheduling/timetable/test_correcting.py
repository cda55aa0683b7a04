"""Correcting an interpreter: the page and the API, and where links, messages and calendar entries go from then on."""

import re
import threading
import time
import uuid
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, text

from services.scheduling.events.rules import load_event
from services.scheduling.interpreters.models import Interpreter
from services.scheduling.interpreters.rules import add_interpreter, answer_engagement, find_engagement
from services.scheduling.timetable import rules
from services.scheduling.timetable.correcting import correct_interpreter
from services.scheduling.timetable.errors import PlanOutdated
from shared.events import CancelCalendarEntry, EventCancelled, MessageFailed, PutCalendarEntry, SendMessage
from shared.identity import link_address
from tests.factories.scheduling import World, make_interpreter, tell_world
from tests.queries import queries_of
from tests.service_under_test import STRANGER_ORGANISATION_ID, ServiceUnderTest, post_form
from tests.services.scheduling.timetable.test_plans import make_plan, moved, publish

NEW_ADDRESS = "olena.nova@tolk.example"
LONG = "Їжакевич-Ґалаґан O'Brien 李 " + "найдовшеслово" * 13
DETAILS: dict[str, Any] = {
    "name": "Олена Їжакевич-Ґалаґан",
    "email": NEW_ADDRESS,
    "mobile": "06 12345678",
    "language": "nl",
    "pairs": ["nl-uk", "nl-ru"],
    "level": "C2",
    "register_number": "12345",
}


def known(service: ServiceUnderTest, world: World, **changes: Any) -> dict[str, Any]:
    """The first interpreter's details as the API says them, with changes."""
    answer = service.signed_in().get(f"/api/interpreters/{world.interpreters[0]}").get_json()
    answer.pop("id")
    return {**answer, **changes}


def correct(service: ServiceUnderTest, world: World, **changes: Any) -> None:
    """Correct the first interpreter, as the API does it."""
    address = f"/api/interpreters/{world.interpreters[0]}"
    answer = send(service, address, known(service, world, **changes))
    assert answer.status_code == 200, answer.get_json()


def send(service: ServiceUnderTest, address: str, body: dict[str, Any], method: str = "PUT", **who: Any) -> Any:
    """A request of the API, with the token that a page of ours would send."""
    client = service.signed_in(*who.pop("roles", ()), **who)
    found = re.search(r'name="csrf-token" content="([^"]+)"', client.get("/look").get_data(as_text=True))
    assert found is not None
    return client.open(address, method=method, json=body, headers={"X-CSRFToken": found.group(1)})


def link_works(service: ServiceUnderTest, link_id: uuid.UUID | None) -> bool:
    assert link_id is not None
    address = link_address(service.floor.settings, link_id, "scheduling")
    path = address.removeprefix(service.floor.settings.base_url).removeprefix("/scheduling")
    return bool(service.client().get(path).status_code == 303)


def link_of(service: ServiceUnderTest, world: World) -> uuid.UUID | None:
    with service.session() as session:
        engagement = find_engagement(session, world.event.event_id, world.interpreters[0])
        assert engagement is not None
        return engagement.link_id


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


def arguments(**changes: Any) -> dict[str, Any]:
    return {"name": "Tolk", "email": NEW_ADDRESS, "language": "uk", "pairs": [("nl", "uk", "C1")], **changes}


def wait_until_somebody_waits(service: ServiceUnderTest) -> None:
    """Until a connection to the service's database waits for another."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with service.sessions() as session:
            if session.scalar(waiting):
                return
    raise AssertionError("nobody waits")


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


# ── another address ───────────────────────────────────────────────────────────────────────────────────────────


def test_the_link_at_the_old_address_ends_and_the_new_one_is_asked_again(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, interpreters=2)
    old = link_of(scheduling, world)
    assert link_works(scheduling, old)
    scheduling.forget_outbox()
    correct(scheduling, world, email=NEW_ADDRESS)
    assert not link_works(scheduling, old)
    [message] = scheduling.outbox(SendMessage)
    assert (message.template, message.person.email) == ("interpreter_invited", NEW_ADDRESS)
    assert message.link_id == link_of(scheduling, world)
    assert link_works(scheduling, message.link_id)
    assert scheduling.outbox(CancelCalendarEntry) == scheduling.outbox(PutCalendarEntry) == []


def test_whoever_came_in_by_the_old_link_is_out(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, interpreters=1)
    old = link_of(scheduling, world)
    assert old is not None
    settings, client = scheduling.floor.settings, scheduling.client()
    path = link_address(settings, old, "scheduling").removeprefix(settings.base_url).removeprefix("/scheduling")
    assert client.get(path).status_code == 303
    assert client.get(f"/my/day/{world.event.event_id}").status_code == 200
    correct(scheduling, world, email=NEW_ADDRESS)
    assert client.get(f"/my/day/{world.event.event_id}").status_code == 410


def test_the_calendar_entry_leaves_the_old_address_and_comes_to_the_new(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, interpreters=1)
    publish(scheduling, make_plan(scheduling, world))
    [entry] = scheduling.outbox(PutCalendarEntry)
    scheduling.forget_outbox()
    correct(scheduling, world, email=NEW_ADDRESS, name="Олена")
    [cancelled], [put] = scheduling.outbox(CancelCalendarEntry), scheduling.outbox(PutCalendarEntry)
    assert (cancelled.person, cancelled.key) == (entry.person, entry.key)
    assert (cancelled.version, cancelled.template) == (2, "interpreter_readdressed")
    assert (put.person.email, put.person.name) == (NEW_ADDRESS, "Олена")
    assert (put.key, put.template) == ("interpreting:1", "interpreter_roster")
    assert (put.starts_at, put.ends_at, put.values) == (entry.starts_at, entry.ends_at, entry.values)
    assert link_works(scheduling, put.link_id)
    assert not link_works(scheduling, entry.link_id)
    assert scheduling.outbox(SendMessage) == []


def test_everything_after_it_goes_to_the_new_address(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, interpreters=1)
    publish(scheduling, make_plan(scheduling, world))
    correct(scheduling, world, email=NEW_ADDRESS)
    scheduling.forget_outbox()
    scheduling.deliver(moved(world))
    [put] = scheduling.outbox(PutCalendarEntry)
    assert (put.person.email, put.key, put.template) == (NEW_ADDRESS, "interpreting:1", "event_moved")
    scheduling.deliver(EventCancelled(replace(world.event, version=3, state="cancelled")))
    [cancelled] = scheduling.outbox(CancelCalendarEntry)
    assert (cancelled.person.email, cancelled.key) == (NEW_ADDRESS, "interpreting:1")
    assert cancelled.version > put.version


def test_address_that_changes_back_gets_another_entry_again(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, interpreters=1)
    publish(scheduling, make_plan(scheduling, world))
    first = known(scheduling, world)["email"]
    correct(scheduling, world, email=NEW_ADDRESS)
    correct(scheduling, world, email=first)
    told = [(entry.person.email, entry.key) for entry in scheduling.outbox(PutCalendarEntry)]
    assert told == [(first, "interpreting"), (NEW_ADDRESS, "interpreting:1"), (first, "interpreting:2")]


def test_the_same_address_in_other_letters_and_other_details_tell_nobody(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, interpreters=1)
    publish(scheduling, make_plan(scheduling, world))
    old, email = link_of(scheduling, world), known(scheduling, world)["email"]
    scheduling.forget_outbox()
    correct(scheduling, world, email=email.upper(), mobile="0612345678", name="Олена", language="nl")
    assert scheduling.outbox() == []
    assert link_works(scheduling, old)
    assert link_works(scheduling, link_of(scheduling, world))
    assert link_of(scheduling, world) != old
    scheduling.deliver(moved(world))
    [put] = scheduling.outbox(PutCalendarEntry)
    assert (put.person.name, put.person.language, put.person.email) == ("Олена", "nl", email.upper())


def test_who_declined_is_asked_no_more_but_the_calendar_is_cleared(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, interpreters=1)
    publish(scheduling, make_plan(scheduling, world))
    with scheduling.session() as session:
        engagement = find_engagement(session, world.event.event_id, world.interpreters[0])
        assert engagement is not None
        answer_engagement(engagement, "declined", [], load_event(session, world.event.event_id))
    scheduling.forget_outbox()
    correct(scheduling, world, email=NEW_ADDRESS)
    assert [type(event) for event in scheduling.outbox()] == [CancelCalendarEntry]


def test_events_that_are_cancelled_are_not_told_again(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, interpreters=1)
    publish(scheduling, make_plan(scheduling, world))
    old = link_of(scheduling, world)
    scheduling.deliver(EventCancelled(replace(world.event, version=2, state="cancelled")))
    scheduling.forget_outbox()
    correct(scheduling, world, email=NEW_ADDRESS)
    assert scheduling.outbox() == []
    assert not link_works(scheduling, old)


def test_mail_that_did_not_arrive_is_forgotten_with_the_address(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, interpreters=1)
    event, interpreter = world.event, world.interpreters[0]
    refused = (uuid.uuid4(), "interpreter_invited", "interpreter", interpreter, "address_refused")
    scheduling.deliver(MessageFailed(event.organisation_id, event.event_id, *refused))
    page = f"/events/{event.event_id}/interpreters"
    assert "mail did not arrive" in scheduling.signed_in().get(page).get_data(as_text=True)
    correct(scheduling, world, email=NEW_ADDRESS)
    assert "mail did not arrive" not in scheduling.signed_in().get(page).get_data(as_text=True)


def test_plan_published_while_an_address_changes_goes_to_the_new_one(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, interpreters=1)
    plan_id = make_plan(scheduling, world)
    scheduling.forget_outbox()
    thread = threading.Thread(target=publish, args=(scheduling, plan_id))
    with scheduling.session() as session:
        pairs = [("nl", "uk", "C1"), ("nl", "ru", "C1")]
        correct_interpreter(session, world.interpreters[0], arguments(pairs=pairs))
        thread.start()
        wait_until_somebody_waits(scheduling)
    thread.join(timeout=30)
    [put] = scheduling.outbox(PutCalendarEntry)
    assert put.person.email == NEW_ADDRESS
    assert link_works(scheduling, put.link_id)


def test_correcting_costs_the_same_however_long_the_list_is(scheduling: ServiceUnderTest) -> None:
    few = tell_world(scheduling, interpreters=1)
    counts = []
    for number in range(2):
        with queries_of(scheduling) as statements:
            correct(scheduling, few, email=f"{number}@tolk.example")
        counts.append(len(statements))
        tell_world(scheduling, interpreters=20)
    assert counts[0] == counts[1]


def test_plan_with_languages_that_its_interpreter_does_not_speak_is_not_published(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, interpreters=1)
    plan_id = make_plan(scheduling, world)
    correct(scheduling, world, pairs=["nl-ru"])
    with scheduling.session() as session, pytest.raises(PlanOutdated):
        rules.publish_plan(session, plan_id)
