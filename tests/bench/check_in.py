"""Check-in at the door: over HTTP, held against bare Flask under the same server and against its own SQL alone."""

import time
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import psycopg
from sqlalchemy import event as listening
from sqlalchemy.orm import Session

from services.registration.accounts.rules import add_organisation, read_device
from services.registration.app import create_app
from services.registration.candidates.models import Candidate
from services.registration.door.rules import NewScan, record_scan
from services.registration.events.models import Event
from services.registration.invitations.models import Invitation
from services.registration.invitations.passes import PassContent, pass_text, verify_key
from shared import clock
from shared.database import act_for, make_engine, make_sessions
from tests.bench import Row
from tests.bench.ground import SIGNING_SEED, THREADS, Ground, Web, bare_web, laid_ground, registration_web
from tests.bench.load import make_row, measure_requests, post, run_at_once
from tests.factories.door import make_phone
from tests.factories.events import make_event

WARM_UP = 400
MEASURED = 2000
PHONES = 40
BARE = "bare Flask, JSON in and out"
SQL_ALONE = "the SQL of a check-in, psycopg"
CHECK_IN = "check-in over HTTP"
Statements = list[tuple[str, Any]]


@dataclass(frozen=True)
class Scene:
    """An event with many guests and some phones."""

    event: Event
    numbers: list[int]
    tokens: list[str]

    def text(self, index: int) -> str:
        """What the pass of a guest says."""
        return pass_text(SIGNING_SEED, PassContent(self.event.id, self.numbers[index], 1))


def run() -> list[Row]:
    """Three rows: bare Flask, bare transaction, check-in."""
    with laid_ground() as ground:
        scene = _prepare(ground, 2 * (WARM_UP + MEASURED))
        with bare_web() as web:
            rows = [measure_requests(BARE, web, _bare_requests(), WARM_UP)]
        rows.append(_measure_sql(ground, scene))
        with registration_web(ground) as web:
            rows.append(_measure_check_in(web, scene))
    return rows


def _prepare(ground: Ground, guests: int) -> Scene:
    # The application's context is there for the sentences of refusals; nothing is served here.
    with create_app(ground.settings).app_context(), _sessions(ground).begin() as session:
        organisation = add_organisation(session, "Werkregio Bench", "post@werkregio.example")
        act_for(session, organisation.id)
        event = make_event(session, starts_at=clock.now() - timedelta(minutes=5))
        numbers = _add_guests(session, event, guests)
        tokens = [make_phone(session, event, f"Entrance {number}")[1] for number in range(PHONES)]
    return Scene(event, numbers, tokens)


def _add_guests(session: Session, event: Event, count: int) -> list[int]:
    """Guests who said yes. Rows at once and no messages: thousands of invitations would take minutes."""
    now, numbers = clock.now(), list(range(101, 101 + count))
    for number in numbers:
        candidate = Candidate(
            id=uuid.uuid4(), organisation_id=event.organisation_id, name=f"Оксана Гриценко {number}", language="uk",
            readable_name=f"Oksana Hrytsenko {number}", sort_name=f"oksana {number}", languages={"uk": "C2"},
        )  # fmt: skip
        invitation = Invitation(
            organisation_id=event.organisation_id, event_id=event.id, candidate=candidate, number=number,
            version=1, state="accepted", drafted_at=now, sent_at=now, answered_at=now, answered_by="candidate",
            wished_employers=[],
        )  # fmt: skip
        session.add(invitation)
    session.flush()
    return numbers


def _scan_body(text: str) -> dict[str, str]:
    now = clock.now().isoformat()
    return {"client_id": str(uuid.uuid4()), "text": text, "scanned_at": now, "sent_at": now}


def _bare_requests() -> list[bytes]:
    body = _scan_body("HD1:" + "A" * 115)
    return [post("/json", body)] * (WARM_UP + 2 * MEASURED)


def _measure_check_in(web: Web, scene: Scene) -> Row:
    requests = [
        post("/api/door/scans", _scan_body(scene.text(index)),
             {"Authorization": f"Device {scene.tokens[index % PHONES]}"})
        for index in range(WARM_UP + MEASURED)
    ]  # fmt: skip
    return measure_requests(CHECK_IN, web, requests, WARM_UP, compared_to=BARE, expect=b'"admitted"')


# ── the same SQL alone ────────────────────────────────────────────────────────────────────────────────────────


def _measure_sql(ground: Ground, scene: Scene) -> Row:
    """Replay the statements of real check-ins, values and all, over as many connections as the web process has."""
    first = WARM_UP + MEASURED
    recorded = [_record_sql(ground, scene, index) for index in range(first, 2 * first)]
    url = ground.settings.database_url.replace("+psycopg", "")
    connections = [psycopg.connect(url) for _ in range(THREADS)]
    _replay(connections, recorded[:WARM_UP])
    before = time.process_time()
    taken, seconds = _replay(connections, recorded[WARM_UP:])
    cpu = time.process_time() - before
    for connection in connections:
        connection.close()
    return make_row(SQL_ALONE, taken, seconds, cpu, None)


def _replay(connections: list[psycopg.Connection[Any]], recorded: list[Statements]) -> tuple[list[float], float]:
    def check_in(connection: psycopg.Connection[Any], statements: Statements) -> None:
        with connection.transaction(), connection.cursor() as cursor:
            for statement, values in statements:
                cursor.execute(statement.encode(), values)
                if cursor.description:
                    cursor.fetchall()

    return run_at_once(
        [
            [lambda connection=connection, one=one: check_in(connection, one) for one in recorded[start::THREADS]]
            for start, connection in enumerate(connections)
        ]
    )


def _record_sql(ground: Ground, scene: Scene, index: int) -> Statements:
    """The statements of a check-in that is made and taken back."""
    sessions, recorded = _sessions(ground), []
    engine = sessions.kw["bind"]

    def keep(*arguments: Any) -> None:
        recorded.append((arguments[2], arguments[3]))

    listening.listen(engine, "before_cursor_execute", keep)
    with sessions() as session:
        device = read_device(session, scene.tokens[index % PHONES])
        assert device is not None
        act_for(session, device.organisation_id)
        now = clock.now()
        verdict = record_scan(session, device, NewScan(uuid.uuid4(), scene.text(index), now, now), KEY)
        assert verdict.verdict == "admitted"
        session.flush()
        session.rollback()
    listening.remove(engine, "before_cursor_execute", keep)
    return recorded


KEY = verify_key(SIGNING_SEED)
_kept: dict[str, Any] = {}


def _sessions(ground: Ground) -> Any:
    url = ground.settings.database_url
    if url not in _kept:
        _kept[url] = make_sessions(make_engine(url))
    return _kept[url]
