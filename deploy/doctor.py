"""`handdruk doctor`: looks at every part of a running installation and says what to do about what is wrong."""

import http.client
import shutil
import smtplib
import socket
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import click
import redis
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from deploy.beat import HEARTBEAT
from deploy.probes import silent_workers
from deploy.supervisor.checks import LEAST_FREE_BYTES
from services.notifications.inbox.figures import count_nobodys, find_faults
from services.notifications.inbox.mailboxes import read_place
from shared import clock
from shared.migration import alembic_config
from shared.settings import SERVICES, Service, Settings, SettingsError, load_settings

OLDEST_POSTGRES = 160000
LARGEST_CLOCK_DIFFERENCE = 5.0
LONGEST_WAIT = 300
"""Seconds that an event may wait in the outbox before somebody should look."""
PREFIXES: dict[Service, str] = {
    "registration": "",
    "scheduling": "/scheduling",
    "notifications": "/notifications",
}


@dataclass(frozen=True)
class Finding:
    """What was seen of one part; `advice` is empty when nothing is wrong."""

    part: str
    seen: str
    advice: str = ""


def examine() -> int:
    """Print a line for each part; 0 when all is well, 1 otherwise."""
    try:
        everything = [load_settings(service) for service in SERVICES]
    except SettingsError as fault:
        click.echo(str(fault))
        return 1
    wrong = 0
    for check in (_databases, _redis, _mail, _mailboxes, _sms, _workers, _beat, _pages, _front_end, _disk):
        for finding in check(everything):
            wrong += bool(finding.advice)
            _print(finding)
    click.echo("\nAll is well." if not wrong else f"\n{wrong} of these need attention.")
    return 1 if wrong else 0


def _print(finding: Finding) -> None:
    click.echo(f"{'wrong' if finding.advice else 'ok   '}  {finding.part:<24}  {finding.seen}")
    if finding.advice:
        click.echo(f"       {finding.advice}")


def _databases(everything: list[Settings]) -> Iterator[Finding]:
    for settings in everything:
        part = f"database {settings.service}"
        engine = create_engine(settings.database_url, connect_args={"connect_timeout": 5})
        try:
            with engine.connect() as connection:
                yield from _database(part, settings.service, connection)
        except SQLAlchemyError as fault:
            reason = str(getattr(fault, "orig", fault)).splitlines()[0]
            yield Finding(
                part, reason, f"Start PostgreSQL, or correct HANDDRUK_{settings.service.upper()}_DATABASE_URL."
            )
        finally:
            engine.dispose()


def _database(part: str, service: Service, connection: Connection) -> Iterator[Finding]:
    number = int(connection.execute(text("SHOW server_version_num")).scalar_one())
    version = f"PostgreSQL {number // 10000}.{number % 10000}"
    if number < OLDEST_POSTGRES:
        yield Finding(part, version, "Upgrade this server to PostgreSQL 16 or newer.")
        return
    here = MigrationContext.configure(connection).get_current_revision()
    newest = ScriptDirectory.from_config(alembic_config(service, "postgresql://")).get_current_head()
    if here != newest:
        seen = f"{version}, at migration {here or 'none'} of {newest}"
        yield Finding(part, seen, f"Bring it up to date: handdruk migrate {service}")
        return
    yield _compare_clock(
        part, version, connection.execute(text("SELECT extract(epoch FROM clock_timestamp())")).scalar_one()
    )
    yield _outbox(service, connection)


def _compare_clock(part: str, seen: str, theirs: float) -> Finding:
    difference = abs(time.time() - float(theirs))
    if difference > LARGEST_CLOCK_DIFFERENCE:
        advice = "Switch on time synchronisation (NTP) on both machines: holds and sign-in links depend on the clock."
        return Finding(part, f"{seen}, its clock differs by {difference:.0f} s", advice)
    return Finding(part, f"{seen}, migrated")


def _outbox(service: Service, connection: Connection) -> Finding:
    query = (
        "SELECT count(*), coalesce(extract(epoch FROM now() - min(recorded_at)), 0) "
        "FROM outbox WHERE acknowledged_at IS NULL"
    )
    count, oldest = connection.execute(text(query)).one()
    part, seen = f"events of {service}", f"{count} waiting, the oldest for {oldest:.0f} s"
    if oldest > LONGEST_WAIT:
        return Finding(part, seen, "Look at Redis, the workers and beat; the events go out when those run.")
    return Finding(part, seen)


def _redis(everything: list[Settings]) -> Iterator[Finding]:
    try:
        with redis.Redis.from_url(everything[0].redis_url, socket_timeout=3, socket_connect_timeout=3) as client:
            facts = client.info()
            policy = facts.get("maxmemory_policy", "noeviction")
    except redis.RedisError as fault:
        yield Finding("Redis", str(fault), "Start Redis or Valkey, or correct HANDDRUK_REDIS_URL.")
        return
    seen = f"{facts.get('server_name', 'redis')} {facts.get('valkey_version', facts['redis_version'])}"
    if policy != "noeviction":
        advice = "Set maxmemory-policy noeviction: with another one Redis throws tasks away when it is full."
        yield Finding("Redis", f"{seen}, {policy}", advice)
    elif not facts.get("aof_enabled"):
        advice = "Set appendonly yes: tasks that wait are otherwise lost when Redis stops, and come back late."
        yield Finding("Redis", f"{seen}, keeps nothing on disk", advice)
    else:
        yield Finding("Redis", seen)


def _mail(everything: list[Settings]) -> Iterator[Finding]:
    address = urlsplit(everything[0].smtp_url)
    host, port = address.hostname or "", address.port
    try:
        if address.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port or 465, timeout=5, context=ssl.create_default_context())
        else:
            server = smtplib.SMTP(host, port or 587, timeout=5)
        with server:
            server.noop()
    except (OSError, smtplib.SMTPException) as fault:
        reason = str(fault) or type(fault).__name__
        yield Finding(
            "mail server", reason, "Start the mail server, or correct HANDDRUK_SMTP_URL; mail waits until then."
        )
        return
    yield Finding("mail server", f"{host} takes mail")
    names = [f"{one.selector}._domainkey.{everything[0].dkim_domain}" for one in everything[0].dkim_keys]
    seen = f"signed; DNS must know {' and '.join(names)}: handdruk dkim record" if names else "left to the mail server"
    yield Finding("signature of mail", seen)


def _mailboxes(everything: list[Settings]) -> Iterator[Finding]:
    settings = next(one for one in everything if one.service == "notifications")
    names = [read_place(url).name for url in settings.imap_urls]
    engine = create_engine(settings.database_url, connect_args={"connect_timeout": 5})
    try:
        with Session(engine) as session:
            faults, nobodys = find_faults(session, names), count_nobodys(session, clock.now())
    except SQLAlchemyError:
        yield Finding("mailboxes", "unknown while the database is away", "Look at database notifications first.")
        return
    finally:
        engine.dispose()
    yield from _say_mailboxes(names, faults)
    if nobodys:
        seen = f"{nobodys} in the last 7 days, unread in the mailbox: no region has the address that it was sent to"
        yield Finding("mail of no region", seen)


def _say_mailboxes(names: list[str], faults: dict[str, str]) -> Iterator[Finding]:
    for name, fault in faults.items():
        advice = "Correct it in HANDDRUK_IMAP_URLS, or look at that server; answers and returned mail wait there."
        yield Finding("mailbox", f"{name} cannot be read: {fault}", advice)
    if not names:
        yield Finding("mailboxes", "none is set, so no answers and no returned mail are read")
    elif not faults:
        yield Finding("mailboxes", f"{len(names)} read")


def _sms(everything: list[Settings]) -> Iterator[Finding]:
    if not everything[0].sms_url:
        yield Finding("SMS", "no provider is set, so none is sent")
        return
    address = urlsplit(everything[0].sms_url)
    host, port = address.hostname or "", address.port or (443 if address.scheme == "https" else 80)
    try:
        socket.create_connection((host, port), timeout=5).close()
    except OSError as fault:
        advice = "Correct HANDDRUK_SMS_URL, or let this machine reach the provider; SMS wait until then."
        yield Finding("SMS", str(fault), advice)
        return
    yield Finding("SMS", f"{host} answers")


def _workers(everything: list[Settings]) -> Iterator[Finding]:
    silent = silent_workers(everything[0], 3)
    if silent:
        commands = ", ".join(
            "handdruk worker scheduling --queue planning" if queue == "planning" else f"handdruk worker {queue}"
            for queue in silent
        )
        yield Finding("workers", f"no answer from {', '.join(silent)}", f"Start or look at: {commands}")
        return
    yield Finding("workers", "all queues answer")


def _beat(everything: list[Settings]) -> Iterator[Finding]:
    try:
        with redis.Redis.from_url(everything[0].redis_url, socket_timeout=3, socket_connect_timeout=3) as client:
            alive = client.exists(HEARTBEAT)
    except redis.RedisError:
        yield Finding("beat", "unknown while Redis is away", "Start Redis first, then look again.")
        return
    if not alive:
        yield Finding("beat", "no sign of life", "Start exactly one: handdruk beat")
        return
    yield Finding("beat", "alive")


def _pages(everything: list[Settings]) -> Iterator[Finding]:
    for settings in everything:
        address = f"{settings.base_url}{PREFIXES[settings.service]}/readyz"
        part = f"pages {settings.service}"
        status = _ask(address)
        if status == 200:
            yield Finding(part, "ready")
        else:
            seen = f"{address} answers {status}" if status else f"{address} does not answer"
            yield Finding(part, seen, f"Look at the gateway and at the log of: handdruk web {settings.service}")


def _ask(address: str) -> int:
    try:
        # The address comes from the operator's own settings, and load_settings lets only http and https through.
        with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as answer:
        return answer.code
    except (OSError, http.client.HTTPException):
        return 0


def _front_end(everything: list[Settings]) -> Iterator[Finding]:
    folder = everything[0].static_folder
    if (folder / "manifest.json").exists():
        yield Finding("front end", "built")
    else:
        yield Finding("front end", f"{folder / 'manifest.json'} is missing", "Build it: make build")
    languages = Path(__file__).parents[1] / "shared" / "i18n"
    stale = [po for po in languages.glob("*/LC_MESSAGES/*.po") if not po.with_suffix(".mo").exists()]
    if stale:
        names = ", ".join(sorted(po.parents[1].name for po in stale))
        yield Finding("translations", f"not compiled: {names}", "Compile them: make build")
    else:
        yield Finding("translations", "compiled")


def _disk(everything: list[Settings]) -> Iterator[Finding]:
    free = shutil.disk_usage(everything[0].static_folder.parent).free
    seen = f"{free / 1e9:.1f} GB free"
    if free < LEAST_FREE_BYTES:
        yield Finding("disk", seen, "Make room: a database on a full disk stops.")
    else:
        yield Finding("disk", seen)
