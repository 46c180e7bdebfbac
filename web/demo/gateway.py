"""Paying and refunding while the demo is made: the sandbox gateway's own books, without its server.

The story plays in the past, so the gateway is told what time it is. What is written here is what the sandbox's
server finds later, when somebody asks it for a refund of one of these payments.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.conf import settings

from common.errors import Refusal
from payments.errors import BadSignature
from payments.gateways.base import Acknowledgement, BillLine, GatewayPayment, GatewayRefund, Notice, PayerClient
from payments.gateways.sandbox import bill_line
from payments.models import Payment, Refund
from payments.sandbox.models import SandboxPayment, SandboxRefund
from payments.sandbox.services import bills, refunds
from payments.sandbox.services import payments as books
from payments.states import PaymentStatus, RefundStatus

NAME = "sandbox"


class StoryClock:
    """What time it is in the story."""

    now: dt.datetime = dt.datetime.min.replace(tzinfo=dt.UTC)


class SandboxBooks:
    """A PaymentGateway that opens the sandbox's books by itself; nobody is sent messages."""

    def open(self, payment: Payment, *, client: PayerClient, return_url: str) -> str:
        bill = books.Bill(
            number=payment.number,
            amount_fen=payment.amount_fen,
            title=payment.title,
            notify_url="",
            return_url=return_url,
            expires_at=payment.expires_at,
        )
        return f"/pay/{books.open_payment(bill, now=StoryClock.now).token}"

    def query(self, payment: Payment) -> GatewayPayment:
        known = SandboxPayment.objects.filter(number=payment.number).first()
        return _fact(known) if known else GatewayPayment(PaymentStatus.PENDING)

    def close(self, payment: Payment) -> GatewayPayment:
        return _fact(books.close_payment(payment.number, now=StoryClock.now))

    def refund(self, refund: Refund) -> GatewayRefund:
        known = refunds.refund(
            number=refund.number,
            payment_number=refund.payment.number,
            amount_fen=refund.amount_fen,
            now=StoryClock.now,
        )
        return _refund_fact(known)

    def query_refund(self, refund: Refund) -> GatewayRefund:
        return _refund_fact(refunds.find_refund(refund.number, now=StoryClock.now))

    def read_callback(self, *, headers: Mapping[str, str], body: bytes, now: dt.datetime) -> Notice:
        raise BadSignature

    def read_bill(self, day: dt.date) -> Iterator[BillLine]:
        return (bill_line(line) for line in bills.lines(day, now=StoryClock.now))

    def acknowledge(self, refusal: Refusal | None) -> Acknowledgement:
        raise NotImplementedError("this gateway sends no messages")

    def pay(self, payment: Payment) -> GatewayPayment:
        """The payer pays, now."""
        self.open(payment, client=PayerClient(), return_url="")
        return _fact(books.pay(payment.number, now=StoryClock.now))


def _fact(known: SandboxPayment) -> GatewayPayment:
    status = {
        SandboxPayment.Status.PAID: PaymentStatus.CAPTURED,
        SandboxPayment.Status.FAILED: PaymentStatus.FAILED,
        SandboxPayment.Status.CLOSED: PaymentStatus.CLOSED,
    }.get(SandboxPayment.Status(known.status), PaymentStatus.PENDING)
    return GatewayPayment(status, known.amount_fen, known.gateway_number, known.paid_at)


def _refund_fact(known: SandboxRefund) -> GatewayRefund:
    status = {
        SandboxRefund.Status.DONE: RefundStatus.DONE,
        SandboxRefund.Status.ABNORMAL: RefundStatus.ABNORMAL,
    }.get(SandboxRefund.Status(known.status), RefundStatus.PROCESSING)
    return GatewayRefund(status, known.amount_fen, known.done_at)


@contextmanager
def without_a_server() -> Iterator[SandboxBooks]:
    """Within it, the sandbox gateway is its books."""
    told: dict[str, Any] = {
        "PAYMENT_GATEWAYS": {NAME: f"{__name__}.{SandboxBooks.__name__}"},
        "REFUNDS_PER_SECOND": 0,
        # By one hand: what opens the books by itself works in the caller's transaction.
        "REFUNDS_AT_ONCE": 1,
    }
    configured = {name: getattr(settings, name) for name in told}
    _configure(told)
    try:
        yield SandboxBooks()
    finally:
        _configure(configured)


def _configure(values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(settings, name, value)
