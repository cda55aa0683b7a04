"""An interpreter with another address: what scheduling asks for is what both mailboxes get."""

import random
from typing import Any

import pytest

from shared.events import EventPublished
from tests.factories.notifications import organisation
from tests.factories.scheduling import World, tell_world
from tests.service_under_test import ServiceUnderTest
from tests.services.notifications.calendar.ical_js import read_files
from tests.services.notifications.conftest import Post
from tests.services.scheduling.timetable.asking import NEW_ADDRESS, correct, known
from tests.services.scheduling.timetable.test_plans import make_plan, moved, publish


@pytest.fixture
def world(scheduling: ServiceUnderTest, post: Post) -> World:
    """A published plan, of which notifications knows the event."""
    world = tell_world(scheduling, stands=1, candidates=2, interpreters=1, rounds=2)
    for event in (organisation(world.event.organisation_id), EventPublished(world.event)):
        post.service.deliver(event)
    publish(scheduling, make_plan(scheduling, world))
    return world


def pass_on(scheduling: ServiceUnderTest, post: Post, seed: int | None = None) -> None:
    """Hand notifications what scheduling asked since, in order or in any."""
    commands = [one for one in scheduling.outbox() if type(one) in post.service.floor.worker.reactions]
    if seed is not None:
        random.Random(seed).shuffle(commands)
    scheduling.forget_outbox()
    post.service.deliver_all(commands)


def files_to(post: Post, address: str) -> list[dict[str, Any]]:
    return read_files(*(one.calendar for one in post.mail.received
                        if one.address == address and b"text/calendar" in one.raw))  # fmt: skip


def methods(files: list[dict[str, Any]]) -> list[str]:
    return [one["method"] for one in files]


def test_old_address_gets_a_cancel_and_the_new_one_a_request(
    scheduling: ServiceUnderTest, post: Post, world: World
) -> None:
    old = known(scheduling, world)["email"]
    pass_on(scheduling, post)
    post.send()
    correct(scheduling, world, email=NEW_ADDRESS)
    pass_on(scheduling, post)
    post.send()
    before, after = files_to(post, old), files_to(post, NEW_ADDRESS)
    assert methods(before) == ["REQUEST", "CANCEL"]
    assert methods(after) == ["REQUEST"]
    assert before[0]["uid"] == before[1]["uid"] != after[0]["uid"]
    assert before[1]["sequence"] > before[0]["sequence"]
    assert after[0]["start"] == before[0]["start"]
    [farewell] = [one for one in post.messages() if one.template == "interpreter_readdressed"]
    assert NEW_ADDRESS not in farewell.text
    scheduling.deliver(moved(world))
    post.service.deliver(moved(world))
    pass_on(scheduling, post)
    post.send()
    assert methods(files_to(post, old)) == ["REQUEST", "CANCEL"]
    assert methods(files_to(post, NEW_ADDRESS)) == ["REQUEST", "REQUEST"]


@pytest.mark.parametrize("seed", range(6))
def test_in_any_order_the_new_address_has_the_entry_and_the_old_one_has_not(
    scheduling: ServiceUnderTest, post: Post, world: World, seed: int
) -> None:
    old = known(scheduling, world)["email"]
    correct(scheduling, world, email=NEW_ADDRESS)
    pass_on(scheduling, post, seed)
    post.send()
    assert methods(files_to(post, old)) in ([], ["REQUEST", "CANCEL"])
    assert methods(files_to(post, NEW_ADDRESS)) == ["REQUEST"]


def test_address_that_never_got_the_entry_hears_nothing_of_it(
    scheduling: ServiceUnderTest, post: Post, world: World
) -> None:
    """The mail server was away until after the correction: what was not sent yet goes to nobody."""
    old = known(scheduling, world)["email"]
    pass_on(scheduling, post)
    correct(scheduling, world, email=NEW_ADDRESS)
    pass_on(scheduling, post)
    post.send()
    assert [one for one in post.mail.received if one.address == old] == []
    assert methods(files_to(post, NEW_ADDRESS)) == ["REQUEST"]
