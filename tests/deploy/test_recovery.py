"""What is killed gets up again, and the system works as before."""

import pytest

from deploy.servers.waiting import wait_for
from tests.stack import Stack


@pytest.mark.parametrize("part", ["postgres", "valkey", "gateway", "web-scheduling", "worker-registration", "beat"])
def test_killed_part_is_started_again(faulty_stack: Stack, part: str) -> None:
    before = faulty_stack.control.states()[part].pid
    faulty_stack.kill(part)
    assert wait_for(lambda: faulty_stack.control.states()[part].pid not in (0, before), 30)
    assert wait_for(faulty_stack.works, 60, pause=0.3), faulty_stack.logs(part)
    assert wait_for(lambda: f"{part} fell over and was started again" in faulty_stack.output, 10)


def test_killed_head_of_a_part_takes_its_children_along(faulty_stack: Stack) -> None:
    """The main process alone dies, as when the kernel runs out of memory: no orphan may hold the port or the task."""
    for part in ("web-registration", "worker-notifications"):
        before = faulty_stack.control.states()[part].pid
        faulty_stack.kill(part, whole=False)
        assert wait_for(lambda part=part, before=before: faulty_stack.control.states()[part].pid not in (0, before), 30)  # type: ignore[misc]
        assert wait_for(faulty_stack.works, 60, pause=0.3), faulty_stack.logs(part)
