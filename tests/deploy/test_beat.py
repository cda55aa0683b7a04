"""Beat's merged schedule."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.installation import open_installation
from deploy.probes import QUEUES
from shared.settings import SERVICES
from tests.stack import ROOT

SHOW = """
import json
from deploy.beat import make_beat
schedule = make_beat().conf.beat_schedule
print(json.dumps({name: entry["options"]["queue"] for name, entry in schedule.items()}))
"""


@pytest.fixture(scope="module")
def queues(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The queue of each scheduled job; in a process of its own, as beat is, since the services read their settings."""
    folder: Path = tmp_path_factory.mktemp("beat")
    environ = {**os.environ, **open_installation({"HANDDRUK_STATE_FOLDER": str(folder)}).settings()}
    done = subprocess.run(
        [sys.executable, "-c", SHOW], cwd=ROOT, env=environ, capture_output=True, text=True, check=True
    )
    found: dict[str, str] = json.loads(done.stdout)
    return found


def test_every_service_has_its_relay_swept(queues: dict[str, str]) -> None:
    for service in SERVICES:
        assert queues[f"{service}.relay"] == service


def test_every_scheduled_job_goes_to_a_queue_that_somebody_works_on(queues: dict[str, str]) -> None:
    assert set(queues.values()) <= set(QUEUES)
