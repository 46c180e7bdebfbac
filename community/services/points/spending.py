"""Points spent on an order: taken when it is placed, returned once with what goes back of it."""

import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import F, Sum

from community.errors import NotEnoughPoints
from community.models import PointsAccount, PointsEntry
from community.services.points.accounts import append, expiry, locked
from community.states import PointsKind, PointsStatus
from orders.contributions import GivenBack
from orders.models import Order, PriceLine
from orders.selectors.earnings import PLATFORM, earnings_of
from orders.states import WENT_ON
from payments.services.points import PointsChange, book


def spend(*, order: Order, points: int, now: dt.datetime) -> None:
    """Take points for an order, in the transaction that places it. Raises NotEnoughPoints."""
    if not _take(order.buyer_id, points):
        raise NotEnoughPoints
    entry = _entry(order, -points, PointsKind.SPENT, order.number, now)
    entry.save(force_insert=True)
    book([PointsChange(str(entry.pk), order.buyer_id, -points * settings.POINTS_VALUE_FEN)], now=now)


def _take(user_id: int, points: int) -> bool:
    """Check and take in one statement: of two hands that want the same points one gets them."""
    enough = PointsAccount.objects.filter(user_id=user_id, balance__gte=points)
    return enough.update(balance=F("balance") - points) == 1


def give_back(given: Sequence[GivenBack], *, now: dt.datetime) -> None:
    """Return what ended orders had taken, person after person in the order of their keys."""
    for back in sorted(given, key=lambda one: one.order.buyer_id):
        _return(back.order, back.quantity, source=back.order.number, now=now)


@transaction.atomic
def follow_refund(*, order_id: int, now: dt.datetime) -> None:
    """Of an order that went on, points return in the measure in which the platform's part has gone back."""
    buyer_id = Order.objects.values_list("buyer_id", flat=True).get(pk=order_id)
    locked(buyer_id)
    order = Order.objects.get(pk=order_id)
    spent = _sum(order, PointsKind.SPENT)
    if not spent or order.status not in WENT_ON:
        return
    kept = spent * earnings_of([order])[order.pk].granted_fen // _granted_fen(order)
    if (points := spent - kept - _sum(order, PointsKind.RETURNED)) > 0:
        _return(order, points, source=f"{order.number}:{kept}", now=now)


def _granted_fen(order: Order) -> int:
    given = PriceLine.objects.filter(order=order, funder=PLATFORM).aggregate(fen=Sum("amount_fen"))
    return -given["fen"]


def _sum(order: Order, kind: PointsKind) -> int:
    entries = PointsEntry.objects.filter(subject=order.number, kind=kind)
    return abs(entries.aggregate(points=Sum("delta"))["points"] or 0)


def _return(order: Order, points: int, *, source: str, now: dt.datetime) -> None:
    append(locked(order.buyer_id), _entry(order, points, PointsKind.RETURNED, source, now), now=now)


def _entry(order: Order, delta: int, kind: PointsKind, source: str, now: dt.datetime) -> PointsEntry:
    return PointsEntry(
        user_id=order.buyer_id,
        delta=delta,
        kind=kind,
        source=source,
        subject=order.number,
        status=PointsStatus.SPENDABLE,
        made_at=now,
        spendable_at=now,
        expires_at=expiry(delta, now),
    )
