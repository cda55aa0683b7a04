"""Booking a stand over HTTP: held, work filled in, confirmed; then fifty employers who want the same stand."""

import http.client
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask, session
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session

from services.registration.accounts.rules import add_organisation
from services.registration.app import create_app
from services.registration.events.models import Event
from services.registration.stands.models import Employer
from shared import clock
from shared.database import act_for, make_engine, make_sessions
from shared.identity.sessions import start_session
from tests.bench import Row
from tests.bench.check_in import BARE
from tests.bench.ground import THREADS, Ground, Web, laid_ground, registration_web
from tests.bench.load import make_row, run_at_once
from tests.factories.events import make_event, make_venue
from tests.factories.stands import find_stand, make_employers, make_invitation

EVENTS, WARM_UP_EVENTS, STANDS, RIVALS = 32, 2, 12, 50
BOOKING = "stand booking over HTTP, three requests"
CONTEST = f"{RIVALS} employers reach for one stand"
WORK = {"title": "Fietsmonteur, leerplek", "sector": "engineering", "hours": 32, "languages": {"nl": "A2"}}

Wish = tuple[Event, uuid.UUID, uuid.UUID]
"""An event, a contact who is invited, and the stand that the employer wants."""


@dataclass(frozen=True)
class Booker:
    """An employer with the personal link open, and the stand that it is going to choose."""

    event_id: uuid.UUID
    stand_id: uuid.UUID
    headers: dict[str, str]


@dataclass(frozen=True)
class Scene:
    """For every stand somebody who wants it, and one stand that fifty want."""

    bookers: Sequence[Booker]
    rivals: Sequence[Booker]


def run() -> list[Row]:
    """Two rows: a booking from the first tap to the confirmation, and the rush for one stand."""
    with laid_ground() as ground:
        scene = _prepare(ground)
        with registration_web(ground) as web:
            return [_measure_bookings(web, scene.bookers), _measure_contest(web, scene.rivals)]


def _measure_bookings(web: Web, bookers: Sequence[Booker]) -> Row:
    warm_up = WARM_UP_EVENTS * STANDS
    _book_all(web, bookers[:warm_up])
    before = web.cpu_seconds()
    taken, seconds = _book_all(web, bookers[warm_up:])
    return make_row(BOOKING, taken, seconds, web.cpu_seconds() - before, BARE)


def _book_all(web: Web, bookers: Sequence[Booker]) -> tuple[list[float], float]:
    connections = [http.client.HTTPConnection("127.0.0.1", web.port, timeout=30) for _ in range(THREADS)]
    jobs = [
        [lambda one=one, connection=connection: _book(connection, one) for one in bookers[start::THREADS]]
        for start, connection in enumerate(connections)
    ]
    return run_at_once(jobs)


def _book(connection: http.client.HTTPConnection, booker: Booker) -> None:
    steps = (("", {"stand_id": str(booker.stand_id)}), ("/vacancies", WORK), ("/confirm", {"languages": {"nl": "C2"}}))
    for path, body in steps:
        status = _post(connection, booker, path, body)
        if status not in {200, 201}:
            raise AssertionError(f"{path or 'hold'} answered {status}")


def _measure_contest(web: Web, rivals: Sequence[Booker]) -> Row:
    """All at one signal, each on a connection of its own; one gets the stand and the others are told."""
    statuses: list[int] = []

    def reach(rival: Booker) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=30)
        statuses.append(_post(connection, rival, "", {"stand_id": str(rival.stand_id)}))
        connection.close()

    before = web.cpu_seconds()
    taken, seconds = run_at_once([[lambda rival=rival: reach(rival)] for rival in rivals])
    if sorted(statuses) != [201, *[409] * (len(rivals) - 1)]:
        raise AssertionError(f"{len(rivals)} reached for one stand and were answered {sorted(statuses)}")
    return make_row(CONTEST, taken, seconds, web.cpu_seconds() - before, BARE)


def _post(connection: http.client.HTTPConnection, booker: Booker, path: str, body: Any) -> int:
    connection.request("POST", f"/api/events/{booker.event_id}/bookings{path}", json.dumps(body), booker.headers)
    answer = connection.getresponse()
    answer.read()
    return answer.status


def _prepare(ground: Ground) -> Scene:
    app = create_app(ground.settings)
    engine = make_engine(ground.settings.database_url)
    with app.app_context(), make_sessions(engine).begin() as database:
        organisation = add_organisation(database, "Werkregio Stands", "post@werkregio.example")
        act_for(database, organisation.id)
        employers, venue = make_employers(database, RIVALS), make_venue(database)
        start = clock.now().replace(microsecond=0) + timedelta(days=30)
        days = [make_event(database, venue=venue, starts_at=start + timedelta(days=day)) for day in range(EVENTS + 1)]
        wishes = [
            _wish(database, event, employer, str(label))
            for event in days[1:]
            for label, employer in enumerate(employers[:STANDS], start=1)
        ]
        same_wish = [_wish(database, days[0], employer, "9") for employer in employers]
    engine.dispose()
    # Outside the application's context: within one, every sign-in would share the first one's token.
    return Scene([_sign_in(app, *wish) for wish in wishes], [_sign_in(app, *wish) for wish in same_wish])


def _wish(database: Session, event: Event, employer: Employer, label: str) -> Wish:
    return event, make_invitation(database, event, employer).contact_id, find_stand(database, event, label).id


def _sign_in(app: Flask, event: Event, contact_id: uuid.UUID, stand_id: uuid.UUID) -> Booker:
    """With the headers of a browser that opened the personal link."""
    with app.test_request_context():
        start_session(
            "employer", contact_id, event.organisation_id, "Werkregio Bench", "Bench", ("employer",),
            timedelta(hours=1), event.id,
        )  # fmt: skip
        token = generate_csrf()
        serializer = SecureCookieSessionInterface().get_signing_serializer(app)
        assert serializer is not None
        cookie = serializer.dumps(dict(session))
    headers = {"Cookie": f"handdruk={cookie}", "X-CSRFToken": token, "Content-Type": "application/json"}
    return Booker(event.id, stand_id, headers)
