"""Calls to one gateway are kept apart for the whole platform, however many workers make them."""

import time

from django.conf import settings
from django.db import connection

# What a gateway in trouble is asked at most, by all workers together.
PER_SECOND_IN_TROUBLE = 5

# One row for each gateway is the queue: whoever asks takes the next free slot of it, by the database's clock.
TAKE_SLOT = """
INSERT INTO payments_gatewaypace AS pace (gateway, next_at)
VALUES (%(gateway)s, clock_timestamp() + make_interval(secs => %(apart)s))
ON CONFLICT (gateway) DO UPDATE
   SET next_at = GREATEST(pace.next_at, clock_timestamp()) + make_interval(secs => %(apart)s)
RETURNING EXTRACT(EPOCH FROM next_at) - %(apart)s, EXTRACT(EPOCH FROM next_at - clock_timestamp()) - %(apart)s
"""


def wait_for_turn(gateway: str, *, in_trouble: bool) -> float:
    """Sleep until the next call to this gateway may go out; returns that instant in seconds. Not in a transaction.

    A gateway in trouble is left alone for longer after each call, also where REFUNDS_PER_SECOND sets no pace.
    """
    pace = settings.REFUNDS_PER_SECOND
    if not pace and not in_trouble:
        return time.time()
    apart = 1 / min(pace or PER_SECOND_IN_TROUBLE, PER_SECOND_IN_TROUBLE) if in_trouble else 1 / pace
    with connection.cursor() as cursor:
        cursor.execute(TAKE_SLOT, {"gateway": gateway, "apart": apart})
        slot, ahead = cursor.fetchone()
    time.sleep(max(0.0, float(ahead)))
    return float(slot)
