"""Fields that every schema shares: what a form types and JSON sends is taken as it is, or refused."""

from typing import Any

import pytest
from marshmallow import ValidationError

from shared.schemas import Schema, Whole, count


class Numbers(Schema):
    """Whole numbers with and without limits."""

    hours = count(0, 100, required=False)
    round = Whole()


@pytest.mark.parametrize("name", ["hours", "round"])
@pytest.mark.parametrize(("value", "read"), [(5, 5), ("5", 5), (" 5 ", 5), (5.0, 5), (0, 0)])
def test_whole_number_is_read(name: str, value: Any, read: int) -> None:
    found = Numbers().load({name: value})[name]
    assert (found, type(found)) == (read, int)


@pytest.mark.parametrize("name", ["hours", "round"])
@pytest.mark.parametrize(
    "value", [1.5, -0.1, float("inf"), float("nan"), "1.5", "1e2", "", "\0", True, None, [], {}, "9" * 5_000]
)
def test_what_is_no_whole_number_is_refused_and_not_cut_to_one(name: str, value: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        Numbers().load({name: value})
    assert set(refused.value.normalized_messages()) == {name}
