"""Our placing call, with what our endpoint sends it, beside the plain one-call function on plain tables."""

from pathlib import Path

from django.db import connection

from bench import pgbench, placing
from bench.databases import connect
from bench.row import Row
from bench.seeding import buyers
from common.calls import FLUSH

TIMES = 600
PLAIN = Path(__file__).parents[1] / "sql" / "plain.sql"
OURS = f"""
SELECT orders_place(replace(form, '{placing.ANYBODY}', nextval('bench_buyer')::text)::jsonb) FROM bench_form;
{FLUSH};
"""
REFERENCE = "SELECT plain_join(1, nextval('bench_buyer'), 1);"


def prepare() -> None:
    people = buyers()
    placing.record(people[-1])
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SEQUENCE bench_buyer START {people[0].pk} MAXVALUE {people[-1].pk}")
        cursor.execute("CREATE TABLE bench_form AS SELECT %s AS form", [placing.recorded()])
    with connect().cursor() as bare:
        for statement in PLAIN.read_text().split(";\n\n"):
            bare.execute(statement)


def ours(_context: None) -> float:
    return pgbench.per_second(OURS, times=TIMES)


def reference(_context: None) -> float:
    return pgbench.per_second(REFERENCE, times=TIMES)


ROW = Row(
    name="join-sql",
    unit="placing calls/s ÷ calls/s of the plain function, pgbench with 8 clients",
    bar=0.6,
    prepare=prepare,
    ours=ours,
    reference=reference,
    fresh=True,
)
