"""The write phase of an order: one short transaction, new rows first, guarded updates last."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Subquery

from accounts.models import Address, Merchant
from common import events, statemachine
from orders.errors import UnknownAddress
from orders.events import OrderPlaced, PlacingFlagged
from orders.models import Hold, Order, OrderLine, PriceLine
from orders.quotes import Flag, Quote
from orders.services.claiming import take_claims


@transaction.atomic
def place_order(*, quote: Quote, now: dt.datetime) -> Order:
    """Turn a quote into an order that waits for its payment. Raises the Refusal of whoever has no more to give."""
    order = _insert_order(quote, now=now)
    _insert_lines(order, quote)
    if quote.hold:
        Hold.objects.create(order=order, kind=quote.hold)
    statemachine.begin(order, now=now, actor_id=quote.buyer_id)
    events.publish(OrderPlaced(order_id=order.pk), *(_flagged(order, flag) for flag in quote.flags))
    take_claims(order, quote.claims, now=now)
    return order


def _flagged(order: Order, flag: Flag) -> PlacingFlagged:
    return PlacingFlagged(order_id=order.pk, check=flag.check, reason=flag.reason, evidence=flag.evidence)


def _insert_order(quote: Quote, *, now: dt.datetime) -> Order:
    order = Order(
        buyer_id=quote.buyer_id,
        merchant_id=quote.merchant_id,
        source_kind=quote.source_kind,
        source_code=quote.source_code,
        pickup_point_id=quote.fulfilment.pickup_point_id,
        leader_id=quote.fulfilment.leader_id,
        leader_rate_bp=quote.fulfilment.leader_rate_bp,
        platform_fee_bp=_fee_of(quote.merchant_id),
        goods_fen=quote.goods_fen,
        freight_fen=quote.freight_fen,
        payable_fen=quote.payable_fen,
        placed_at=now,
        pay_by=min(now + dt.timedelta(minutes=quote.pay_minutes), quote.pay_until),
    )
    if quote.fulfilment.address_id is not None:
        _copy_address(order, quote.fulfilment.address_id)
    order.save(force_insert=True)
    return order


def _fee_of(merchant_id: int) -> Any:
    """The merchant's fee at this instant, read by the statement that writes the order."""
    return Subquery(Merchant.objects.filter(pk=merchant_id).values("platform_fee_bp"))


def _copy_address(order: Order, address_id: int) -> None:
    """The order keeps the address as it is now; changing or removing it later changes no order."""
    address = Address.objects.filter(pk=address_id, user_id=order.buyer_id, removed_at__isnull=True).first()
    if address is None:
        raise UnknownAddress
    order.recipient_name = address.name
    order.recipient_phone = address.phone
    order.delivery_region = address.region
    order.delivery_detail = address.detail


def _insert_lines(order: Order, quote: Quote) -> None:
    lines = OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            sku_id=item.sku_id,
            product_name=item.product_name,
            specification=item.specification,
            quantity=item.quantity,
            unit_price_fen=item.unit_price_fen,
            paid_fen=item.paid_fen,
            no_reason_return=item.no_reason_return,
            return_days=item.return_days,
            is_gift=item.is_gift,
        )
        for item in quote.items
    )
    PriceLine.objects.bulk_create(
        PriceLine(
            order=order,
            line=None if quoted.item is None else lines[quoted.item],
            position=position,
            code=quoted.code,
            amount_fen=quoted.amount_fen,
            funder=quoted.funder,
            detail=quoted.detail,
        )
        for position, quoted in enumerate(quote.price_lines)
    )
