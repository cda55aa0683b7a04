"""Telling ten thousand people: real worker processes, a pass and a calendar entry in each signed mail, four languages.

Held against a bare smtplib that sends one ready mail of the same size to the same server over and over. Meanwhile the
door and the booking of stands are used as on a busy day, and their times are held against those of a quiet moment.
"""

import http.client
import os
import smtplib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from deploy.dkim import make_key
from deploy.servers.ports import LOOPBACK, accepts, choose_free
from deploy.servers.waiting import wait_for
from services.notifications.channels.email.mime import make_mail
from services.notifications.channels.registry import make_channels
from services.notifications.messages.claim import claim_letters
from services.notifications.messages.gate import Gate
from shared.database import make_engine, make_sessions
from shared.settings import Settings, load_settings
from shared.worker import make_celery
from tests.bench import Row, check_in, stand_booking
from tests.bench.crowd import queue_crowd
from tests.bench.ground import ROOT, Ground, Web, family_of, laid_ground, registration_web
from tests.bench.load import Connection, make_row, post, run_at_once

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "10000"))
WORKERS = 2
READY = 2000
SCANS_A_SECOND, BOOKINGS_A_SECOND = 10, 1
QUIET_SECONDS = 20
SCANS_ALONE, MOST_SCANS = SCANS_A_SECOND * QUIET_SECONDS, 6000
"""Guests for the quiet moment and for the time meanwhile, ten minutes of it: each comes in once."""
LONGEST_SILENCE = 120
"""Seconds without a letter after which the workers are taken to have stopped: more than a lease."""
BARE = "bare smtplib, one ready mail"
TOLD = f"{PEOPLE} invitations, {WORKERS} worker processes"


def run() -> list[Row]:
    """Six rows: the bare sender, ours, and scans and bookings without and with it."""
    with laid_ground("registration", "notifications") as ground, sink() as port:
        environ = _environ(ground, port)
        settings = load_settings("notifications", environ)
        sessions = make_sessions(make_engine(settings.database_url), settings.secret_keys)
        queue_crowd(sessions, PEOPLE)
        rows = [_measure_bare(_ready_mail(settings, sessions), port)]
        scene, bookers = check_in._prepare(ground, SCANS_ALONE + MOST_SCANS), stand_booking._prepare(ground).bookers
        with registration_web(ground) as web:
            rows += _use(web, scene, bookers[: len(bookers) // 2], "alone", lambda: QUIET_SECONDS)
            with workers(environ) as pids:
                told: list[Row] = []
                thread = threading.Thread(target=lambda: told.append(_measure_telling(settings, pids, port)))
                thread.start()
                rows += _use(web, scene, bookers[len(bookers) // 2 :], "meanwhile", lambda: thread.is_alive())
                thread.join()
        if not told:
            raise AssertionError("not everybody was told; the reason stands above")
        return [*rows, *told]


# ── the workers ───────────────────────────────────────────────────────────────────────────────────────────────


def _environ(ground: Ground, port: int) -> dict[str, str]:
    mail = {"HANDDRUK_SMTP_URL": f"smtp://{LOOPBACK}:{port}", "HANDDRUK_DKIM_KEY": make_key("rsa")}
    return {**ground.environ, **mail}


@contextmanager
def sink() -> Iterator[int]:
    """A mail server that keeps nothing; its port."""
    [port] = choose_free(1)
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.sink", str(port)], cwd=ROOT)
    try:
        if not wait_for(lambda: accepts(port), 30):
            raise AssertionError("the sink did not start")
        yield port
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def workers(environ: dict[str, str]) -> Iterator[list[int]]:
    """The worker processes as they run in production, without their beat: who measures asks for the job."""
    command = ["worker", "notifications", "--concurrency", str(WORKERS)]
    process = subprocess.Popen(
        [sys.executable, "-m", "deploy.command", *command], cwd=ROOT, env={**os.environ, **environ},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        if not wait_for(lambda: len(family_of(process.pid)) > WORKERS, 60):
            raise AssertionError("the workers did not start")
        yield [pid for pid in family_of(process.pid) if pid != process.pid]
    finally:
        process.terminate()
        process.wait(60)


def _measure_telling(settings: Settings, pids: Sequence[int], port: int) -> Row:
    """Ask for the job as beat does until everybody was told; checks that each was told once and whole."""
    celery, memory, before = make_celery(settings), list[int](), _counts(port)

    def ask() -> tuple[int, int]:
        """How many were told, and how many of them twice. Who booked a stand meanwhile gets a mail without a pass."""
        celery.send_task("notifications.send_due", queue="notifications", expires=10, retry=False)
        _, twice, whole = (now - then for now, then in zip(_counts(port), before, strict=True))
        return whole, twice

    # The clock starts with the first letters: a worker that starts reads its code, seconds long on a busy machine.
    while (first := ask()[0]) == 0:
        wait_for(lambda: _counts(port)[0] > before[0], 2)
    begun, cpu, last = time.perf_counter(), _cpu(pids), time.perf_counter()
    told, twice = first, 0
    while told < PEOPLE:
        memory.append(sum(_resident(pid) for pid in pids))
        print(f"  {told} told, {memory[-1]} MB", file=sys.stderr, flush=True)
        threading.Event().wait(2)
        before_this, (told, twice) = told, ask()
        last = time.perf_counter() if told > before_this else last
        if time.perf_counter() - last > LONGEST_SILENCE:
            raise AssertionError(f"{PEOPLE - told} were not told, or their mails lacked a part")
    measured, seconds = PEOPLE - first, time.perf_counter() - begun
    if twice:
        raise AssertionError(f"{twice} were told twice")
    third = max(1, len(memory) // 3)
    print(f"  memory: {max(memory[:third])} MB at first, {max(memory[-third:])} MB in the end", file=sys.stderr)
    each, spent = seconds / measured, (_cpu(pids) - cpu) / measured
    return Row(TOLD, 1 / each, each * 1000 * WORKERS, each * 1000 * WORKERS, spent * 1000, BARE)


def _counts(port: int) -> list[int]:
    with socket.create_connection((LOOPBACK, port)) as connection:
        connection.recv(100)
        connection.sendall(b"STAT\r\n")
        return [int(word) for word in connection.recv(100).split()[1:]]


def _resident(pid: int) -> int:
    """Megabytes of memory that a process holds."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1_000_000


def _cpu(pids: Sequence[int]) -> float:
    ticks = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13] for pid in pids]
    return sum(int(user) + int(system) for user, system in ticks) / os.sysconf("SC_CLK_TCK")


# ── what it is held against ───────────────────────────────────────────────────────────────────────────────────


def _ready_mail(settings: Settings, sessions: object) -> bytes:
    """One of the mails that the workers will send."""
    with sessions() as session:
        [claim] = claim_letters(session, settings, Gate(make_channels(settings)), 1)
        session.rollback()
    return make_mail(claim.letter, settings.mail_from).replace(claim.letter.mail_id.encode(), b"ready@example.org")


def _measure_bare(mail: bytes, port: int) -> Row:
    taken, cpu = [], time.process_time()
    begun = time.perf_counter()
    with smtplib.SMTP(LOOPBACK, port) as smtp:
        assert smtp.sock is not None
        smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(READY):
            start = time.perf_counter()
            smtp.sendmail("bench@example.org", ["someone@example.org"], mail)
            taken.append(time.perf_counter() - start)
    return make_row(BARE, taken, time.perf_counter() - begun, time.process_time() - cpu, None)


# ── the door and the stands meanwhile ─────────────────────────────────────────────────────────────────────────


def _use(
    web: Web, scene: check_in.Scene, bookers: Sequence[stand_booking.Booker], when: str, lasts: Callable[[], float]
) -> list[Row]:
    """Scans and bookings at the pace of a busy day, as long as `lasts` says: seconds, or true for longer."""
    begun, times = time.perf_counter(), {"scan": [], "booking": []}

    def goes_on() -> bool:
        answer = lasts()
        return answer is True or (answer is not False and time.perf_counter() - begun < answer)

    def scan() -> None:
        connection = Connection(web.port)
        guests = range(SCANS_ALONE) if when == "alone" else range(SCANS_ALONE, len(scene.numbers))
        for index, place in zip(_at_pace(goes_on, SCANS_A_SECOND), guests, strict=False):
            body = check_in._scan_body(scene.text(place))
            headers = {"Authorization": f"Device {scene.tokens[index % len(scene.tokens)]}"}
            start = time.perf_counter()
            connection.send(post("/api/door/scans", body, headers), b'"admitted"')
            times["scan"].append(time.perf_counter() - start)
        connection.close()

    def book() -> None:
        connection = http.client.HTTPConnection(LOOPBACK, web.port, timeout=30)
        for index in _at_pace(goes_on, BOOKINGS_A_SECOND):
            if index < len(bookers):
                start = time.perf_counter()
                stand_booking._book(connection, bookers[index])
                times["booking"].append(time.perf_counter() - start)

    _, seconds = run_at_once([[scan], [book]])
    return [make_row(f"a {name}, {when}", taken, seconds, None, None) for name, taken in times.items()]


def _at_pace(goes_on: Callable[[], bool], per_second: float) -> Iterator[int]:
    """0, 1, 2 … at their moments, however long each takes."""
    begun, index = time.perf_counter(), 0
    while goes_on():
        yield index
        index += 1
        threading.Event().wait(max(0.0, begun + index / per_second - time.perf_counter()))
