"""Alerts: what only a person can put right, as rows that operators see in a queue.

While the trouble stands it is told again and again, which counts and opens nothing new. Whoever raised an alert closes
it when the trouble is over; an operator may close it before, with a note, and is told again if it still stands.
"""

import datetime as dt
import json
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from common import audit
from common.errors import Conflict
from common.models import Alert

RAISE = """
INSERT INTO common_alert (kind, subject, sentence, detail, first_seen_at, last_seen_at, times, note)
VALUES (%(kind)s, %(subject)s, %(sentence)s, %(detail)s, %(now)s, %(now)s, 1, '')
ON CONFLICT (kind, subject) WHERE closed_at IS NULL DO UPDATE
SET times = common_alert.times + 1, sentence = excluded.sentence, detail = excluded.detail,
    last_seen_at = greatest(common_alert.last_seen_at, excluded.last_seen_at)
"""


class AlreadyClosed(Conflict):
    """The trouble went away, or somebody else closed the alert first."""

    code = "alert_closed"
    message = _("这条告警已经关闭了")


def raise_alert(*, kind: str, subject: str, sentence: str, now: dt.datetime, **detail: Any) -> None:
    """Open an alert, or count once more the one that is open. `sentence` is marked, and says what to do.

    Commits by itself, and so asks for a caller without a transaction: what is rolled back afterwards, as failures are,
    must not take the alert with it. `detail` holds ids, numbers and amounts, never personal data.
    """
    told: dict[str, str | dt.datetime] = {
        "kind": kind,
        "subject": subject[:80],
        "sentence": sentence[:300],
        "detail": json.dumps(detail, default=str),
        "now": now,
    }
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(RAISE, told)


def close_alert(*, kind: str, subject: str, now: dt.datetime) -> bool:
    """The trouble is over: close its alert; False when none is open."""
    return bool(Alert.objects.filter(kind=kind, subject=subject[:80], closed_at__isnull=True).update(closed_at=now))


@transaction.atomic
def close_by_hand(*, alert: Alert, actor_id: int, note: str, now: dt.datetime) -> None:
    """An operator has dealt with it, and says how. Raises AlreadyClosed."""
    still_open = Alert.objects.filter(pk=alert.pk, closed_at__isnull=True)
    if not still_open.update(closed_at=now, closed_by=actor_id, note=note[:200]):
        raise AlreadyClosed
    audit.record(actor_id=actor_id, action="alert.close", subject=f"alert:{alert.pk}", about=str(alert))
