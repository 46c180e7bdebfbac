"""Settling the paid orders of a decided campaign, a batch at a time."""

import datetime as dt
import logging
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext_noop

from campaigns.events import OrderSettled
from campaigns.models import Campaign, CampaignOrder
from campaigns.pricing import difference, final_unit_price
from campaigns.sources import HOLD
from campaigns.states import DECIDED, CampaignStatus
from catalog.services.reserving import Take, commit_many
from common import events
from orders.claims import ALLOTMENT
from orders.locks import lock_free_with_payments
from orders.models import Order, OrderClaim, OrderLine
from orders.services.ending import cancel_paid
from orders.services.holding import release_holds
from orders.services.refunding import OrderRefund, refund_orders
from orders.states import CancelReason, OrderStatus
from payments.states import RefundKind

logger = logging.getLogger(__name__)

BATCH = 500
# While one batch is being written, the next is being worked out: more than that have nothing left to share.
HANDS = 2
SET_FINAL_PRICES = """
UPDATE orders_orderline AS line SET final_unit_price_fen = final.fen
  FROM unnest(%(ids)s::bigint[], %(finals)s::bigint[]) AS final (id, fen)
 WHERE line.id = final.id
"""


def settle_orders(*, campaign_id: int, now: dt.datetime) -> list[str]:
    """Settle the orders of a decided campaign in batches; where a batch fails, one by one. Not in a transaction.

    So an order that cannot be settled holds up nobody but its campaign's last step; returns the numbers of those.
    """
    unsettled = []
    try:
        _settle_by_hands(campaign_id, now=now)
        while settle_batch(campaign_id=campaign_id, now=now):
            pass
    except Exception:
        logger.exception("a batch could not be settled", extra={"campaign": campaign_id})
        for number in _waiting(campaign_id):
            try:
                settle_batch(campaign_id=campaign_id, numbers=[number], now=now)
            except Exception:
                logger.exception("an order could not be settled", extra={"order": number})
                unsettled.append(number)
    return unsettled


def _settle_by_hands(campaign_id: int, *, now: dt.datetime) -> None:
    """The orders of a crowd, two batches at a time. A smaller campaign is one batch, and a matter of the caller's."""
    waiting = _waiting(campaign_id)
    batches = [waiting[first : first + BATCH] for first in range(0, len(waiting), BATCH)]
    if len(batches) > 1:
        with ThreadPoolExecutor(HANDS) as pool:
            list(pool.map(lambda numbers: _settle_apart(campaign_id, numbers, now=now), batches))


def _settle_apart(campaign_id: int, numbers: Sequence[str], *, now: dt.datetime) -> None:
    """One batch in a thread, whose connection ends with it."""
    try:
        settle_batch(campaign_id=campaign_id, numbers=numbers, now=now)
    finally:
        connection.close()


def _waiting(campaign_id: int, *, most: int | None = None) -> list[str]:
    """The numbers of the paid orders that are not settled, oldest first."""
    waiting = CampaignOrder.objects.filter(
        campaign=campaign_id, settled_at__isnull=True, order__status=OrderStatus.PAID
    )
    return list(waiting.order_by("pk").values_list("order__number", flat=True)[:most])


@transaction.atomic
def settle_batch(*, campaign_id: int, now: dt.datetime, numbers: Sequence[str] = ()) -> int:
    """Settle up to 500 orders that nobody else is settling, or those with these numbers.

    Returns how many, 0 when there is nothing to do.
    """
    campaign = Campaign.objects.filter(pk=campaign_id, status__in=DECIDED).first()
    if campaign is None:
        return 0
    orders = _take_batch(numbers or _waiting(campaign_id, most=BATCH))
    if not orders:
        return 0
    if campaign.status == CampaignStatus.SUCCEEDED:
        _complete(campaign, orders, now=now)
    else:
        _undo(campaign, orders, now=now)
    CampaignOrder.objects.filter(pk__in=[order.pk for order in orders]).update(settled_at=now)
    return len(orders)


def _take_batch(numbers: Sequence[str]) -> list[Order]:
    """Paid orders, locked with their payments; looked at again once the locks are held."""
    return [order for order in lock_free_with_payments(numbers) if order.status == OrderStatus.PAID]


def _complete(campaign: Campaign, orders: Sequence[Order], *, now: dt.datetime) -> None:
    """Everybody pays the final price; the difference goes back; the order goes on (rules 3, 4 and 13)."""
    differences = _set_final_prices(campaign, orders)
    refund_orders(
        [
            OrderRefund(
                order,
                RefundKind.TIER_DIFFERENCE,
                gettext_noop("成团差价"),
                by_line=differences[order.pk],
            )
            for order in orders
        ],
        now=now,
    )
    release_holds(orders, kind=HOLD, now=now)
    commit_many(takes=_held_pieces(orders), now=now)
    events.publish(
        *(
            OrderSettled(campaign_id=campaign.pk, order_id=order.pk, difference_fen=sum(differences[order.pk].values()))
            for order in orders
        )
    )


def _set_final_prices(campaign: Campaign, orders: Sequence[Order]) -> dict[int, dict[int, int]]:
    """Write every line's final unit price; returns the fen that go back, by order id and line id."""
    prices = _final_tier_prices(campaign)
    differences: dict[int, dict[int, int]] = {order.pk: {} for order in orders}
    finals: dict[int, int] = {}
    for line_id, order_id, sku_id, is_gift, agreed_fen, quantity, left_fen in _lines_of(differences):
        finals[line_id] = 0 if is_gift else final_unit_price(agreed_fen, prices[sku_id])
        if amount_fen := difference(agreed_fen, finals[line_id], quantity, left_fen):
            differences[order_id][line_id] = amount_fen
    with connection.cursor() as cursor:
        cursor.execute(SET_FINAL_PRICES, {"ids": list(finals), "finals": list(finals.values())})
    return differences


def _lines_of(order_ids: Collection[int]) -> Iterable[tuple[int, int, int, bool, int, int, int]]:
    """(line, order, SKU, whether it is a gift, agreed unit price, pieces, what has not gone back of it)."""
    lines = OrderLine.objects.filter(order_id__in=order_ids).order_by("pk")
    left_fen = F("paid_fen") - F("refunded_fen")
    return lines.values_list("pk", "order_id", "sku_id", "is_gift", "unit_price_fen", "quantity", left_fen)


def _final_tier_prices(campaign: Campaign) -> dict[int, int]:
    if campaign.final_tier is None:
        raise ValueError(f"campaign {campaign.code} succeeded without a tier")
    return dict(campaign.final_tier.prices.values_list("campaign_sku__sku_id", "unit_price_fen"))


def _held_pieces(orders: Sequence[Order]) -> list[tuple[str, Take]]:
    numbers = {order.pk: order.number for order in orders}
    held = OrderClaim.objects.filter(order_id__in=numbers, kind=ALLOTMENT, given_back_at__isnull=True)
    return [
        (numbers[order_id], Take(allotment_id=int(key), quantity=quantity))
        for order_id, key, quantity in held.order_by("pk").values_list("order_id", "key", "quantity")
    ]


def _undo(campaign: Campaign, orders: Sequence[Order], *, now: dt.datetime) -> None:
    """Missed or cancelled: every member's own order is refunded in full, freight included (rules 10, 14 and 18)."""
    cancelled = campaign.status == CampaignStatus.CANCELLED
    cancel_paid(
        orders,
        cancel_reason=CancelReason.MERCHANT if cancelled else CancelReason.MISSED,
        refund_kind=RefundKind.CANCELLED if cancelled else RefundKind.MISSED,
        reason=campaign.cancel_note if cancelled else gettext_noop("没有成团"),
        now=now,
    )
