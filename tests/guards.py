"""Guards that stand in functions of the database, taken away for a counter-test, and put back after it.

What they are replaced by can meet others (`test_meet`), say that it got somewhere (`test_signal`) and wait for that
(`test_await`). All three count in sequences, which everybody sees at once, whatever their transactions do.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager

import pytest
from django.conf import settings
from django.db import connection

from orders.contributions import ClaimKeeper, Take, claim_keepers
from tests.parallel import PATIENCE

TOOLS = f"""
CREATE SEQUENCE test_meeting; CREATE SEQUENCE test_begun; CREATE SEQUENCE test_closed;
CREATE FUNCTION test_await(sequence regclass, arrivals bigint, patience float DEFAULT {PATIENCE}) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    until timestamptz := clock_timestamp() + make_interval(secs => patience);
    arrived bigint;
BEGIN
    SET LOCAL statement_timeout = 0;
    LOOP
        EXECUTE 'SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM ' || sequence INTO arrived;
        EXIT WHEN arrived >= arrivals OR clock_timestamp() > until;
        PERFORM pg_sleep(0.005);
    END LOOP;
END $$;
CREATE FUNCTION test_meet(patience float DEFAULT {PATIENCE}) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF nextval('test_meeting') <= 2 THEN
        PERFORM test_await('test_meeting', 2, patience);
    END IF;
END $$;
"""
NO_TOOLS = """
DROP FUNCTION test_meet; DROP FUNCTION test_await;
DROP SEQUENCE test_meeting; DROP SEQUENCE test_begun; DROP SEQUENCE test_closed;
"""

LOOK_MEET_WRITE = """
CREATE OR REPLACE FUNCTION catalog_take_guarded(id bigint, wanted integer) RETURNS TABLE (sku_id bigint, is_low boolean)
LANGUAGE plpgsql AS $$
DECLARE
    seen catalog_allotment;
BEGIN
    SELECT * INTO seen FROM catalog_allotment AS allotment WHERE allotment.id = catalog_take_guarded.id;
    IF seen.is_open AND seen.quantity - seen.reserved - seen.sold >= wanted THEN
        {think};
        UPDATE catalog_allotment AS allotment SET reserved = seen.reserved + wanted WHERE allotment.id = seen.id;
        RETURN QUERY SELECT seen.sku_id, false;
    END IF;
END $$;
"""


@contextmanager
def replaced(path: str, sql: str) -> Iterator[None]:
    """Functions of a .sql file, defined otherwise by `sql` for as long as this lasts."""
    with connection.cursor() as cursor:
        cursor.execute(TOOLS)
        cursor.execute(sql)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(defined(path))
            cursor.execute(NO_TOOLS)


def defined(path: str) -> str:
    """The text of a .sql file."""
    return (settings.BASE_DIR / path).read_text(encoding="utf-8")


def changed(path: str, changes: Mapping[str, str]) -> str:
    """The file with some places written otherwise: what a counter-test leaves out, or does between."""
    text = defined(path)
    for was, becomes in changes.items():
        assert text.count(was) == 1, f"{was!r} stands {text.count(was)} times in {path}"
        text = text.replace(was, becomes)
    return text


def looking_first(*, think: str = "PERFORM test_meet()") -> AbstractContextManager[None]:
    """What everybody writes first, in the place of catalog_take_guarded: look, think, write."""
    return replaced("catalog/sql/reserve.sql", LOOK_MEET_WRITE.format(think=think))


def signal(sequence: str) -> None:
    """Say that this point was reached."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s)", [sequence])


def await_signal(sequence: str) -> None:
    """Wait until somebody has said so."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT is_called FROM {sequence}")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.005)
    raise AssertionError(f"nobody came to {sequence}")


def replace_keeper(monkeypatch: pytest.MonkeyPatch, kind: str, take: Take) -> None:
    """The keeper of one kind of claims, taking in Python and without its guard."""
    keeper = claim_keepers[kind]
    monkeypatch.setitem(claim_keepers._entries, kind, ClaimKeeper(keeper.rank, take, keeper.give_back))
