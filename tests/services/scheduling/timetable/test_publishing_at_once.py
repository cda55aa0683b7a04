"""Two drafts of one event published at the same time: whoever was told something is told what became of it."""

import threading

from sqlalchemy import delete

from services.scheduling.timetable import rules
from services.scheduling.timetable.models import Conversation
from tests.factories.scheduling import tell_world
from tests.service_under_test import ServiceUnderTest
from tests.services.scheduling.timetable.asking import wait_until_somebody_waits
from tests.services.scheduling.timetable.test_plans import make_plan, publish, sent


def test_who_was_told_by_the_plan_before_is_told_that_it_is_no_more(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    first, second = make_plan(scheduling, world), make_plan(scheduling, world)
    with scheduling.session() as session:
        session.execute(delete(Conversation).where(Conversation.plan_id == second))
    thread = threading.Thread(target=publish, args=(scheduling, second))
    with scheduling.session() as session:
        rules.publish_plan(session, first)
        thread.start()
        wait_until_somebody_waits(scheduling)
    thread.join(timeout=30)
    with scheduling.session() as session:
        assert [rules.load_plan(session, one).state for one in (first, second)] == ["superseded", "published"]
    told = sorted(
        (str(message.person.id), message.version, bool(message.values["stops"]))
        for message in sent(scheduling, "timetable_candidate")
    )
    people = sorted({person for person, _, _ in told})
    assert people
    assert told == [(person, *what) for person in people for what in ((1, True), (2, False))]
