"""Telling the buyer what happened to an order."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db.models import Prefetch

from accounts.selectors.staff import recipient, staff_recipients
from accounts.services.shop_robots import post_to_shop, shops_listening
from common.events import handles, handles_many
from notifications.services.inbox import Letter, tell, tell_each
from orders.events import AfterSalesRefunded, OrderExpired, OrderPaid, OrderPlaced, OrderReady, OrderReceived
from orders.locks import SUBJECT
from orders.models import Order, OrderLine
from orders.states import ANSWERING_BUYERS
from payments.events import RefundAbnormal, RefundDone
from payments.models import Refund


def _tell_buyer(order: Order, kind: str, now: dt.datetime) -> None:
    _tell_buyers([order], kind, now)


def _tell_buyers(orders: Sequence[Order], kind: str, now: dt.datetime) -> None:
    """Each the same about their own order, which carries its lines."""
    letters = [
        Letter(
            recipient(order.buyer),
            about=f"order:{order.number}",
            context={"order": order, "lines": list(order.lines.all())},
            url=f"/orders/{order.number}/",
        )
        for order in orders
    ]
    tell_each(letters=letters, kind=kind, now=now)


def _post_to_shop(order: Order, kind: str, now: dt.datetime, *, about: str, **context: object) -> None:
    said = {"order": order, "lines": order.lines.order_by("pk")} | context
    post_to_shop(merchant=order.merchant, kind=kind, about=about, context=said, url=_desk_of(order), now=now)


def _desk_of(order: Order) -> str:
    return f"/backoffice/{order.merchant.code}/orders/{order.number}/"


def _order(order_id: int) -> Order:
    return _orders([order_id])[0]


def _orders(order_ids: Iterable[int]) -> list[Order]:
    """With what messages say of them, oldest first."""
    wanted = Order.objects.filter(pk__in=list(order_ids)).order_by("pk")
    lines = Prefetch("lines", OrderLine.objects.order_by("pk"))
    return list(wanted.select_related("buyer", "merchant", "pickup_point").prefetch_related(lines))


@handles_many(OrderPlaced)
def tell_placed(events: Sequence[OrderPlaced], now: dt.datetime) -> None:
    """The place is held until the payment deadline."""
    _tell_buyers(_orders(event.order_id for event in events), "order_placed", now)


@handles_many(OrderPaid)
def tell_paid(events: Sequence[OrderPaid], now: dt.datetime) -> None:
    """The money has arrived; the shop's group hears it too."""
    orders = _orders(event.order_id for event in events)
    _tell_buyers(orders, "order_paid", now)
    listening = shops_listening({order.merchant for order in orders}, kind="merchant_order_paid")
    for order in orders:
        if order.merchant in listening:
            _post_to_shop(order, "merchant_order_paid", now, about=f"order:{order.number}")


@handles(OrderExpired)
def tell_expired(event: OrderExpired, now: dt.datetime) -> None:
    """Not paid in time, the place is free again."""
    _tell_buyer(_order(event.order_id), "order_expired", now)


@handles(OrderReady)
def tell_ready(event: OrderReady, now: dt.datetime) -> None:
    """The goods wait to be picked up."""
    _tell_buyer(_order(event.order_id), "order_ready", now)


@handles(OrderReceived)
def tell_received(event: OrderReceived, now: dt.datetime) -> None:
    """The goods were handed over."""
    _tell_buyer(_order(event.order_id), "order_received", now)


@handles(AfterSalesRefunded)
def tell_after_sales(event: AfterSalesRefunded, now: dt.datetime) -> None:
    """The merchant, or the rule, gives something back."""
    order, refund = _order(event.order_id), Refund.objects.get(pk=event.refund_id)
    context = {"order": order, "refund": refund, "amount_fen": event.amount_fen}
    tell(
        recipients=[recipient(order.buyer)],
        kind="after_sales_refund",
        about=f"refund:{refund.number}",
        context=context,
        url=f"/orders/{order.number}/",
        now=now,
    )
    if event.by_rule:
        tell(
            recipients=staff_recipients(order.merchant_id, roles=ANSWERING_BUYERS),
            kind="merchant_quick_refund",
            about=f"refund:{refund.number}",
            context=context,
            url=_desk_of(order),
            now=now,
        )
        _post_to_shop(
            order,
            "merchant_quick_refund",
            now,
            about=f"refund:{refund.number}",
            refund=refund,
            amount_fen=event.amount_fen,
        )


@handles_many(RefundDone)
def tell_refunded(events: Sequence[RefundDone], now: dt.datetime) -> None:
    """Money has come back, to whoever paid it."""
    _tell_payers([event.refund_id for event in events], "refund_done", now)


@handles(RefundAbnormal)
def tell_refund_is_stuck(event: RefundAbnormal, now: dt.datetime) -> None:
    """It could not be given back; somebody looks into it. Told once, however often it is tried again."""
    _tell_payers([event.refund_id], "refund_abnormal", now)


def _tell_payers(refund_ids: Sequence[int], kind: str, now: dt.datetime) -> None:
    wanted = Refund.objects.filter(pk__in=refund_ids, payment__subject_kind=SUBJECT).order_by("pk")
    refunds = list(wanted.select_related("payment"))
    numbers = [refund.payment.subject_number for refund in refunds]
    orders = {order.number: order for order in Order.objects.select_related("buyer").filter(number__in=numbers)}
    letters = [
        Letter(
            recipient(order.buyer),
            about=f"refund:{refund.number}",
            context={"order": order, "refund": refund},
            url=f"/orders/{order.number}/",
        )
        for refund, order in ((refund, orders[refund.payment.subject_number]) for refund in refunds)
    ]
    tell_each(letters=letters, kind=kind, now=now)
