"""The lives of a payment and a refund."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PaymentStatus(models.TextChoices):
    PENDING = "pending", _("待支付")
    CAPTURED = "captured", _("已收款")
    FAILED = "failed", _("支付失败")
    CLOSED = "closed", _("已关闭")


# A gateway may tell of success after we gave up: money that came is captured wherever the payment stood.
PAYMENT_TRANSITIONS: dict[str, frozenset[str]] = {
    PaymentStatus.PENDING: frozenset({PaymentStatus.CAPTURED, PaymentStatus.FAILED, PaymentStatus.CLOSED}),
    PaymentStatus.FAILED: frozenset({PaymentStatus.CAPTURED, PaymentStatus.CLOSED}),
    PaymentStatus.CLOSED: frozenset({PaymentStatus.CAPTURED}),
}


class RefundStatus(models.TextChoices):
    REQUESTED = "requested", _("已申请")
    SENT = "sent", _("已提交")
    PROCESSING = "processing", _("处理中")
    DONE = "done", _("已到账")
    ABNORMAL = "abnormal", _("异常")


REFUND_TRANSITIONS: dict[str, frozenset[str]] = {
    RefundStatus.REQUESTED: frozenset({RefundStatus.SENT}),
    RefundStatus.SENT: frozenset({RefundStatus.PROCESSING, RefundStatus.DONE, RefundStatus.ABNORMAL}),
    RefundStatus.PROCESSING: frozenset({RefundStatus.DONE, RefundStatus.ABNORMAL}),
    RefundStatus.ABNORMAL: frozenset({RefundStatus.SENT, RefundStatus.DONE}),
}


class RefundKind(models.TextChoices):
    TIER_DIFFERENCE = "tier_difference", _("差价退款")
    MISSED = "missed", _("未成团退款")
    CANCELLED = "cancelled", _("活动取消退款")
    LEFT = "left", _("退出退款")
    LATE = "late", _("逾期到账退回")
    DUPLICATE = "duplicate", _("重复支付退回")
    AFTER_SALES = "after_sales", _("售后退款")


# Of every other kind a payment has one at most; after-sales may come in several parts.
ONCE_PER_PAYMENT = [kind for kind in RefundKind.values if kind != RefundKind.AFTER_SALES]


class BillLineKind(models.TextChoices):
    PAYMENT = "payment", _("收款")
    REFUND = "refund", _("退款")


class AccountKind(models.TextChoices):
    GATEWAY_CLEARING = "gateway_clearing", _("渠道待清算")
    ESCROW = "escrow", _("托管")
    REFUND_IN_FLIGHT = "refund_in_flight", _("在途退款")


class Side(models.TextChoices):
    DEBIT = "D", _("借")
    CREDIT = "C", _("贷")
