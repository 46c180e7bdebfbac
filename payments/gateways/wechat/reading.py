"""What WeChat Pay writes, in our words. ValueError, KeyError and TypeError mean: not what was agreed on."""

from collections.abc import Mapping
from typing import Any

from payments.errors import CurrencyMismatch, ForeignMessage
from payments.gateways.accounts import WeChatAccount
from payments.gateways.base import GatewayPayment, GatewayRefund, Notice
from payments.gateways.values import instant, short_text, whole_fen
from payments.states import PaymentStatus, RefundStatus

Content = Mapping[str, Any]
CURRENCY = "CNY"

# A payment that was given back was paid before.
PAYMENT_STATUS = {
    "SUCCESS": PaymentStatus.CAPTURED,
    "REFUND": PaymentStatus.CAPTURED,
    "NOTPAY": PaymentStatus.PENDING,
    "USERPAYING": PaymentStatus.PENDING,
    "CLOSED": PaymentStatus.CLOSED,
    "REVOKED": PaymentStatus.CLOSED,
    "PAYERROR": PaymentStatus.FAILED,
}
# Closed means that the money stayed with us: somebody has to find another way for it.
REFUND_STATUS = {
    "SUCCESS": RefundStatus.DONE,
    "PROCESSING": RefundStatus.PROCESSING,
    "ABNORMAL": RefundStatus.ABNORMAL,
    "CLOSED": RefundStatus.ABNORMAL,
}


def payment_fact(content: Content, account: WeChatAccount, *, number: str) -> GatewayPayment:
    """How the payment of that number stands. Raises ForeignMessage, CurrencyMismatch."""
    if (content["appid"], content["mchid"], content["out_trade_no"]) != (account.app_id, account.merchant_no, number):
        raise ForeignMessage
    status = PAYMENT_STATUS[content["trade_state"]]
    if status != PaymentStatus.CAPTURED:
        return GatewayPayment(status)
    return GatewayPayment(
        status=status,
        amount_fen=_in_fen(content["amount"], "total"),
        gateway_number=short_text(content["transaction_id"]),
        paid_at=instant(content["success_time"]),
    )


def refund_fact(content: Content, status: str, *, number: str, refund_number: str) -> GatewayRefund:
    """How the refund of those numbers stands. Raises ForeignMessage, CurrencyMismatch."""
    if (content["out_trade_no"], content["out_refund_no"]) != (number, refund_number):
        raise ForeignMessage
    known = REFUND_STATUS[status]
    if known == RefundStatus.ABNORMAL:
        return GatewayRefund(known, reason=f"微信支付退款异常（{status}），需要人工处理")
    if known != RefundStatus.DONE:
        return GatewayRefund(known)
    return GatewayRefund(
        known, amount_fen=_in_fen(content["amount"], "refund"), done_at=instant(content["success_time"])
    )


def notice_of(message: Content, account: WeChatAccount) -> Notice:
    """A proven message with its opened resource."""
    resource = message["resource"]
    number = short_text(resource["out_trade_no"])
    about = {"event_id": short_text(message["id"], longest=128), "payment_number": number}
    kind, _separator, _rest = message["event_type"].partition(".")
    if kind == "TRANSACTION":
        return Notice(fact=payment_fact(resource, account, number=number), **about)
    if kind != "REFUND":
        raise ValueError("neither a payment nor a refund")
    if resource["mchid"] != account.merchant_no:
        raise ForeignMessage
    refund_number = short_text(resource["out_refund_no"])
    fact = refund_fact(resource, resource["refund_status"], number=number, refund_number=refund_number)
    return Notice(fact=fact, refund_number=refund_number, **about)


def _in_fen(amount: Content, name: str) -> int:
    """Amounts are fen of yuan; only a message about another currency names one of its own."""
    if amount.get("currency", CURRENCY) != CURRENCY:
        raise CurrencyMismatch
    return whole_fen(amount[name])
