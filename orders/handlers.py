"""Telling the buyer what happened to an order."""

import datetime as dt

from accounts.selectors.staff import recipient, staff_recipients
from accounts.services.shop_robots import post_to_shop
from common.events import handles
from notifications.services.inbox import tell
from orders.events import AfterSalesRefunded, OrderExpired, OrderPaid, OrderPlaced, OrderReady, OrderReceived
from orders.locks import SUBJECT
from orders.models import Order
from orders.states import ANSWERING_BUYERS
from payments.events import RefundAbnormal, RefundDone
from payments.models import Refund


def _tell_buyer(order: Order, kind: str, now: dt.datetime, **context: object) -> None:
    tell(
        recipients=[recipient(order.buyer)],
        kind=kind,
        about=f"order:{order.number}",
        context={"order": order, "lines": list(order.lines.order_by("pk"))} | context,
        url=f"/orders/{order.number}/",
        now=now,
    )


def _post_to_shop(order: Order, kind: str, now: dt.datetime, *, about: str, **context: object) -> None:
    said = {"order": order, "lines": order.lines.order_by("pk")} | context
    post_to_shop(merchant=order.merchant, kind=kind, about=about, context=said, url=_desk_of(order), now=now)


def _desk_of(order: Order) -> str:
    return f"/backoffice/{order.merchant.code}/orders/{order.number}/"


def _order(order_id: int) -> Order:
    return Order.objects.select_related("buyer", "merchant", "pickup_point").get(pk=order_id)


@handles(OrderPlaced)
def tell_placed(event: OrderPlaced, now: dt.datetime) -> None:
    """The place is held until the payment deadline."""
    _tell_buyer(_order(event.order_id), "order_placed", now)


@handles(OrderPaid)
def tell_paid(event: OrderPaid, now: dt.datetime) -> None:
    """The money has arrived; the shop's group hears it too."""
    order = _order(event.order_id)
    _tell_buyer(order, "order_paid", now)
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


@handles(RefundDone)
def tell_refunded(event: RefundDone, now: dt.datetime) -> None:
    """Money has come back, to whoever paid it."""
    _tell_payer(event.refund_id, "refund_done", now)


@handles(RefundAbnormal)
def tell_refund_is_stuck(event: RefundAbnormal, now: dt.datetime) -> None:
    """It could not be given back; somebody looks into it. Told once, however often it is tried again."""
    _tell_payer(event.refund_id, "refund_abnormal", now)


def _tell_payer(refund_id: int, kind: str, now: dt.datetime) -> None:
    refund = Refund.objects.select_related("payment").get(pk=refund_id)
    if refund.payment.subject_kind != SUBJECT:
        return
    order = Order.objects.select_related("buyer").get(number=refund.payment.subject_number)
    tell(
        recipients=[recipient(order.buyer)],
        kind=kind,
        about=f"refund:{refund.number}",
        context={"order": order, "refund": refund},
        url=f"/orders/{order.number}/",
        now=now,
    )
