"""Points that nobody spent in time: the oldest go first, whatever was spent has used up the oldest."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Min, Q, Sum
from django.db.models.functions import Coalesce

from community.models import PointsAccount, PointsEntry
from community.states import PointsKind, PointsStatus
from payments.services.points import PointsChange, book

BATCH = 500


@dataclass(frozen=True)
class _Aged:
    """What somebody earned that is too old by now, all they have used up, and when something may expire next."""

    old: int
    used: int
    next_at: dt.datetime | None


def expire_due(*, now: dt.datetime, limit: int = BATCH) -> int:
    """Expire what is due, `limit` accounts at a time; returns how many accounts were looked at."""
    seen = 0
    while batch := _expire_some(now=now, limit=limit):
        seen += batch
    return seen


@transaction.atomic
def _expire_some(*, now: dt.datetime, limit: int) -> int:
    due = PointsAccount.objects.filter(next_expiry_at__lte=now).order_by("pk")
    accounts = list(due.select_for_update(no_key=True, skip_locked=True)[:limit])
    aged = _aged([account.pk for account in accounts], now)
    entries = [
        _entry(account, gone, now=now)
        for account in accounts
        if (gone := min(account.balance, aged[account.pk].old - aged[account.pk].used)) > 0
    ]
    for account in accounts:
        account.next_expiry_at = aged[account.pk].next_at
    _write(accounts, entries, now=now)
    return len(accounts)


def _aged(user_ids: Iterable[int], now: dt.datetime) -> dict[int, _Aged]:
    entries = PointsEntry.objects.filter(user_id__in=user_ids, status=PointsStatus.SPENDABLE)
    rows = entries.values_list("user_id").annotate(
        old=Coalesce(Sum("delta", filter=Q(expires_at__lte=now)), 0),
        taken=Coalesce(Sum("delta", filter=Q(delta__lt=0)), 0),
        next_at=Min("expires_at", filter=Q(expires_at__gt=now)),
    )
    return {user_id: _Aged(old, -taken, next_at) for user_id, old, taken, next_at in rows}


def _entry(account: PointsAccount, gone: int, *, now: dt.datetime) -> PointsEntry:
    assert account.next_expiry_at is not None
    account.balance -= gone
    return PointsEntry(
        user_id=account.pk,
        delta=-gone,
        kind=PointsKind.EXPIRED,
        source=f"{account.pk}:{account.next_expiry_at.isoformat()}",
        status=PointsStatus.SPENDABLE,
        made_at=now,
        spendable_at=now,
    )


def _write(accounts: list[PointsAccount], entries: list[PointsEntry], *, now: dt.datetime) -> None:
    PointsEntry.objects.bulk_create(entries)
    PointsAccount.objects.bulk_update(accounts, ["balance", "next_expiry_at"])
    changes = [PointsChange(str(entry.pk), entry.user_id, entry.delta * settings.POINTS_VALUE_FEN) for entry in entries]
    book(changes, now=now)
