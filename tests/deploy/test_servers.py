"""PostgreSQL and Valkey as they are brought along: found, prepared, killed, started again."""

import os
import shutil
from pathlib import Path

import pytest
import redis

from deploy.errors import CannotContinue
from deploy.servers import postgres, prefixes
from deploy.servers.ports import choose_free
from deploy.servers.postgres import PostgresServer
from deploy.servers.valkey import ValkeyServer
from tests.servers import OwnServer, SharedServers


def test_postgres_keeps_what_was_committed_before_a_kill(tmp_path: Path) -> None:
    server = PostgresServer(tmp_path / "data", choose_free(1)[0], "a password")
    with OwnServer(server) as own:
        with server.connect("postgres") as connection:
            connection.execute("CREATE TABLE kept AS SELECT 'Їжакевич' AS name")
        own.kill()
        own.start()
        with server.connect("postgres") as connection:
            assert connection.execute("SELECT name FROM kept").fetchone() == ("Їжакевич",)
            assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)


def test_valkey_keeps_what_was_queued_before_a_kill(tmp_path: Path) -> None:
    server = ValkeyServer(tmp_path / "valkey", choose_free(1)[0], "a password")
    with OwnServer(server) as own:
        with redis.Redis.from_url(server.url()) as client:
            client.lpush("queue", "task")
            # The append-only file is synced once a second; this waits for it.
            client.waitaof(1, 0, 5000)
        own.kill()
        own.start()
        with redis.Redis.from_url(server.url()) as client:
            assert client.lrange("queue", 0, -1) == [b"task"]


def test_servers_want_their_password(servers: SharedServers) -> None:
    stranger = PostgresServer(servers.postgres.folder, servers.postgres.port, "guessed")
    assert not stranger.answers()
    with pytest.raises(redis.AuthenticationError):
        redis.Redis.from_url(ValkeyServer(servers.valkey.folder, servers.valkey.port, "guessed").url()).ping()


def test_postgres_runs_where_user_namespaces_are_forbidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with `setpriv` and no usable `unshare`, as most containers; for an ordinary user nothing changes."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("setpriv", "true"):
        (tools / name).symlink_to(shutil.which(name) or "/nowhere")
    # A folder that only root may enter, as root's home.
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    monkeypatch.setenv("PATH", str(tools))
    prefixes._works.cache_clear()
    try:
        server = PostgresServer(private / "data", choose_free(1)[0], "a password")
        with OwnServer(server):
            words = prefixes.not_as_root(server.folder)
            assert words[:1] == (["setpriv"] if os.geteuid() == 0 else [])
            assert server.answers()
    finally:
        prefixes._works.cache_clear()


def test_data_change_hands_when_the_machine_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Made under one way of not being root, the folder must also work under the other."""
    server = PostgresServer(tmp_path / "data", choose_free(1)[0], "a password")
    with OwnServer(server):
        assert server.answers()
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("setpriv", "true"):
        (tools / name).symlink_to(shutil.which(name) or "/nowhere")
    with monkeypatch.context() as there:
        there.setenv("PATH", str(tools))
        prefixes._works.cache_clear()
        with OwnServer(server):
            assert server.answers()
    prefixes._works.cache_clear()
    with OwnServer(server):
        assert server.answers()


def test_data_of_another_version_are_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "PG_VERSION").write_text("12\n")
    with pytest.raises(CannotContinue, match="were made by PostgreSQL 12, and this is"):
        PostgresServer(folder, 5433, "a password").initialise()
    assert (folder / "PG_VERSION").read_text() == "12\n"


def test_half_made_data_folder_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "data.new" / "base").mkdir(parents=True)
    server = PostgresServer(tmp_path / "data", choose_free(1)[0], "a password")
    server.initialise()
    assert (tmp_path / "data" / "PG_VERSION").exists()
    assert not (tmp_path / "data.new").exists()


def test_found_postgres_is_new_enough() -> None:
    assert postgres.find_programs().version >= postgres.OLDEST


def test_database_of_a_test_is_its_own(servers: SharedServers, worker_number: int) -> None:
    names = [f"own_{letter}_{worker_number}" for letter in "ab"]
    try:
        urls = [servers.clone_database("notifications", name) for name in names]
        assert len(set(urls)) == 2
        with servers.postgres.connect(names[0]) as connection:
            connection.execute("DELETE FROM alembic_version")
        with servers.postgres.connect(names[1]) as connection:
            assert connection.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)
    finally:
        for name in names:
            servers.drop_database(name)
