"""The account of somebody's points follows its entries, and the platform's books follow the account."""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings

from common import events
from community.events import GrowthChanged
from community.models import PointsAccount, PointsEntry
from community.states import GROWING, PointsStatus
from payments.services.points import PointsChange, book


def locked(user_id: int) -> PointsAccount:
    """Somebody's account, opened where there is none, held until the transaction ends."""
    PointsAccount.objects.bulk_create([PointsAccount(user_id=user_id)], ignore_conflicts=True)
    return PointsAccount.objects.select_for_update(no_key=True).get(user_id=user_id)


def lock_all(user_ids: Iterable[int]) -> None:
    """The accounts of these people, opened where there are none, locked in the order of their keys."""
    people = sorted(set(user_ids))
    PointsAccount.objects.bulk_create([PointsAccount(user_id=pk) for pk in people], ignore_conflicts=True)
    list(PointsAccount.objects.filter(user_id__in=people).order_by("user_id").select_for_update(no_key=True))


def append(account: PointsAccount, entry: PointsEntry, *, now: dt.datetime) -> PointsEntry:
    """Write a new entry of a locked account and what follows from it."""
    entry.save(force_insert=True)
    if entry.status == PointsStatus.PENDING:
        account.pending += entry.delta
        account.save(update_fields=["pending"])
    else:
        _grow(account, [entry], now=now)
    return entry


def make_spendable(account: PointsAccount, pending: Iterable[PointsEntry], *, now: dt.datetime) -> None:
    """What these pending entries of a locked account promised may be spent from now on; earnings begin to age."""
    entries = list(pending)
    for entry in entries:
        entry.status, entry.spendable_at, entry.expires_at = PointsStatus.SPENDABLE, now, expiry(entry.delta, now)
    PointsEntry.objects.bulk_update(entries, ["status", "spendable_at", "expires_at"])
    account.pending -= sum(entry.delta for entry in entries)
    _grow(account, entries, now=now)


def make_void(account: PointsAccount, pending: Iterable[PointsEntry]) -> None:
    """Nothing comes of these pending entries of a locked account."""
    entries = list(pending)
    PointsEntry.objects.filter(pk__in=[entry.pk for entry in entries]).update(status=PointsStatus.VOID)
    account.pending -= sum(entry.delta for entry in entries)
    account.save(update_fields=["pending"])


def expiry(delta: int, now: dt.datetime) -> dt.datetime | None:
    """Until when points that are earned now can be spent; what takes points away does not expire."""
    return now + settings.POINTS_LIFETIME if delta > 0 else None


def _grow(account: PointsAccount, entries: list[PointsEntry], *, now: dt.datetime) -> None:
    """Spendable entries pay debts first, then count; below nothing they become debt."""
    if not entries:
        account.save(update_fields=["pending"])
        return
    was = account.balance
    stands = account.balance - account.debt + sum(entry.delta for entry in entries)
    account.balance, account.debt = max(stands, 0), max(-stands, 0)
    ends = [entry.expires_at for entry in entries if entry.expires_at] + [account.next_expiry_at]
    account.next_expiry_at = min((end for end in ends if end), default=None)
    account.save(update_fields=["balance", "pending", "debt", "next_expiry_at"])
    change = (account.balance - was) * settings.POINTS_VALUE_FEN
    book([PointsChange(str(entries[0].pk), account.user_id, change)], now=now)
    if any(entry.kind in GROWING for entry in entries):
        events.publish(GrowthChanged(user_id=account.user_id))
