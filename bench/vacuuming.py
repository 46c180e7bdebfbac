"""What autovacuum has done by the time that anybody measures in earnest."""

from django.db import connection

FILLED = """
SELECT relname FROM pg_class
 WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0
"""


def vacuum() -> None:
    """VACUUM ANALYZE for every table that holds something.

    Autovacuum never looks at one that nothing was written into. Analysed while it is empty, a table is read from end to
    end by every plan that is made until it is analysed again, however much is in it by then.
    """
    with connection.cursor() as cursor:
        cursor.execute(FILLED)
        tables = ", ".join(name for (name,) in cursor.fetchall())
        # It takes longer than any statement of a page may, and nothing is left to be written while others measure.
        for sql in ("SET statement_timeout = 0", f"VACUUM ANALYZE {tables}", "CHECKPOINT", "RESET statement_timeout"):
            cursor.execute(sql)
