"""The catalogue of events holds: who sends, who reacts, and that every event survives its way as JSON."""

import ast
import dataclasses
import importlib
import json
import types
import typing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from shared import events
from shared.events import FLOW, NAMES
from shared.inbox import Reactions, organisation_of, read_event
from shared.outbox import OutboxRow, record
from shared.settings import SERVICES, Service
from tests.service_under_test import ORGANISATION_ID, ServiceUnderTest

ROOT = Path(__file__).parents[1]
KINDS = sorted(FLOW, key=lambda kind: kind.__name__)
WITHOUT_ORGANISATION = {"SessionEnded"}
"""A session is known by its id alone."""


def _reactions(service: Service) -> Reactions:
    room = importlib.import_module(f"services.{service}.reactions")
    found: Reactions = room.make_reactions(b"of no matter") if service == "registration" else room.REACTIONS
    return found


def _made_in(service: Service) -> set[str]:
    """The names of the events that code of this service makes."""
    made: set[str] = set()
    for file in (ROOT / "services" / service).rglob("*.py"):
        calls = (node.func for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call))
        names = (call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "") for call in calls)
        made |= {name for name in names if name in NAMES}
    return made


def _sample(kind: Any, full: bool = True) -> Any:
    """A value of a type of the catalogue; with `full` every optional field has something in it."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in {types.UnionType, typing.Union}:
        return _sample(arguments[0], full) if full else None
    if origin is tuple:
        return (_sample(arguments[0], full), _sample(arguments[0], full))
    if origin is dict:
        return {"uk": _sample(arguments[1], full)}
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        wanted = [one for one in dataclasses.fields(kind) if full or not _has_default(one)]
        return typing.cast(Any, kind)(**{one.name: _sample(hints[one.name], full) for one in wanted})
    return _plain(kind)


def _plain(kind: Any) -> Any:
    if kind is UUID:
        return uuid4()
    if kind is datetime:
        return datetime(2026, 12, 10, 12, 34, 56, 789, tzinfo=UTC) + timedelta(days=1)
    samples: dict[Any, Any] = {
        str: "Юлія Їжакевич-Ґалаґан & O'Brien 李", int: 2**31 + 7, bool: True, float: 52.0907374,
    }  # fmt: skip
    return samples.get(kind, {"nested": ["2026-12-10T13:00:00+01:00", 3, None, {"де": "тут"}]})


def _has_default(one: "dataclasses.Field[Any]") -> bool:
    return one.default is not dataclasses.MISSING or one.default_factory is not dataclasses.MISSING


def _on_the_way(event: object) -> Any:
    """As the outbox keeps it and Celery carries it."""
    return json.loads(json.dumps(msgspec.to_builtins(event, str_keys=True)))


def _with_news(payload: Any) -> Any:
    """The payload as a later version may send it: one more field in every object that is a dataclass here."""
    if isinstance(payload, dict) and "uk" not in payload and "nested" not in payload:
        return {**{key: _with_news(value) for key, value in payload.items()}, "of_a_later_version": {"x": [1]}}
    return [_with_news(value) for value in payload] if isinstance(payload, list) else payload


@pytest.mark.parametrize("service", SERVICES)
def test_reactions_are_those_of_the_flow(service: Service) -> None:
    received = {kind for kind, route in FLOW.items() if service in route.receivers}
    assert set(_reactions(service)) == received


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_makes_the_events_that_it_sends(service: Service) -> None:
    sent = {kind.__name__ for kind, route in FLOW.items() if service in route.senders}
    assert _made_in(service) == sent


def test_every_dataclass_that_travels_is_in_the_flow() -> None:
    declared = {value for value in vars(events).values() if dataclasses.is_dataclass(value)}
    parts = {events.Person, events.Round, events.EventFacts, events.VacancyFacts, events.Stop, events.Route}
    assert declared - parts == set(FLOW)
    assert {NAMES[kind.__name__] for kind in FLOW} == set(FLOW)


def test_services_of_the_flow_exist_and_nobody_sends_to_themselves() -> None:
    for route in FLOW.values():
        assert route.senders | route.receivers <= set(SERVICES)
        assert not route.senders & route.receivers


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("full", [True, False], ids=["full", "least"])
def test_an_event_survives_the_way(kind: type, full: bool) -> None:
    event = _sample(kind, full)
    assert read_event(kind.__name__, _on_the_way(event)) == event


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_an_unknown_field_is_ignored(kind: type) -> None:
    event = _sample(kind)
    assert read_event(kind.__name__, _with_news(_on_the_way(event))) == event


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_an_event_of_an_older_version_reads(kind: type) -> None:
    least = _sample(kind, full=False)
    payload = _on_the_way(least)
    for one in dataclasses.fields(kind):
        if _has_default(one):
            payload.pop(one.name, None)
    assert read_event(kind.__name__, payload) == least


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_an_event_belongs_to_an_organisation(kind: type) -> None:
    assert (organisation_of(_sample(kind)) is None) == (kind.__name__ in WITHOUT_ORGANISATION)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_the_outbox_keeps_what_was_recorded(registration: ServiceUnderTest, kind: type) -> None:
    event = _sample(kind)
    with registration.session(ORGANISATION_ID) as session:
        record(session, event)
    assert registration.outbox() == [event]
    with registration.sessions() as session:
        rows = session.query(OutboxRow).all()
    assert {row.receiver for row in rows} == set(FLOW[kind].receivers)
    assert len({row.event_id for row in rows}) == 1
