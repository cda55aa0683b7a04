"""What an answer from a calendar means, as a decision: no database, no mail."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.notifications.calendar.judging import Answer, Standing, judge, mailbox_of
from tests.factories.notifications import at

NOW = at(2026, 12, 1, 12)
WHO = "olena@example.org"
YES = Answer("uid", 1, f"mailto:{WHO}", WHO, "ACCEPTED", dtstamp=NOW - timedelta(minutes=1))
NO = replace(YES, partstat="DECLINED")
STANDING = Standing(sequence=1, addresses=frozenset({WHO}))
ELSEWHERE, SPOUSE = "o.savchuk@gmail.com", "mykola@example.net"


def outcome(answer: Answer, /, **changes: Any) -> tuple[str, str]:
    found = judge(answer, replace(STANDING, **changes), NOW)
    return found.outcome, found.reason


@pytest.mark.parametrize("partstat", ["ACCEPTED", "DECLINED", "TENTATIVE", "accepted", " Declined "])
def test_answer_from_the_invited_address_counts(partstat: str) -> None:
    said = partstat.strip().lower()
    assert outcome(replace(YES, partstat=partstat)) == ("counted", said)


@pytest.mark.parametrize(
    ("attendee", "sender", "yes", "no"),
    [
        (WHO, WHO, "accepted", "declined"),
        ("OLENA@Example.org", "Olena+werk@example.org", "accepted", "declined"),
        (ELSEWHERE, WHO, "accepted", "declined"),
        (WHO, ELSEWHERE, "accepted", "other_sender"),
        (SPOUSE, SPOUSE, "stranger", "stranger"),
        ("", SPOUSE, "stranger", "stranger"),
        ("", "", "stranger", "stranger"),
    ],
)
def test_whose_answer_it_is(attendee: str, sender: str, yes: str, no: str) -> None:
    found = [outcome(replace(answer, attendee=attendee, sender=sender))[1] for answer in (YES, NO)]
    assert found == [yes, no]


def test_nobody_declines_for_somebody_else_without_a_person_seeing_it() -> None:
    for attendee in (WHO, ELSEWHERE, SPOUSE, "", "garbage"):
        for method in ("REPLY", "COUNTER"):
            answer = replace(NO, attendee=attendee, sender=SPOUSE, method=method)
            assert outcome(answer)[0] == "doubtful"


@pytest.mark.parametrize(
    ("changes", "standing", "reason"),
    [
        ({"sequence": 0}, {}, "old_sequence"),
        ({}, {"changed": True}, "old_sequence"),
        ({}, {"cancelled": True}, "cancelled"),
        ({}, {"over": True}, "over"),
        ({}, {"answered_at": NOW - timedelta(seconds=30)}, "out_of_order"),
        ({}, {"answer": "accepted"}, "repeated"),
        ({"comment": "Tot dan"}, {"answer": "accepted", "comment": "Tot dan"}, "repeated"),
    ],
)
def test_what_is_history_is_kept_and_counts_for_nothing(
    changes: dict[str, Any], standing: dict[str, Any], reason: str
) -> None:
    assert outcome(replace(YES, **changes), **standing) == ("kept", reason)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"partstat": "DELEGATED", "delegated_to": "mailto:x@example.org"}, "delegated"),
        ({"delegated_to": "mailto:x@example.org"}, "delegated"),
        ({"partstat": "NEEDS-ACTION"}, "says_nothing"),
        ({"partstat": ""}, "says_nothing"),
        ({"partstat": "X-PERHAPS"}, "says_nothing"),
        ({"partstat": "COMPLETED"}, "says_nothing"),
        ({"method": "REFRESH"}, "says_nothing"),
        ({"recurrence_id": "20261210T120000Z"}, "part_of_series"),
        ({"sequence": 2}, "sequence_unknown"),
    ],
)
def test_what_the_rules_cannot_tell_is_for_a_person(changes: dict[str, Any], reason: str) -> None:
    assert outcome(replace(YES, **changes)) == ("doubtful", reason)


def test_answer_before_any_file_was_written_is_for_a_person() -> None:
    assert outcome(YES, sequence=None) == ("doubtful", "sequence_unknown")


def test_new_comment_on_the_same_answer_counts() -> None:
    assert outcome(replace(YES, comment="Ik kom iets later"), answer="accepted") == ("counted", "accepted")


def test_answer_of_the_same_second_counts_as_the_later_one() -> None:
    assert outcome(NO, answer="accepted", answered_at=YES.dtstamp) == ("counted", "declined")


def test_clock_that_runs_ahead_does_not_outdo_what_comes_after() -> None:
    ahead = replace(YES, dtstamp=NOW + timedelta(days=400))
    assert judge(ahead, STANDING, NOW).outcome == "counted"
    later = NOW + timedelta(minutes=5)
    no = replace(NO, dtstamp=later)
    assert judge(no, replace(STANDING, answer="accepted", answered_at=NOW), later).outcome == "counted"


@pytest.mark.parametrize(("partstat", "said"), [("TENTATIVE", "tentative"), ("DECLINED", "declined"),
                                                ("ACCEPTED", "tentative"), ("", "tentative")])  # fmt: skip
def test_other_time_is_no_yes_to_this_one_and_a_person_looks(partstat: str, said: str) -> None:
    found = judge(replace(YES, method="COUNTER", partstat=partstat), STANDING, NOW)
    assert (found.outcome, found.reason, found.answer, found.proposes) == ("counted", "countered", said, True)


def test_one_mailbox_has_many_spellings() -> None:
    assert mailbox_of("MAILTO:Olena+werk@Example.ORG") == "olena@example.org"
    assert mailbox_of("o.savchuk@googlemail.com") == mailbox_of("osavchuk+x@gmail.com")
    assert mailbox_of("o.savchuk@example.org") != mailbox_of("osavchuk@example.org")
    assert mailbox_of("garbage") == "garbage"
