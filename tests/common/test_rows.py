"""Rows that travel as JSON arrive as they were, in their order, or not at all."""

import datetime as dt

import pytest

from common.models import OutboxEvent
from common.rows import insert_rows

NOW = dt.datetime(2026, 11, 22, 4, 0, 0, 123456, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db


def test_each_gets_its_key_and_what_was_left_to_the_database() -> None:
    told = insert_rows(OutboxEvent(name=f"tests.{name}", payload={"句": [1, None]}, relayed_at=NOW) for name in "ba")
    kept = list(OutboxEvent.objects.order_by("pk"))
    assert [(one.pk, one.name, one.published_at) for one in told] == [
        (one.pk, one.name, one.published_at) for one in kept
    ]
    assert [one.name for one in kept] == ["tests.b", "tests.a"]
    assert {(one.relayed_at, str(one.payload)) for one in kept} == {(NOW, "{'句': [1, None]}")}


def test_rows_that_leave_different_columns_are_refused_and_nothing_is_written() -> None:
    """Else the value that one of them brings would be lost without a word."""
    with pytest.raises(ValueError, match="the same columns"):
        insert_rows(
            [OutboxEvent(name="tests.a", payload={}), OutboxEvent(name="tests.b", payload={}, published_at=NOW)]
        )
    assert not OutboxEvent.objects.exists()


def test_nothing_to_write_asks_nothing(django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert insert_rows([]) == []
