"""WeChat Pay as a PaymentGateway."""

import datetime as dt
import json
import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from common.errors import Refusal
from payments.errors import GatewayRefused, MalformedMessage
from payments.gateways.accounts import WeChatAccount, account_of
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
from payments.gateways.values import BEIJING
from payments.gateways.wechat.bill import read_bill
from payments.gateways.wechat.client import ask_for, call, client_of
from payments.gateways.wechat.messages import prove
from payments.gateways.wechat.reading import CURRENCY, notice_of, payment_fact, refund_fact
from payments.gateways.wechat.ways import BRIDGE, address_in, way_of
from payments.models import Payment, Refund
from payments.states import PaymentStatus, RefundStatus

NEVER_HEARD_OF = ("ORDER_NOT_EXIST", "ORDERNOTEXIST", "RESOURCE_NOT_EXISTS")
# Answers to a wish to close: it is over already, or the payer is just paying. Asking tells which.
CANNOT_CLOSE = ("ORDERPAID", "ORDER_PAID", "ORDERCLOSED", "ORDER_CLOSED", "USERPAYING", "TRADE_STATE_ERROR")
LONGEST_TITLE = 127
LONGEST_REASON = 80


class WeChatGateway:
    """See `payments.gateways.base.PaymentGateway` for what each method promises."""

    def __init__(self, prefix: str = "WECHAT") -> None:
        account = account_of(prefix)
        if not isinstance(account, WeChatAccount):
            raise ImproperlyConfigured(f"{prefix} is no account at WeChat Pay")
        self.account = account
        self._client = client_of(account)

    def open(self, payment: Payment, *, client: PayerClient, return_url: str) -> str:
        way = way_of(client)
        answer = ask_for(
            lambda: self._client.pay(
                description=payment.title[:LONGEST_TITLE],
                out_trade_no=payment.number,
                amount={"total": payment.amount_fen, "currency": CURRENCY},
                time_expire=payment.expires_at.astimezone(BEIJING).isoformat(timespec="seconds"),
                notify_url=notify_url(payment),
                pay_type=way.pay_type,
                **way.about_payer,
            )
        )
        return read_answer(answer, lambda said: address_in(said, way, return_url=return_url))

    def query(self, payment: Payment) -> GatewayPayment:
        try:
            answer = ask_for(lambda: self._client.query(out_trade_no=payment.number))
        except GatewayRefused as refusal:
            if refusal.params["reason"] in NEVER_HEARD_OF:
                return GatewayPayment(PaymentStatus.PENDING)
            raise
        return read_answer(answer, lambda said: payment_fact(said, self.account, number=payment.number))

    def close(self, payment: Payment) -> GatewayPayment:
        try:
            call(lambda: self._client.close(out_trade_no=payment.number))
        except GatewayRefused as refusal:
            if refusal.params["reason"] in CANNOT_CLOSE:
                return self.query(payment)
            if refusal.params["reason"] not in NEVER_HEARD_OF:
                raise
        return GatewayPayment(PaymentStatus.CLOSED)

    def refund(self, refund: Refund) -> GatewayRefund:
        payment = refund.payment
        answer = ask_for(
            lambda: self._client.refund(
                out_refund_no=refund.number,
                out_trade_no=payment.number,
                amount={"refund": refund.amount_fen, "total": payment.amount_fen, "currency": CURRENCY},
                reason=refund.reason[:LONGEST_REASON],
                notify_url=notify_url(payment),
            )
        )
        return _refund(answer, refund)

    def query_refund(self, refund: Refund) -> GatewayRefund:
        try:
            answer = ask_for(lambda: self._client.query_refund(out_refund_no=refund.number))
        except GatewayRefused as refusal:
            if refusal.params["reason"] in NEVER_HEARD_OF:
                return GatewayRefund(RefundStatus.REQUESTED)
            raise
        return _refund(answer, refund)

    def read_callback(self, *, headers: Mapping[str, str], body: bytes, now: dt.datetime) -> Notice:
        message = prove(self.account, headers=headers, body=body, now=now)
        try:
            return notice_of(message, self.account)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise MalformedMessage from error

    def acknowledge(self, refusal: Refusal | None) -> Acknowledgement:
        if refusal is None:
            return Acknowledgement(200, json.dumps({"code": "SUCCESS", "message": "成功"}, ensure_ascii=False))
        return Acknowledgement(refusal.status, json.dumps({"code": "FAIL", "message": refusal.code}))

    def read_bill(self, day: dt.date) -> Iterator[BillLine]:
        return read_bill(self.account, day)

    def bridge_parameters(self, payment: Payment, *, now: dt.datetime) -> dict[str, str]:
        """What the script of WeChat's browser is called with to pay an address that begins with BRIDGE."""
        package = f"prepay_id={payment.pay_url.removeprefix(BRIDGE)}"
        timestamp, nonce = str(int(now.timestamp())), secrets.token_hex(16)
        return {
            "appId": self.account.app_id,
            "timeStamp": timestamp,
            "nonceStr": nonce,
            "package": package,
            "signType": "RSA",
            "paySign": self._client.sign([self.account.app_id, timestamp, nonce, package]),
        }


def _refund(answer: dict[str, Any], refund: Refund) -> GatewayRefund:
    number = refund.payment.number
    return read_answer(
        answer, lambda said: refund_fact(said, said["status"], number=number, refund_number=refund.number)
    )
