"""Definitions are read once a second by each process, and by every quote where that is switched off."""

import time

from pytest_django.fixtures import Settings

from common import definitions
from common.definitions import at_hand


def test_a_definition_is_read_once_until_its_time_is_over(settings: Settings) -> None:
    """Each by what was asked for; afterwards the next one who asks reads it anew."""
    read: list[str] = []

    @at_hand
    def shop(name: str) -> int:
        read.append(name)
        return len(read)

    settings.DEFINITION_SECONDS = 60
    assert [shop("A"), shop("A"), shop("B"), shop("A")] == [1, 1, 2, 1]
    definitions._kept[-1].expire(time.monotonic() + 60)
    assert [shop("A"), shop("A")] == [3, 3]
    assert read == ["A", "B", "A"]


def test_nothing_is_kept_where_nothing_may_be(settings: Settings) -> None:
    """DEFINITION_SECONDS=0: what somebody changed holds for the very next quote."""
    answers = iter(range(9))

    @at_hand
    def number() -> int:
        return next(answers)

    settings.DEFINITION_SECONDS = 0
    assert [number(), number()] == [0, 1]
