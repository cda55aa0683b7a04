"""Asking interpreters: forms that keep what was typed, refusals beside their field, each told once."""

from typing import Any

import pytest

from services.scheduling.interpreters.rules import load_engagements
from shared.events import MessageFailed, SendMessage
from tests.factories.scheduling import make_interpreter, tell_world
from tests.queries import count_queries
from tests.service_under_test import ServiceUnderTest, post_form

VALID: dict[str, Any] = {
    "name": "Олена Їжакевич-Ґалаґан",
    "email": "olena@tolk.example",
    "mobile": "06 12345678",
    "language": "uk",
    "pairs": ["nl-uk", "nl-ru"],
    "level": "C1",
    "rounds": ["0", "1", "2"],
}


def test_new_interpreter_is_asked_once_with_a_link(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, interpreters=0)
    scheduling.forget_outbox()
    answer = post_form(scheduling.signed_in(), f"/events/{world.event.event_id}/interpreters/new", VALID)
    assert answer.status_code == 303
    [message] = scheduling.outbox(SendMessage)
    assert (message.template, message.link_service) == ("interpreter_invited", "scheduling")
    assert message.person.mobile == "+31612345678"
    assert message.link_id is not None
    shown = scheduling.signed_in().get(f"/events/{world.event.event_id}/interpreters").get_data(as_text=True)
    assert "Олена Їжакевич-Ґалаґан" in shown
    assert "3 of 6" in shown


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": " "}, "Fill this in."),
        ({"name": "x" * 201}, "Fill in at most 200 characters."),
        ({"email": "nobody"}, "Fill in an e-mail address"),
        ({"mobile": "12"}, "Fill in a telephone number"),
        ({"pairs": []}, "Choose at least one pair"),
        ({"rounds": []}, "Choose at least one round."),
        ({"rounds": ["99"]}, "This event has no such round."),
        ({"rounds": ["x"]}, "Fill in a whole number."),
        ({"language": "de"}, "This choice is not in the list."),
    ],
)
def test_fault_is_beside_its_field_and_what_was_typed_stays(
    scheduling: ServiceUnderTest, change: dict[str, Any], sentence: str
) -> None:
    world = tell_world(scheduling, interpreters=0)
    answer = post_form(scheduling.signed_in(), f"/events/{world.event.event_id}/interpreters/new", {**VALID, **change})
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in shown
    assert f'href="#field-{next(iter(change))}"' in shown
    assert 'value="C1" checked' in shown
    with scheduling.session() as session:
        assert load_engagements(session, world.event.event_id) == []


def test_interpreter_with_a_known_address_is_pointed_out(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, interpreters=0)
    address = f"/events/{world.event.event_id}/interpreters/new"
    post_form(scheduling.signed_in(), address, VALID)
    answer = post_form(scheduling.signed_in(), address, {**VALID, "email": "OLENA@tolk.example"})
    assert "in the list already" in answer.get_data(as_text=True)


def test_interpreter_from_the_list_is_asked_and_the_rounds_can_change(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, interpreters=0)
    with scheduling.session() as session:
        interpreter_id = make_interpreter(session).id
    scheduling.forget_outbox()
    base = f"/events/{world.event.event_id}/interpreters"
    client = scheduling.signed_in()
    assert post_form(client, f"{base}/ask", {"interpreter": interpreter_id, "rounds": ["1"]}).status_code == 303
    assert post_form(client, f"{base}/{interpreter_id}", {"rounds": ["1", "4"]}).status_code == 303
    with scheduling.session() as session:
        [engagement] = load_engagements(session, world.event.event_id)
        assert engagement.rounds == [1, 4]
    assert len(scheduling.outbox(SendMessage)) == 1


def test_mail_that_did_not_arrive_shows(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, interpreters=1)
    [message] = [one for one in scheduling.outbox(SendMessage) if one.template == "interpreter_invited"]
    scheduling.deliver(
        MessageFailed(
            world.event.organisation_id,
            world.event.event_id,
            message.message_id,
            message.template,
            "interpreter",
            message.person.id,
            "address_refused",
        )
    )
    shown = scheduling.signed_in().get(f"/events/{world.event.event_id}/interpreters").get_data(as_text=True)
    assert "mail did not arrive" in shown


def test_list_costs_the_same_for_many(scheduling: ServiceUnderTest) -> None:
    few = tell_world(scheduling, interpreters=3)
    many = tell_world(scheduling, interpreters=30)
    counts = [
        count_queries(scheduling, f"/events/{one.event.event_id}/interpreters", "organiser") for one in (few, many)
    ]
    assert counts[0] == counts[1]


def test_api_asks_too(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, interpreters=1)
    answer = scheduling.signed_in().get(f"/api/events/{world.event.event_id}/interpreters")
    assert [one["name"] for one in answer.get_json()] == ["Tolk 1"]
