"""Old entries of the audit trail, moved out of the way of those that people page through. Nothing is thrown away.

One statement takes a batch away and puts it into the archive, so an entry always stands in exactly one of the two,
whoever is killed and whenever. Several may run at once: each passes over what another has in hand.
"""

import datetime as dt
from collections.abc import Iterator

from django.db import connection

from common.models import AuditEntry

BATCH = 5_000
MOVE = """
WITH old AS (
    SELECT id FROM common_auditentry WHERE at < %s ORDER BY at LIMIT %s FOR UPDATE SKIP LOCKED
), taken AS (
    DELETE FROM common_auditentry AS entry USING old WHERE entry.id = old.id RETURNING entry.*
)
INSERT INTO common_archivedauditentry (id, actor_id, action, subject, detail, at)
SELECT id, actor_id, action, subject, detail, at FROM taken
"""


def due(*, before: dt.datetime) -> int:
    """How many entries would be moved."""
    return AuditEntry.objects.filter(at__lt=before).count()


def archive(*, before: dt.datetime) -> Iterator[int]:
    """Move the entries from before that instant, oldest first; says after each batch how many it moved."""
    while moved := _move(before):
        yield moved


def _move(before: dt.datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(MOVE, [before, BATCH])
        return cursor.rowcount
