"""How often somebody may do something, counted in Postgres so that no restart forgets it."""

import datetime as dt

from django.db import connection

TAKE = """
INSERT INTO common_budget (scope, key, window_starts_at, count) VALUES (%(scope)s, %(key)s, %(start)s, 1)
ON CONFLICT (scope, key, window_starts_at)
DO UPDATE SET count = common_budget.count + 1 WHERE common_budget.count < %(limit)s
RETURNING count
"""


def take(scope: str, key: str, *, limit: int, window: dt.timedelta, now: dt.datetime) -> bool:
    """Spend one from the budget of (scope, key) in the current window; False when it is used up."""
    if limit < 1:
        return False
    start = dt.datetime.fromtimestamp(now.timestamp() // window.total_seconds() * window.total_seconds(), tz=dt.UTC)
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"scope": scope, "key": key, "start": start, "limit": limit})
        return cursor.fetchone() is not None
