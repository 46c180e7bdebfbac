"""The life of an order."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.states import StaffRole

# Who of a merchant's staff makes goods ready and hands them over.
HANDING_OVER = frozenset({StaffRole.OWNER, StaffRole.MANAGER, StaffRole.WAREHOUSE})


# Who is told when a buyer was refunded by rule.
ANSWERING_BUYERS = frozenset({StaffRole.OWNER, StaffRole.MANAGER, StaffRole.SUPPORT})


class OrderStatus(models.TextChoices):
    PENDING_PAYMENT = "pending_payment", _("待付款")
    PAID = "paid", _("已付款")
    PREPARING = "preparing", _("备货中")
    READY = "ready", _("待自提")
    RECEIVED = "received", _("已取货")
    COMPLETED = "completed", _("已完成")
    EXPIRED = "expired", _("已过期")
    CANCELLED = "cancelled", _("已取消")


ORDER_TRANSITIONS = {
    OrderStatus.PENDING_PAYMENT: frozenset({OrderStatus.PAID, OrderStatus.EXPIRED, OrderStatus.CANCELLED}),
    # Paid and on hold: somebody above (a campaign, say) has not decided yet whether the order goes on.
    OrderStatus.PAID: frozenset({OrderStatus.PREPARING, OrderStatus.CANCELLED}),
    OrderStatus.PREPARING: frozenset({OrderStatus.READY}),
    OrderStatus.READY: frozenset({OrderStatus.RECEIVED}),
    OrderStatus.RECEIVED: frozenset({OrderStatus.COMPLETED}),
}

# Orders that hold their claims: what they took is not free for anybody else.
LIVE = (
    OrderStatus.PENDING_PAYMENT,
    OrderStatus.PAID,
    OrderStatus.PREPARING,
    OrderStatus.READY,
    OrderStatus.RECEIVED,
    OrderStatus.COMPLETED,
)

# Orders that ended without their goods.
ENDED = (OrderStatus.EXPIRED, OrderStatus.CANCELLED)
# Paid orders that nobody cancels any more: what is wrong with them is put right by refunds.
WENT_ON = (OrderStatus.PREPARING, OrderStatus.READY, OrderStatus.RECEIVED, OrderStatus.COMPLETED)
# Orders whose money may be kept from going out: sure to be delivered, not settled yet.
FREEZABLE = (OrderStatus.PREPARING, OrderStatus.READY, OrderStatus.RECEIVED)


class CancelReason(models.TextChoices):
    BUYER = "buyer", _("买家取消")
    LEFT = "left", _("买家退出")
    MISSED = "missed", _("没有成团")
    MERCHANT = "merchant", _("商家取消")
