"""Whether the rule refunds at once, and why not."""

import datetime as dt

from django.conf import settings
from django.utils.translation import gettext as _

from common.money import format_yuan
from orders.models import Order, QuickRefund, RefundLine
from orders.states import OrderStatus
from payments.states import RefundKind


def why_not(order: Order, *, now: dt.datetime) -> str:
    """Why this buyer's order is not refunded at once, whatever the amount; empty when it may be."""
    if order.status != OrderStatus.RECEIVED or order.received_at is None:
        return _("取货后才能申请")
    if now >= order.received_at + settings.QUALITY_CLAIMS:
        return _("取货超过 48 小时了")
    if RefundLine.objects.filter(order=order, refund__kind=RefundKind.AFTER_SALES).exists():
        return _("这单已经退过一次了")
    lately = QuickRefund.objects.filter(
        buyer=order.buyer_id, granted_at__gt=now - dt.timedelta(days=settings.AUTO_REFUND_DAYS)
    )
    if lately.count() >= settings.AUTO_REFUNDS_PER_BUYER:
        return _("你最近自动退款的次数用完了")
    return ""


def why_not_so_much(amount_fen: int) -> str:
    """Why this amount is not refunded at once; empty when it may be."""
    if amount_fen <= 0:
        return _("这一行已经全部退过了")
    if amount_fen > settings.AUTO_REFUND_MOST_FEN:
        return _("超过 %(most)s 的要商家确认") % {"most": format_yuan(settings.AUTO_REFUND_MOST_FEN)}
    return ""
