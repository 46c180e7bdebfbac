"""Giving points: each reason counts once, however often it is told."""

import datetime as dt

from django.db import transaction

from community.models import PointsEntry
from community.services.points.accounts import append, expiry, locked
from community.states import PointsKind, PointsStatus


@transaction.atomic
def award(
    *,
    user_id: int,
    kind: PointsKind,
    amount: int,
    source: str,
    now: dt.datetime,
    pending: bool = False,
    subject: str = "",
) -> PointsEntry:
    """Give somebody `amount` > 0 points for one thing of a kind, or answer what was given for it before.

    `subject` is what it belongs to in people's eyes, the number of an order for instance. Pending points are promised
    and cannot be spent yet.
    """
    account = locked(user_id)
    given = PointsEntry.objects.filter(kind=kind, source=source).first()
    if given is not None:
        return given
    entry = PointsEntry(
        user_id=user_id,
        delta=amount,
        kind=kind,
        source=source,
        subject=subject,
        status=PointsStatus.PENDING if pending else PointsStatus.SPENDABLE,
        made_at=now,
        spendable_at=None if pending else now,
        expires_at=None if pending else expiry(amount, now),
    )
    return append(account, entry, now=now)
