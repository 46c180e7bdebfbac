"""The functions that take claims, by name: a function of the database, written after every migration.

It says what the registry of keepers says. PL/pgSQL could call a function whose name it only reads, and would plan that
call anew each time; a call that is written out is planned once for each connection (docs/adr/0016).
"""

from typing import Any

from django.db import connections
from psycopg2 import sql

from orders.contributions import TakeInSql, claim_keepers

DISPATCH = sql.SQL("""
CREATE OR REPLACE FUNCTION orders_take_by(
    function_name text, placed orders_order, claims jsonb, quoted_at timestamptz
) RETURNS jsonb
LANGUAGE plpgsql AS $$
BEGIN
    CASE function_name
{calls}
    END CASE;
END $$
""")
CALL = sql.SQL("        WHEN {name} THEN RETURN {function}(placed, claims, quoted_at);")


def write_dispatch(*, using: str, **_signal: Any) -> None:
    """Write it for the keepers of this program, where there are orders: a receiver of `post_migrate`."""
    database = connections[using]
    functions = sorted(keeper.take.function for keeper in claim_keepers if isinstance(keeper.take, TakeInSql))
    calls = [CALL.format(name=sql.Literal(name), function=sql.Identifier(name)) for name in functions]
    if "orders_order" in database.introspection.table_names():
        with database.cursor() as cursor:
            cursor.execute(DISPATCH.format(calls=sql.SQL("\n").join(calls)))
