"""The Dockerfile and the entry point, checked as far as that goes without an engine."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.servers.ports import accepts, choose_free
from deploy.servers.postgres import find_programs
from deploy.servers.waiting import wait_for
from shared.migration import migrate
from tests.deploy.compose_file import DEPLOY
from tests.servers import SharedServers
from tests.stack import ROOT, Stack

DOCKERFILE = DEPLOY / "Dockerfile"


def _linter() -> str:
    found = shutil.which("hadolint", path=f"{Path(sys.executable).parent}")
    assert found, "hadolint belongs to the locked packages"
    return found


def test_linter_finds_nothing_in_the_dockerfile() -> None:
    done = subprocess.run([_linter(), DOCKERFILE], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_linter_would_find_a_moving_base_image(tmp_path: Path) -> None:
    loose = tmp_path / "Dockerfile"
    loose.write_text(re.sub(r"FROM python:\S+", "FROM python:latest", DOCKERFILE.read_text()))
    assert subprocess.run([_linter(), loose], capture_output=True, check=False).returncode == 1


def test_final_images_run_as_a_user_without_rights() -> None:
    stages = re.split(r"^FROM ", DOCKERFILE.read_text(), flags=re.MULTILINE)[1:]
    final = {match.group(1): stage for stage in stages if (match := re.match(r"\S+ AS (app|gateway)\n", stage))}
    assert set(final) == {"app", "gateway"}
    for name, stage in final.items():
        users = re.findall(r"^USER (\d+):\d+$", stage, flags=re.MULTILINE)
        assert users, name
        assert "0" not in users


def test_everything_that_is_copied_is_there_and_let_through() -> None:
    let_through = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    for words in re.findall(r"^COPY (?!--from)((?:\\\n|[^\n])+)", DOCKERFILE.read_text(), flags=re.MULTILINE):
        for source in words.replace("\\\n", " ").split()[:-1]:
            assert (ROOT / source).exists(), source
            assert source.split("/")[0] in let_through, source


@pytest.mark.parametrize("script", ["entrypoint.sh", "postgres/10-databases.sh", "node.sh", "test_programs.sh"])
def test_script_is_read_by_a_plain_shell(script: str) -> None:
    done = subprocess.run(["sh", "-n", DEPLOY / script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_entry_point_serves_and_the_health_check_sees_it(stack: Stack, tmp_path: Path) -> None:
    [port] = choose_free(1)
    environ = {
        **stack.environ,
        **stack.settings,
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "TMPDIR": str(tmp_path),
    }
    words = [
        DEPLOY / "entrypoint.sh",
        "web",
        "scheduling",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--workers",
        "2",
    ]
    server = subprocess.Popen(words, cwd=ROOT, env=environ, start_new_session=True)
    try:
        assert wait_for(lambda: accepts(port) and stack.run("alive", "web", "--port", str(port)).returncode == 0, 120)
    finally:
        server.terminate()
        assert server.wait(60) == 0
    done = stack.run("alive", "web", "--port", str(port))
    assert done.returncode == 1
    assert "no answer" in done.stderr


def test_health_checks_tell_who_is_well(faulty_stack: Stack) -> None:
    faulty_stack.environ.update(faulty_stack.settings)
    for words in (["worker", "registration"], ["worker", "planning"], ["beat"]):
        done = faulty_stack.run("alive", *words)
        assert done.returncode == 0, done.stderr
    faulty_stack.stop("worker-planning")
    done = faulty_stack.run("alive", "worker", "planning")
    assert done.returncode == 1
    assert "does not answer" in done.stderr
    assert "Traceback" not in done.stderr


def test_first_start_of_postgres_makes_databases_that_the_services_can_migrate(servers: SharedServers) -> None:
    """The script of the official image, against a real server: each service with its own role, without more rights."""
    port, password = servers.postgres.port, servers.postgres.password
    environ = {
        "PATH": f"{find_programs().folder}:/usr/bin:/bin",
        "POSTGRES_USER": "handdruk",
        "PGHOST": "127.0.0.1",
        "PGPORT": str(port),
        "PGPASSWORD": password,
        **{f"{name}_DATABASE_PASSWORD": f"of{name}" for name in ("REGISTRATION", "SCHEDULING", "NOTIFICATIONS")},
    }
    done = subprocess.run(
        [DEPLOY / "postgres" / "10-databases.sh"], env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    try:
        for name in ("registration", "scheduling", "notifications"):
            migrate(name, f"postgresql+psycopg://{name}:of{name.upper()}@127.0.0.1:{port}/{name}")
        environ["PGPASSWORD"] = "ofREGISTRATION"
        words = ["psql", "--username", "registration", "--dbname", "scheduling", "--command", "SELECT 1"]
        refused = subprocess.run(words, env=environ, capture_output=True, text=True, check=False)
        assert "permission denied for database" in refused.stderr
    finally:
        for name in ("registration", "scheduling", "notifications"):
            servers.drop_database(name)
            with servers.postgres.connect("postgres") as connection:
                connection.execute(f"DROP ROLE {name}".encode())
