"""A6: processes count together and tell each other in steps."""

import pytest
from django.core.cache import cache

from common.ids import new_public_code
from web.api import tally
from web.api.tally import Tally


@pytest.fixture
def counter() -> str:
    """One that nobody has counted on."""
    return f"test:{new_public_code()}"


def count(process: Tally, counter: str, times: int, *, step: int = 1) -> list[int]:
    return [process.count(counter, step=step, seconds=60) for _time in range(times)]


def test_two_processes_count_on(counter: str) -> None:
    one, other = Tally(), Tally()
    assert count(one, counter, 2) == [1, 2]
    assert count(other, counter, 2) == [3, 4]
    assert count(one, counter, 1) == [5]


def test_in_steps_each_is_short_by_less_than_one(counter: str) -> None:
    """What the other has not told yet is missing, and comes with its step."""
    one, other = Tally(), Tally()
    assert count(one, counter, 10, step=10) == list(range(1, 11))
    assert count(other, counter, 9, step=10) == list(range(1, 10))
    assert count(other, counter, 1, step=10) == [20]
    assert count(one, counter, 10, step=10) == [*range(11, 20), 30]


def test_most_calls_go_nowhere(counter: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []

    def incr(_key: str, number: int) -> int:
        told.append(number)
        return sum(told)

    monkeypatch.setattr(cache, "incr", incr)
    assert count(Tally(), counter, 25, step=10)[-1] == 25
    assert told == [10, 10]


def test_memory_is_bounded(counter: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was not told when it is full is forgotten; what was told is not."""
    monkeypatch.setattr(tally, "MOST_COUNTED", 2)
    process = Tally()
    assert count(process, counter, 12, step=10)[-1] == 12
    for number in range(3):
        count(process, f"{counter}:{number}", 1, step=10)
    assert count(process, counter, 10, step=10)[-1] == 20
    assert len(process._counted) <= 2
