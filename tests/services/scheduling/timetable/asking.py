"""Asking the API of scheduling, and what the tests of correcting an interpreter look at."""

import re
import time
import uuid
from dataclasses import replace
from typing import Any

from sqlalchemy import text

from services.scheduling.interpreters.rules import find_engagement
from shared.events import (
    EventChanged,
)
from shared.identity import link_address
from tests.factories.scheduling import World
from tests.queries import queries_of
from tests.service_under_test import ServiceUnderTest

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
PERSONAL = ("my/timetable", "my/stand", "my/day")
KINDS = {"my/timetable": "candidate", "my/stand": "employer", "my/day": "interpreter"}


def send(service: ServiceUnderTest, address: str, body: dict[str, Any], method: str = "PUT", **who: Any) -> Any:
    """A request of the API, with the token that a page of ours would send."""
    client = service.signed_in(*who.pop("roles", ()), **who)
    found = re.search(r'name="csrf-token" content="([^"]+)"', client.get("/look").get_data(as_text=True))
    assert found is not None
    return client.open(address, method=method, json=body, headers={"X-CSRFToken": found.group(1)})


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


def arguments(**changes: Any) -> dict[str, Any]:
    return {"name": "Tolk", "email": NEW_ADDRESS, "language": "uk", "pairs": [("nl", "uk", "C1")], **changes}


def link_of(service: ServiceUnderTest, world: World) -> uuid.UUID | None:
    with service.session() as session:
        engagement = find_engagement(session, world.event.event_id, world.interpreters[0])
        assert engagement is not None
        return engagement.link_id


def link_works(service: ServiceUnderTest, link_id: uuid.UUID | None) -> bool:
    assert link_id is not None
    address = link_address(service.floor.settings, link_id, "scheduling")
    path = address.removeprefix(service.floor.settings.base_url).removeprefix("/scheduling")
    return bool(service.client().get(path).status_code == 303)


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


def as_person(world: World, path: str) -> dict[str, Any]:
    """How the first person of the kind is signed in."""
    people = {
        "my/timetable": world.answers[0].candidate.id,
        "my/stand": world.stands[0].contact.id,
        "my/day": world.interpreters[0],
    }
    kind = KINDS[path]
    return {"roles": (kind,), "kind": kind, "subject_id": people[path], "event_id": world.event.event_id}


def ask(service: ServiceUnderTest, address: str, **who: Any) -> Any:
    return service.signed_in(*who.pop("roles", ()), **who).get(f"/api/{address}")


def lose_all_rounds(service: ServiceUnderTest, world: World) -> None:
    service.deliver(EventChanged(replace(world.event, version=2, rounds=()), moved=False))


def cost(service: ServiceUnderTest, address: str, **who: Any) -> int:
    with queries_of(service) as statements:
        assert ask(service, address, **who).status_code == 200
    return len(statements)
