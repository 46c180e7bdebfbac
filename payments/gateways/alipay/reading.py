"""What Alipay writes, in our words. ValueError, KeyError and TypeError mean: not what was agreed on."""

from collections.abc import Mapping
from typing import Any

from payments.errors import CurrencyMismatch, ForeignMessage
from payments.gateways.accounts import AlipayAccount
from payments.gateways.base import GatewayPayment, GatewayRefund, Notice
from payments.gateways.values import beijing_instant, fen_of_yuan, short_text
from payments.models import Refund
from payments.states import PaymentStatus, RefundStatus

Content = Mapping[str, Any]
PAYMENT_STATUS = {
    "WAIT_BUYER_PAY": PaymentStatus.PENDING,
    "TRADE_SUCCESS": PaymentStatus.CAPTURED,
    "TRADE_FINISHED": PaymentStatus.CAPTURED,
    "TRADE_CLOSED": PaymentStatus.CLOSED,
}
# Named only where several are possible. What is not about yuan is not about us.
CURRENCIES = ("trans_currency", "settle_currency", "pay_currency")
CURRENCY = "CNY"


def payment_fact(content: Content, *, number: str, paid_at: str) -> GatewayPayment:
    """How the payment of that number stands; `paid_at` is the name of the field with the time. Raises ForeignMessage.

    A trade that was given back whole is closed as well, and carries the time at which it was paid.
    """
    if content["out_trade_no"] != number:
        raise ForeignMessage
    if any(content.get(name, CURRENCY) != CURRENCY for name in CURRENCIES):
        raise CurrencyMismatch
    status, time = PAYMENT_STATUS[content["trade_status"]], content.get(paid_at)
    if status == PaymentStatus.CLOSED and time:
        status = PaymentStatus.CAPTURED
    if status != PaymentStatus.CAPTURED:
        return GatewayPayment(status)
    return GatewayPayment(
        status=status,
        amount_fen=fen_of_yuan(content["total_amount"]),
        gateway_number=short_text(content["trade_no"]),
        paid_at=beijing_instant(time),
    )


def asked_for(content: Content, refund: Refund) -> GatewayRefund:
    """What the answer to a refund means: accepted is not done, unless money moved because of this very request.

    A repeated request moves nothing and says so; whether the first one did is for a question to find out.
    """
    if content["out_trade_no"] != refund.payment.number:
        raise ForeignMessage
    if content["fund_change"] != "Y":
        return GatewayRefund(RefundStatus.PROCESSING)
    if fen_of_yuan(content["refund_fee"]) < refund.amount_fen:
        raise ValueError("less was given back in all than was asked for")
    done_at = content.get("gmt_refund_pay")
    return GatewayRefund(
        RefundStatus.DONE, amount_fen=refund.amount_fen, done_at=beijing_instant(done_at) if done_at else None
    )


def refund_fact(content: Content, refund: Refund) -> GatewayRefund:
    """How a refund stands; without a status Alipay has not done it, and the same number may be sent again."""
    if content.get("refund_status") != "REFUND_SUCCESS":
        return GatewayRefund(RefundStatus.REQUESTED)
    if (content["out_trade_no"], content["out_request_no"]) != (refund.payment.number, refund.number):
        raise ForeignMessage
    done_at = content.get("gmt_refund_pay")
    return GatewayRefund(
        RefundStatus.DONE,
        amount_fen=fen_of_yuan(content["refund_amount"]),
        done_at=beijing_instant(done_at) if done_at else None,
    )


def notice_of(message: Content, account: AlipayAccount) -> Notice:
    """A proven message. One about a refund tells the sum of all refunds and not this one's amount: it only says that
    it is time to ask.
    """
    if (message["app_id"], message["seller_id"]) != (account.app_id, account.seller_id):
        raise ForeignMessage
    number = short_text(message["out_trade_no"])
    about = {"event_id": short_text(message["notify_id"], longest=128), "payment_number": number}
    if message.get("gmt_refund") and message.get("out_biz_no"):
        refund_number = short_text(message["out_biz_no"])
        return Notice(fact=GatewayRefund(RefundStatus.PROCESSING), refund_number=refund_number, **about)
    return Notice(fact=payment_fact(message, number=number, paid_at="gmt_payment"), **about)
