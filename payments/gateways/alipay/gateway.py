"""Alipay as a PaymentGateway."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from common.errors import Refusal
from payments.errors import GatewayRefused, MalformedMessage
from payments.gateways.accounts import AlipayAccount, account_of
from payments.gateways.alipay.bill import read_bill
from payments.gateways.alipay.client import address, ask
from payments.gateways.alipay.messages import prove
from payments.gateways.alipay.reading import asked_for, notice_of, payment_fact, refund_fact
from payments.gateways.answers import read_answer
from payments.gateways.base import (
    Acknowledgement,
    BillLine,
    GatewayPayment,
    GatewayRefund,
    Notice,
    PayerClient,
    notify_url,
)
from payments.gateways.values import beijing_text, yuan_of_fen
from payments.models import Payment, Refund
from payments.states import PayerDevice, PaymentStatus, RefundStatus

NEVER_HEARD_OF = "ACQ.TRADE_NOT_EXIST"
# Answers to a wish to close: it is over already. Asking tells how it ended.
CANNOT_CLOSE = ("ACQ.TRADE_STATUS_ERROR", "ACQ.REASON_TRADE_STATUS_INVALID", "ACQ.TRADE_HAS_SUCCESS")
# A page for desktops and one for phones, each a product of its own.
DESKTOP_PAGE = ("alipay.trade.page.pay", "FAST_INSTANT_TRADE_PAY")
PHONE_PAGE = ("alipay.trade.wap.pay", "QUICK_WAP_WAY")
NOT_IN_TITLES = str.maketrans("/=&", "   ")


class AlipayGateway:
    """See `payments.gateways.base.PaymentGateway` for what each method promises."""

    def __init__(self, prefix: str = "ALIPAY") -> None:
        account = account_of(prefix)
        if not isinstance(account, AlipayAccount):
            raise ImproperlyConfigured(f"{prefix} is no account at Alipay")
        self.account = account

    def open(self, payment: Payment, *, client: PayerClient, return_url: str) -> str:
        method, product = DESKTOP_PAGE if client.device == PayerDevice.DESKTOP else PHONE_PAGE
        content = {
            "out_trade_no": payment.number,
            "total_amount": yuan_of_fen(payment.amount_fen),
            "subject": payment.title.translate(NOT_IN_TITLES),
            "product_code": product,
            "time_expire": beijing_text(payment.expires_at),
        }
        return address(self.account, method, content, notify_url=notify_url(payment), return_url=return_url)

    def query(self, payment: Payment) -> GatewayPayment:
        try:
            answer = ask(self.account, "alipay.trade.query", {"out_trade_no": payment.number})
        except GatewayRefused as refusal:
            if refusal.params["reason"] == NEVER_HEARD_OF:
                return GatewayPayment(PaymentStatus.PENDING)
            raise
        return read_answer(answer, lambda said: payment_fact(said, number=payment.number, paid_at="send_pay_date"))

    def close(self, payment: Payment) -> GatewayPayment:
        """A trade exists from when its payer signs in at Alipay; until then its address lives to its deadline."""
        try:
            ask(self.account, "alipay.trade.close", {"out_trade_no": payment.number})
        except GatewayRefused as refusal:
            if refusal.params["reason"] in CANNOT_CLOSE:
                return self.query(payment)
            if refusal.params["reason"] != NEVER_HEARD_OF:
                raise
        return GatewayPayment(PaymentStatus.CLOSED)

    def refund(self, refund: Refund) -> GatewayRefund:
        content = {
            "out_trade_no": refund.payment.number,
            "out_request_no": refund.number,
            "refund_amount": yuan_of_fen(refund.amount_fen),
            "refund_reason": refund.reason,
        }
        answer = ask(self.account, "alipay.trade.refund", content)
        return read_answer(answer, lambda said: asked_for(said, refund))

    def query_refund(self, refund: Refund) -> GatewayRefund:
        content: dict[str, Any] = {"out_trade_no": refund.payment.number, "out_request_no": refund.number}
        content["query_options"] = ["gmt_refund_pay"]
        try:
            answer = ask(self.account, "alipay.trade.fastpay.refund.query", content)
        except GatewayRefused as refusal:
            if refusal.params["reason"] == NEVER_HEARD_OF:
                return GatewayRefund(RefundStatus.REQUESTED)
            raise
        return read_answer(answer, lambda said: refund_fact(said, refund))

    def read_callback(self, *, headers: Mapping[str, str], body: bytes, now: dt.datetime) -> Notice:
        message = prove(self.account, body=body, now=now)
        try:
            return notice_of(message, self.account)
        except (ValueError, KeyError, TypeError) as error:
            raise MalformedMessage from error

    def acknowledge(self, refusal: Refusal | None) -> Acknowledgement:
        if refusal is None:
            return Acknowledgement(200, "success", "text/plain")
        return Acknowledgement(refusal.status, "fail", "text/plain")

    def read_bill(self, day: dt.date) -> Iterator[BillLine]:
        return read_bill(self.account, day)
