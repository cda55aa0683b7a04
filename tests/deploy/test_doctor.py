"""`handdruk doctor` against the real system with parts of it broken."""

import redis
from sqlalchemy import create_engine, text

from deploy.beat import HEARTBEAT
from tests.stack import Stack


def _examine(stack: Stack, **environ: str) -> tuple[int, str]:
    before = dict(stack.environ)
    stack.environ.update(environ)
    try:
        done = stack.run("doctor")
    finally:
        stack.environ = before
    return done.returncode, done.stdout + done.stderr


def test_healthy_system_is_well(faulty_stack: Stack) -> None:
    code, said = _examine(faulty_stack)
    assert (code, "All is well." in said) == (0, True), said
    assert "wrong" not in said


def test_each_stopped_part_is_named_with_what_to_do(faulty_stack: Stack) -> None:
    for part in ("mail", "worker-planning", "beat", "web-scheduling"):
        faulty_stack.stop(part)
    with redis.Redis.from_url(faulty_stack.redis_url) as client:
        # Otherwise beat's sign of life stays for half a minute.
        client.delete(HEARTBEAT)
    code, said = _examine(faulty_stack)
    assert code == 1
    assert "correct HANDDRUK_SMTP_URL" in said
    assert "Correct HANDDRUK_SMS_URL" in said
    assert "Start or look at: handdruk worker scheduling --queue planning" in said
    assert "Start exactly one: handdruk beat" in said
    assert "log of: handdruk web scheduling" in said
    assert "5 of these need attention." in said


def test_stopped_servers_are_named_with_what_to_do(faulty_stack: Stack) -> None:
    faulty_stack.stop("valkey")
    faulty_stack.stop("postgres")
    code, said = _examine(faulty_stack)
    assert code == 1
    assert "correct HANDDRUK_REDIS_URL" in said
    for service in ("REGISTRATION", "SCHEDULING", "NOTIFICATIONS"):
        assert f"correct HANDDRUK_{service}_DATABASE_URL" in said
    assert "Traceback" not in said


def test_database_that_was_never_migrated_is_named(faulty_stack: Stack) -> None:
    address, _, _ = faulty_stack.database_url("registration").rpartition("/")
    environ = {**faulty_stack.settings, "HANDDRUK_REGISTRATION_DATABASE_URL": f"{address}/postgres"}
    code, said = _examine(faulty_stack, **environ)
    assert code == 1
    assert "Bring it up to date: handdruk migrate registration" in said


def test_missing_front_end_is_named(faulty_stack: Stack, tmp_path: object) -> None:
    environ = {**faulty_stack.settings, "HANDDRUK_STATIC_FOLDER": str(tmp_path)}
    code, said = _examine(faulty_stack, **environ)
    assert code == 1
    assert "Build it: make build" in said


def test_wrong_settings_are_told_first(faulty_stack: Stack) -> None:
    code, said = _examine(faulty_stack, **{**faulty_stack.settings, "HANDDRUK_REDIS_URL": "http://127.0.0.1"})
    assert code == 1
    assert "HANDDRUK_REDIS_URL" in said
    assert "Traceback" not in said


def test_mailbox_that_cannot_be_read_is_named_and_mail_of_no_region_counted(faulty_stack: Stack) -> None:
    urls = "imaps://one:secret@imap.example.org/INBOX imaps://two:secret@imap.example.org/INBOX"
    reading = "INSERT INTO mailbox_reading (mailbox, validity, last_uid, fault) VALUES (:name, 0, 0, 'gaierror')"
    arrival = "INSERT INTO incoming_mail (digest, came_by, kind, taken_at) VALUES ('d', 'imap', 'reply', now())"
    with create_engine(faulty_stack.database_url("notifications")).begin() as connection:
        connection.execute(text(reading), {"name": "two@imap.example.org:993/INBOX"})
        connection.execute(text(arrival))
    code, said = _examine(faulty_stack, **{**faulty_stack.settings, "HANDDRUK_IMAP_URLS": urls})
    assert code == 1
    assert "two@imap.example.org:993/INBOX cannot be read: gaierror" in said
    assert "Correct it in HANDDRUK_IMAP_URLS" in said
    assert "1 in the last 7 days" in said
    assert "secret" not in said
    assert "1 of these need attention." in said
