"""The lives of a payment, a refund and a withdrawal, and the words of the ledger."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.states import StaffRole

# The subject of bookings that pay somebody out.
WITHDRAWAL = "withdrawal"
# The subject of bookings that give and take points; its number is whose they are.
POINTS = "points"
# The subject of bookings that give somebody money for what they did.
REWARD = "reward"
# The name under which a payment is the part that is paid from the payer's balance instead of at a gateway.
BALANCE = "balance"


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


# Straight from requested to done goes what needs no gateway: a refund to the payer's balance.
REFUND_TRANSITIONS: dict[str, frozenset[str]] = {
    RefundStatus.REQUESTED: frozenset({RefundStatus.SENT, RefundStatus.DONE}),
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
    UNPAID = "unpaid", _("未付清退回")
    AFTER_SALES = "after_sales", _("售后退款")


# Money that was never for us goes back the way it came, whatever its payer has chosen.
ALWAYS_ORIGINAL = frozenset({RefundKind.LATE, RefundKind.DUPLICATE})
# Of every other kind a payment has one at most; after-sales may come in several parts.
ONCE_PER_PAYMENT = [kind for kind in RefundKind.values if kind != RefundKind.AFTER_SALES]


class RefundRoute(models.TextChoices):
    """Which way money goes back."""

    ORIGINAL = "original", _("原路退回")
    BALANCE = "balance", _("退到余额")
    OTHER = "other", _("退到其他账户")


class BillLineKind(models.TextChoices):
    PAYMENT = "payment", _("收款")
    REFUND = "refund", _("退款")


class Difference(models.TextChoices):
    """How a gateway's bill and our books contradict each other."""

    MISSING_HERE = "missing_here", _("渠道有，我方没有")
    MISSING_THERE = "missing_there", _("我方有，渠道没有")
    AMOUNT = "amount", _("金额不一致")
    STATUS = "status", _("状态不一致")
    DUPLICATE = "duplicate", _("账单重复")


class CaseStatus(models.TextChoices):
    OPEN = "open", _("待处理")
    REPAIRED = "repaired", _("已修复")
    SETTLED = "settled", _("人工了结")


# What was repaired opens again when a bill says so again; what a person settled stays settled.
CASE_TRANSITIONS: dict[str, frozenset[str]] = {
    CaseStatus.OPEN: frozenset({CaseStatus.REPAIRED, CaseStatus.SETTLED}),
    CaseStatus.REPAIRED: frozenset({CaseStatus.OPEN}),
}


class CaseOutcome(models.TextChoices):
    """What ended a difference."""

    CAPTURED = "captured", _("按渠道查询结果补记了收款")
    REFUND_MOVED = "refund_moved", _("按渠道查询结果更新了退款")
    GONE = "gone", _("再次核对时已经一致")
    BY_HAND = "by_hand", _("由人处理，见说明")


class AccountKind(models.TextChoices):
    """What an account is for. Those of `DEBIT_ACCOUNTS` grow by debits, all others are owed to somebody."""

    GATEWAY_CLEARING = "gateway_clearing", _("渠道待清算")
    BANK = "bank", _("平台银行户")
    SUBSIDY = "subsidy", _("平台补贴")
    ESCROW = "escrow", _("托管")
    REFUND_IN_FLIGHT = "refund_in_flight", _("在途退款")
    MERCHANT_PAYABLE = "merchant_payable", _("商家应付")
    PLATFORM_FEE = "platform_fee", _("平台服务费")
    COMMISSION_PAYABLE = "commission_payable", _("应付佣金")
    BALANCE = "balance", _("余额")
    PAYOUT_IN_FLIGHT = "payout_in_flight", _("在途提现")
    POINTS = "points", _("积分负债")


DEBIT_ACCOUNTS = frozenset({AccountKind.GATEWAY_CLEARING, AccountKind.BANK, AccountKind.SUBSIDY})


class PayerDevice(models.TextChoices):
    DESKTOP = "desktop", _("电脑")
    PHONE = "phone", _("手机浏览器")
    WECHAT = "wechat", _("微信")


# How the keys of bookings begin that share out what was held, and that take it back.
RELEASE = "release:"
RECLAIM = "reclaim:"


class Side(models.TextChoices):
    DEBIT = "D", _("借")
    CREDIT = "C", _("贷")


class CommissionRole(models.TextChoices):
    """What somebody earns a commission as."""

    LEADER = "leader", _("团长")


class CommissionStatus(models.TextChoices):
    FROZEN = "frozen", _("待结算")
    RELEASED = "released", _("已结算")
    VOID = "void", _("已取消")


COMMISSION_TRANSITIONS: dict[str, frozenset[str]] = {
    CommissionStatus.FROZEN: frozenset({CommissionStatus.RELEASED, CommissionStatus.VOID}),
}


class Purse(models.TextChoices):
    """Out of which money a withdrawal is paid."""

    MERCHANT = "merchant", _("店铺货款")
    COMMISSION = "commission", _("佣金")
    BALANCE = "balance", _("余额")


# Who asks for a merchant's money, and hears what became of it.
PAYING_OUT = frozenset({StaffRole.OWNER, StaffRole.FINANCE})


class PayeeKind(models.TextChoices):
    BANK = "bank", _("银行卡")
    ALIPAY = "alipay", _("支付宝")
    WECHAT = "wechat", _("微信零钱")


class WithdrawalStatus(models.TextChoices):
    HELD = "held", _("风控冻结")
    REQUESTED = "requested", _("待审批")
    APPROVED = "approved", _("待打款")
    PAID = "paid", _("已打款")
    FAILED = "failed", _("打款失败")
    REJECTED = "rejected", _("已拒绝")
    CANCELLED = "cancelled", _("已撤回")


WITHDRAWAL_TRANSITIONS: dict[str, frozenset[str]] = {
    WithdrawalStatus.HELD: frozenset(
        {WithdrawalStatus.REQUESTED, WithdrawalStatus.REJECTED, WithdrawalStatus.CANCELLED}
    ),
    WithdrawalStatus.REQUESTED: frozenset(
        {WithdrawalStatus.APPROVED, WithdrawalStatus.REJECTED, WithdrawalStatus.CANCELLED}
    ),
    WithdrawalStatus.APPROVED: frozenset({WithdrawalStatus.PAID, WithdrawalStatus.FAILED}),
}
# Their money is in flight: out of the purse, and not out of the house.
WAITING_WITHDRAWALS = (WithdrawalStatus.HELD, WithdrawalStatus.REQUESTED, WithdrawalStatus.APPROVED)
