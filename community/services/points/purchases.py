"""Points for buying: promised when an order is paid, spendable when it is completed, taken back with what goes back."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import F, Sum

from common.money import BASIS_POINTS, share
from community.models import PointsAccount, PointsEntry
from community.selectors.standings import benefit_of
from community.services.points.accounts import append, locked, make_spendable, make_void
from community.states import BenefitKind, PointsKind, PointsStatus
from orders.models import Order, OrderLine
from orders.states import ENDED, OrderStatus

FEN_PER_YUAN = 100


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
    earned = share(_net_fen(order) // FEN_PER_YUAN * settings.POINTS_PER_YUAN, rate_bp)
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
