"""The lives of a payment and a refund."""

from django.db import models


class PaymentStatus(models.TextChoices):
    PENDING = "pending", "待支付"
    CAPTURED = "captured", "已收款"
    FAILED = "failed", "支付失败"
    CLOSED = "closed", "已关闭"


# A gateway may tell of success after we gave up: money that came is captured wherever the payment stood.
PAYMENT_TRANSITIONS = {
    PaymentStatus.PENDING: frozenset({PaymentStatus.CAPTURED, PaymentStatus.FAILED, PaymentStatus.CLOSED}),
    PaymentStatus.FAILED: frozenset({PaymentStatus.CAPTURED, PaymentStatus.CLOSED}),
    PaymentStatus.CLOSED: frozenset({PaymentStatus.CAPTURED}),
}


class RefundStatus(models.TextChoices):
    REQUESTED = "requested", "已申请"
    SENT = "sent", "已提交"
    PROCESSING = "processing", "处理中"
    DONE = "done", "已到账"
    ABNORMAL = "abnormal", "异常"


REFUND_TRANSITIONS = {
    RefundStatus.REQUESTED: frozenset({RefundStatus.SENT}),
    RefundStatus.SENT: frozenset({RefundStatus.PROCESSING, RefundStatus.DONE, RefundStatus.ABNORMAL}),
    RefundStatus.PROCESSING: frozenset({RefundStatus.DONE, RefundStatus.ABNORMAL}),
    RefundStatus.ABNORMAL: frozenset({RefundStatus.SENT, RefundStatus.DONE}),
}


class RefundKind(models.TextChoices):
    TIER_DIFFERENCE = "tier_difference", "差价退款"
    MISSED = "missed", "未成团退款"
    CANCELLED = "cancelled", "活动取消退款"
    LEFT = "left", "退出退款"
    LATE = "late", "逾期到账退回"
    DUPLICATE = "duplicate", "重复支付退回"
    AFTER_SALES = "after_sales", "售后退款"


# Of every other kind a payment has one at most; after-sales may come in several parts.
ONCE_PER_PAYMENT = [kind for kind in RefundKind.values if kind != RefundKind.AFTER_SALES]


class AccountKind(models.TextChoices):
    GATEWAY_CLEARING = "gateway_clearing", "渠道待清算"
    ESCROW = "escrow", "托管"
    REFUND_IN_FLIGHT = "refund_in_flight", "在途退款"


class Side(models.TextChoices):
    DEBIT = "D", "借"
    CREDIT = "C", "贷"
