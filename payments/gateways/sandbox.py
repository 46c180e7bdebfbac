"""The sandbox gateway as the platform sees it: a server somewhere, spoken to in signed JSON."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import requests
from django.conf import settings
from django.utils import timezone

from common.errors import Refusal
from payments.errors import BadSignature, ForeignMessage, GatewayRefused, MalformedMessage, StaleMessage
from payments.gateways.answers import read_answer
from payments.gateways.base import (
    Acknowledgement,
    BillLine,
    GatewayPayment,
    GatewayRefund,
    GatewayUnavailable,
    Notice,
    PayerClient,
    notify_url,
)
from payments.gateways.lines import send
from payments.gateways.values import instant, short_text, whole_fen
from payments.models import Payment, Refund
from payments.sandbox.signing import Stale, Unsigned, check, signed_headers
from payments.states import BillLineKind, PaymentStatus, RefundStatus

PAYMENT_STATUS = {
    "unknown": PaymentStatus.PENDING,
    "waiting": PaymentStatus.PENDING,
    "paid": PaymentStatus.CAPTURED,
    "failed": PaymentStatus.FAILED,
    "closed": PaymentStatus.CLOSED,
}
REFUND_STATUS = {
    "unknown": RefundStatus.REQUESTED,
    "processing": RefundStatus.PROCESSING,
    "done": RefundStatus.DONE,
    "abnormal": RefundStatus.ABNORMAL,
}
TOO_MANY_REQUESTS = 429
BILL_NOT_READY = "bill_not_ready"
# What an answer is about, where it says so.
NUMBERS = ("number", "refund_number")


class SandboxGateway:
    """See `payments.gateways.base.PaymentGateway` for what each method promises."""

    def open(self, payment: Payment, *, client: PayerClient, return_url: str) -> str:
        answer = _call(
            "open",
            number=payment.number,
            amount_fen=payment.amount_fen,
            title=payment.title,
            expires_at=payment.expires_at.isoformat(),
            notify_url=notify_url(payment),
            return_url=return_url,
        )
        return read_answer(answer, lambda content: str(content["pay_url"]))

    def query(self, payment: Payment) -> GatewayPayment:
        return read_answer(_call("query", number=payment.number), _payment_fact)

    def close(self, payment: Payment) -> GatewayPayment:
        return read_answer(_call("close", number=payment.number), _payment_fact)

    def refund(self, refund: Refund) -> GatewayRefund:
        answer = _call(
            "refund", number=refund.payment.number, refund_number=refund.number, amount_fen=refund.amount_fen
        )
        return read_answer(answer, _refund_fact)

    def query_refund(self, refund: Refund) -> GatewayRefund:
        answer = _call("query-refund", number=refund.payment.number, refund_number=refund.number)
        return read_answer(answer, _refund_fact)

    def read_callback(self, *, headers: Mapping[str, str], body: bytes, now: dt.datetime) -> Notice:
        try:
            check(headers, body, now=now)
        except Unsigned:
            raise BadSignature from None
        except Stale:
            raise StaleMessage from None
        try:
            return _read_notice(json.loads(body))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise MalformedMessage from error

    def read_bill(self, day: dt.date) -> Iterator[BillLine]:
        start, more = 0, True
        while more:
            page = read_answer(_page_of_bill(day, start=start), _bill_page)
            yield from page.lines
            start, more = start + len(page.lines), page.more

    def acknowledge(self, refusal: Refusal | None) -> Acknowledgement:
        return Acknowledgement(
            status=refusal.status if refusal else 200, body=json.dumps({"code": refusal.code if refusal else "ok"})
        )


@dataclass(frozen=True)
class BillPage:
    """Some lines of a bill, and whether there are more."""

    lines: list[BillLine]
    more: bool


def bill_line(content: Mapping[str, Any]) -> BillLine:
    """One line of the sandbox's bill in our words. Raises ValueError, KeyError, TypeError for what is none."""
    kind = BillLineKind(content["kind"])
    said = content["status"]
    return BillLine(
        kind=kind,
        number=short_text(content["number"]),
        gateway_number=short_text(content["gateway_number"]),
        amount_fen=whole_fen(content["amount_fen"]),
        status=PAYMENT_STATUS[said] if kind == BillLineKind.PAYMENT else REFUND_STATUS[said],
        at=instant(content["at"]),
    )


def control(path: str, **content: Any) -> dict[str, Any]:
    """Turn one of the sandbox's knobs, e.g. ("payments/P…/succeed"). Raises GatewayUnavailable, GatewayRefused."""
    return _post(f"control/{path}/", json.dumps(content).encode(), {}).json()


def _call(action: str, **content: Any) -> dict[str, Any]:
    """One signed request; the answer is believed only when it is signed too, and about what was asked."""
    body = json.dumps({"action": action, "merchant_no": settings.SANDBOX_MERCHANT_NO, **content}).encode()
    response = _post(f"v1/{action}/", body, signed_headers(body, now=timezone.now()))
    try:
        check(response.headers, response.content, now=timezone.now())
        said: dict[str, Any] = response.json()
    except (Unsigned, Stale, ValueError) as error:
        raise GatewayUnavailable from error
    if any(said.get(name, content.get(name)) != content.get(name) for name in NUMBERS):
        raise GatewayUnavailable
    return said


def _page_of_bill(day: dt.date, *, start: int) -> dict[str, Any]:
    try:
        return _call("bill", day=day.isoformat(), start=start)
    except GatewayRefused as refusal:
        if refusal.params["reason"] == BILL_NOT_READY:
            raise GatewayUnavailable from refusal
        raise


def _post(path: str, body: bytes, headers: dict[str, str]) -> requests.Response:
    address = f"{settings.SANDBOX_GATEWAY_URL.rstrip('/')}/{path}"
    sent = headers | {"Content-Type": "application/json"}
    # A server of the house: no proxy stands between.
    response = send("POST", address, through_proxies=False, data=body, headers=sent)
    if response.status_code >= 500 or response.status_code == TOO_MANY_REQUESTS:
        raise GatewayUnavailable
    if not response.ok:
        raise GatewayRefused(reason=_code_of(response))
    return response


def _code_of(response: requests.Response) -> str:
    try:
        return str(response.json()["code"])[:60]
    except (ValueError, KeyError, TypeError):
        return f"HTTP {response.status_code}"


def _read_notice(content: dict[str, Any]) -> Notice:
    if content["merchant_no"] != settings.SANDBOX_MERCHANT_NO:
        raise ForeignMessage
    is_refund = content["type"] == "refund"
    return Notice(
        event_id=short_text(content["event_id"]),
        payment_number=short_text(content["number"]),
        fact=_refund_fact(content) if is_refund else _payment_fact(content),
        refund_number=short_text(content["refund_number"]) if is_refund else "",
    )


def _payment_fact(content: dict[str, Any]) -> GatewayPayment:
    status = PAYMENT_STATUS[content["status"]]
    if status != PaymentStatus.CAPTURED:
        return GatewayPayment(status)
    return GatewayPayment(
        status=status,
        amount_fen=whole_fen(content["amount_fen"]),
        gateway_number=short_text(content["gateway_number"]),
        paid_at=instant(content["paid_at"]),
    )


def _refund_fact(content: dict[str, Any]) -> GatewayRefund:
    status = REFUND_STATUS[content["status"]]
    if status == RefundStatus.ABNORMAL:
        return GatewayRefund(status, reason="渠道退款异常，需要人工处理")
    if status != RefundStatus.DONE:
        return GatewayRefund(status)
    return GatewayRefund(status, amount_fen=whole_fen(content["amount_fen"]), done_at=instant(content["done_at"]))


def _bill_page(content: dict[str, Any]) -> BillPage:
    lines = [bill_line(line) for line in content["lines"]]
    return BillPage(lines, more=bool(lines) and content["more"] is True)
