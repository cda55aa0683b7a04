"""When to try again."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.messages.retry import PATIENCE, next_try
from tests.factories.notifications import at

NOW = at(2026, 12, 1, 9)


@pytest.mark.parametrize(
    ("kind", "tries", "seconds"),
    [("away", 1, 5), ("away", 2, 10), ("away", 9, 60), ("later", 1, 60), ("later", 3, 240), ("later", 30, 7200),
     ("lost", 1, 30), ("lost", 40, 3600), ("unreadable", 1, 60)],
)  # fmt: skip
def test_wait_doubles_until_the_longest(kind: str, tries: int, seconds: int) -> None:
    assert next_try(kind, tries, NOW, NOW, blur=0.5) == NOW + timedelta(seconds=seconds)


def test_refused_address_is_never_tried_again() -> None:
    assert next_try("refused", 1, NOW, NOW) is None


@pytest.mark.parametrize("kind", PATIENCE)
def test_patience_ends(kind: str) -> None:
    asked_at = NOW - PATIENCE[kind].give_up_after
    assert next_try(kind, 1, asked_at, NOW) is None
    assert next_try(kind, 1, asked_at + timedelta(hours=3), NOW) is not None


@given(st.sampled_from(sorted(PATIENCE)), st.integers(0, 10**6), st.floats(0, 1))
def test_wait_is_blurred_around_its_length(kind: str, tries: int, blur: float) -> None:
    at_half, at_blur = next_try(kind, tries, NOW, NOW, 0.5), next_try(kind, tries, NOW, NOW, blur)
    assert at_half is not None
    assert at_blur is not None
    assert 0.75 <= (at_blur - NOW) / (at_half - NOW) <= 1.25


def test_a_minute_without_server_is_survived_with_attempts_to_spare() -> None:
    at_time, tries = NOW, 0
    while at_time < NOW + timedelta(minutes=1):
        tries += 1
        following = next_try("away", tries, NOW, at_time, blur=1)
        assert following is not None
        at_time = following
    assert at_time - NOW < timedelta(minutes=2)


@pytest.mark.parametrize(("after", "seconds"), [(None, 60), (10, 60), (900, 900), (-5, 60), (10**9, 86400)])
def test_server_that_wants_to_be_left_alone_is_for_a_day_at_most(after: float | None, seconds: int) -> None:
    earliest = next_try("later", 1, NOW, NOW, blur=0, after=after)
    assert earliest == NOW + timedelta(seconds=max(seconds, 45) if seconds > 60 else 45)
