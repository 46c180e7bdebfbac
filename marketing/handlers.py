"""What marketing does when something happened to an order."""

import datetime as dt

from common.events import handles
from marketing.models import Coupon
from marketing.services.holding import return_used
from orders.events import AfterSalesRefunded
from orders.models import Order


@handles(AfterSalesRefunded)
def return_coupons(event: AfterSalesRefunded, now: dt.datetime) -> None:
    """Once everything of an order has gone back, so does its coupon; a part of it is no reason."""
    order = Order.objects.get(pk=event.order_id)
    left = sum(line.paid_fen - line.refunded_fen for line in order.lines.all())
    if not left and order.freight_refunded_fen == order.freight_fen:
        return_used(Coupon.objects.filter(order=order), now=now)
