"""Nothing that we log tells who somebody is."""

import logging

import pytest

from services.notifications.messages.jobs import make_jobs
from tests.factories.notifications import facts, person, put_entry, send_message, tell
from tests.mail import answer, drop
from tests.services.notifications.conftest import Post

NAME, ADDRESS = "Oksana Unmentionable", "unmentionable@example.org"


@pytest.mark.parametrize(
    "faults", [(), (answer(550, f"<{ADDRESS}> unknown"),), (answer(451, f"{ADDRESS} later"),), (drop("data"),)]
)
def test_no_name_address_or_link_is_logged(post: Post, caplog: pytest.LogCaptureFixture, faults) -> None:  # type: ignore[no-untyped-def]
    caplog.set_level(logging.DEBUG)
    reader = person(name=NAME, email=ADDRESS)
    post.mail.fault(ADDRESS, *faults)
    event = tell(post.service, facts())
    post.service.deliver(send_message(event, person=reader, pass_code="HD1:unmentionable"))
    post.service.deliver(send_message(event, person=reader, values={"number": NAME}))
    post.service.deliver(put_entry(event, person=reader))
    post.send()
    post.let_time_pass()
    post.send()
    assert post.attempts()
    own = [record for record in caplog.records if not record.name.startswith(("mail", "asyncio", "sqlalchemy"))]
    for record in own:
        said = f"{record.getMessage()} {record.__dict__}"
        assert "nmentionable" not in said, record.name
        assert "/l/" not in said


def test_jobs_are_scheduled(post: Post) -> None:
    jobs = {job.name: job.every for job in make_jobs(post.service.floor.settings)}
    assert set(jobs) == {"send_due", "forget_words"}
    assert all(every is not None and every.total_seconds() > 0 for every in jobs.values())
