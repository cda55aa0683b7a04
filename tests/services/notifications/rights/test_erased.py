"""Somebody is erased while a letter to them is on its way: nothing of them comes back with its outcome."""

import pytest
from sqlalchemy import text

from services.notifications.messages.attempts import Ended, Outcome
from services.notifications.messages.outcome import begin_attempt, write_outcome
from shared.events import MessageFailed, PersonErased
from tests.factories.notifications import facts, person, send_message, tell
from tests.service_under_test import ORGANISATION_ID
from tests.services.notifications.conftest import Post, claim_some

NAME = "unforgettable"


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Outcome("accepted", 250, f"taken for {NAME}@example.org"), "sent"),
        (Outcome("later", 451, f"{NAME} is busy"), "dropped"),
        (Outcome("refused", 550, f"no {NAME} here", closes="bounced"), "dropped"),
    ],
)
def test_servers_answer_names_nobody_who_was_erased(post: Post, outcome: Outcome, state: str) -> None:
    told = send_message(tell(post.service, facts()), person=person(name=NAME, email=f"{NAME}@example.org"))
    post.service.deliver(told)
    (claim,) = claim_some(post)
    with post.service.session() as session:
        attempt_id = begin_attempt(session, claim)
    assert attempt_id is not None
    post.service.deliver(PersonErased(ORGANISATION_ID, "candidate", told.person.id))
    with post.service.session() as session:
        write_outcome(session, Ended(claim, attempt_id, outcome))
    assert _everything(post).count(NAME) == 0
    assert post.states() == [state]
    assert (post.send(), post.service.outbox(MessageFailed)) == (0, [])
    assert [(one.outcome, one.code, one.answer) for one in post.attempts()] == [(outcome.kind, outcome.code, "")]


def test_letter_of_a_dead_worker_to_somebody_erased_is_let_go(post: Post) -> None:
    told = send_message(tell(post.service, facts()))
    post.service.deliver(told)
    (claim,) = claim_some(post)
    with post.service.session() as session:
        begin_attempt(session, claim)
    post.service.deliver(PersonErased(ORGANISATION_ID, "candidate", told.person.id))
    post.let_time_pass()
    assert post.send() == 0
    assert (post.states(), post.reasons()) == (["dropped"], ["erased"])
    assert post.service.outbox(MessageFailed) == []


def _everything(post: Post) -> str:
    with post.service.session() as session:
        rows = [session.scalars(text(f"SELECT {one}::text FROM {one}")).all() for one in TABLES]
    return "\n".join(row for each in rows for row in each)


TABLES = ("message", "attempt", "suppression", "calendar_entry", "preference")
