"""Points for buying: promised when an order is paid, spendable when it is completed, taken back with what goes back."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, Sum

from common.money import BASIS_POINTS, share
from community.models import PointsAccount, PointsEntry
from community.selectors.standings import benefit_of, benefits_of
from community.services.points.accounts import append, lock_all, locked, make_spendable, make_void
from community.states import BenefitKind, PointsKind, PointsStatus
from orders.models import Order, OrderLine
from orders.states import ENDED, OrderStatus

FEN_PER_YUAN = 100
ADD_PENDING = """
UPDATE community_pointsaccount AS account SET pending = account.pending + fresh.points
  FROM (SELECT user_id, sum(points) AS points FROM unnest(%(users)s::bigint[], %(points)s::bigint[])
        AS promise (user_id, points) GROUP BY user_id) AS fresh
 WHERE account.user_id = fresh.user_id
"""


@transaction.atomic
def follow_purchases(*, order_ids: Sequence[int], now: dt.datetime) -> None:
    """The same as `follow_purchase` for each of them: those just paid, of which nothing is written yet, all at once."""
    lock_all(Order.objects.filter(pk__in=order_ids).values_list("buyer_id", flat=True))
    fresh = _just_paid(order_ids)
    _promise(fresh, now=now)
    known = {order.pk for order in fresh}
    for order_id in (pk for pk in order_ids if pk not in known):
        follow_purchase(order_id=order_id, now=now)


def _just_paid(order_ids: Sequence[int]) -> list[Order]:
    """Paid orders that go on, without any entry of points; their buyers' accounts are locked by the caller."""
    written = PointsEntry.objects.filter(subject=OuterRef("number"))
    paid = Order.objects.filter(Q(pk__in=order_ids, paid_at__isnull=False), ~Exists(written))
    kept = Sum(F("lines__paid_fen") - F("lines__refunded_fen"))
    return list(paid.exclude(status__in=[*ENDED, OrderStatus.COMPLETED]).annotate(net_fen=kept).order_by("pk"))


def _promise(orders: Sequence[Order], *, now: dt.datetime) -> None:
    rates = benefits_of({order.buyer_id for order in orders}, BenefitKind.POINTS_MULTIPLIER)
    entries = [_promised(order, rates.get(order.buyer_id, BASIS_POINTS), now=now) for order in orders]
    promised = PointsEntry.objects.bulk_create(entry for entry in entries if entry.delta)
    users, points = [entry.user_id for entry in promised], [entry.delta for entry in promised]
    with connection.cursor() as cursor:
        cursor.execute(ADD_PENDING, {"users": users, "points": points})


def _promised(order: Any, rate_bp: int, *, now: dt.datetime) -> PointsEntry:
    """What a purchase is to bring, at the multiplier of the day it was paid."""
    return PointsEntry(
        user_id=order.buyer_id,
        delta=_earned(order.net_fen or 0, rate_bp),
        kind=PointsKind.PURCHASE,
        source=order.number,
        subject=order.number,
        status=PointsStatus.PENDING,
        rate_bp=rate_bp,
        made_at=now,
    )


def _earned(net_fen: int, rate_bp: int) -> int:
    return share(net_fen // FEN_PER_YUAN * settings.POINTS_PER_YUAN, rate_bp)


@transaction.atomic
def follow_purchase(*, order_id: int, now: dt.datetime) -> None:
    """Bring the points of an order to what it stands for now. Told twice, late or out of turn, it comes to the same."""
    account = locked(Order.objects.values_list("buyer_id", flat=True).get(pk=order_id))
    order = Order.objects.get(pk=order_id)
    if order.paid_at is None:
        return
    bought = PointsEntry.objects.filter(subject=order.number, kind__in=(PointsKind.PURCHASE, PointsKind.REFUND))
    entries = list(bought.exclude(status=PointsStatus.VOID).order_by("pk"))
    if order.status in ENDED:
        make_void(account, _pending(entries))
        return
    if change := _change(account, order, entries, now=now):
        entries.append(change)
    if order.status == OrderStatus.COMPLETED:
        make_spendable(account, _pending(entries), now=now)


def _pending(entries: list[PointsEntry]) -> list[PointsEntry]:
    return [entry for entry in entries if entry.status == PointsStatus.PENDING]


def _change(
    account: PointsAccount, order: Order, entries: list[PointsEntry], *, now: dt.datetime
) -> PointsEntry | None:
    """What has to be added to what stands, or taken from it: at the multiplier of the day the order was paid."""
    rate_bp = entries[0].rate_bp if entries else _multiplier(order.buyer_id)
    earned = _earned(_net_fen(order), rate_bp)
    delta = earned - sum(entry.delta for entry in entries)
    if not delta:
        return None
    is_final = bool(entries) and not _pending(entries)
    entry = PointsEntry(
        user_id=order.buyer_id,
        delta=delta,
        kind=PointsKind.REFUND if entries else PointsKind.PURCHASE,
        source=f"{order.number}:{earned}" if entries else order.number,
        subject=order.number,
        status=PointsStatus.SPENDABLE if is_final else PointsStatus.PENDING,
        rate_bp=rate_bp,
        made_at=now,
        spendable_at=now if is_final else None,
    )
    return append(account, entry, now=now)


def _net_fen(order: Order) -> int:
    """What the buyer has paid for the goods and not got back."""
    kept = OrderLine.objects.filter(order=order).aggregate(fen=Sum(F("paid_fen") - F("refunded_fen")))
    return kept["fen"] or 0


def _multiplier(user_id: int) -> int:
    value = benefit_of(user_id, BenefitKind.POINTS_MULTIPLIER)
    return BASIS_POINTS if value is None else value
