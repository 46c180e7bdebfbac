"""Payments for tests, made through the services; and a gateway in memory for tests that need no HTTP."""

import datetime as dt
import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from accounts.models import Merchant, StaffMember, User
from accounts.states import StaffRole
from common import statemachine
from common.errors import Refusal
from payments.errors import GatewayUnavailable
from payments.gateways.base import Acknowledgement, BillLine, GatewayPayment, GatewayRefund, Notice, PayerClient
from payments.models import Payment, Refund
from payments.services.capturing import confirm
from payments.services.refunding import RefundRequest, request_refunds
from payments.services.starting import start_payment
from payments.states import PaymentStatus, RefundKind, RefundStatus
from payments.subjects import Subject

NOON = dt.datetime(2026, 11, 20, 4, 0, tzinfo=dt.UTC)
_numbers = itertools.count(1)


def make_payer(name: str = "Alice") -> User:
    """Somebody with money."""
    return User.objects.create_user(f"139{next(_numbers):08d}", name=name)


def make_merchant(name: str = "果园") -> Merchant:
    """Somebody who is paid."""
    merchant = Merchant.objects.create(name=name, contact_name="Mary", contact_phone="13800000000", applied_at=NOON)
    StaffMember.objects.create(merchant=merchant, user=make_payer("Mary"), role=StaffRole.OWNER)
    statemachine.begin(merchant, now=NOON)
    return merchant


def make_payment(
    *,
    subject: Subject | None = None,
    amount_fen: int = 2990,
    gateway: str = "sandbox",
    payer: User | None = None,
    merchant: Merchant | None = None,
    now: dt.datetime = NOON,
    **changes: Any,
) -> Payment:
    """A pending payment of a ticket."""
    return start_payment(
        subject=subject or Subject("ticket", f"T{next(_numbers)}"),
        payer_id=(payer or make_payer()).pk,
        merchant_id=(merchant or make_merchant()).pk,
        gateway=gateway,
        amount_fen=amount_fen,
        title="苹果 5 斤",
        now=now,
        **{"expires_at": now + dt.timedelta(minutes=15)} | changes,
    )


def captured_fact(payment: Payment, **changes: Any) -> GatewayPayment:
    """What a gateway says of this payment once it was paid."""
    said: dict[str, Any] = {
        "status": PaymentStatus.CAPTURED,
        "amount_fen": payment.amount_fen,
        "gateway_number": f"GW-{payment.number}",
        "paid_at": payment.created_at + dt.timedelta(minutes=1),
    }
    return GatewayPayment(**said | changes)


def make_captured(*, now: dt.datetime = NOON, **changes: Any) -> Payment:
    """A payment whose money has come."""
    payment = make_payment(now=now, **changes)
    return confirm(payment_id=payment.pk, fact=captured_fact(payment), now=now + dt.timedelta(minutes=1))


def make_refund(
    payment: Payment,
    *,
    amount_fen: int | None = None,
    kind: RefundKind = RefundKind.AFTER_SALES,
    now: dt.datetime = NOON + dt.timedelta(minutes=5),
) -> Refund:
    """A requested refund of a captured payment, of all its money unless said otherwise."""
    wanted = RefundRequest(
        payment_id=payment.pk, kind=kind, amount_fen=amount_fen or payment.amount_fen, reason="苹果坏了"
    )
    return request_refunds(wanted=[wanted], now=now)[0]


class FakeGateway:
    """A gateway in memory that does what a test tells it. `lose` and `swallow` count down with each call of `refund`:
    the first loses requests, the second does the work and then does not answer.
    """

    def __init__(self) -> None:
        self.payments: dict[str, GatewayPayment] = {}
        self.refunds: dict[str, GatewayRefund] = {}
        self.bills: dict[dt.date, list[BillLine]] = {}
        self.calls: list[tuple[str, str]] = []
        self.refund_answer = RefundStatus.DONE
        self.silent = False
        self.lose = 0
        self.swallow = 0
        self.paid_back_fen = 0

    def open(self, payment: Payment, *, client: PayerClient, return_url: str) -> str:
        self._called("open", payment.number)
        self.payments.setdefault(payment.number, GatewayPayment(PaymentStatus.PENDING))
        return f"https://pay.example/{payment.number}"

    def pay(self, payment: Payment, **changes: Any) -> GatewayPayment:
        """The payer pays; nobody is told."""
        self.payments[payment.number] = captured_fact(payment, **changes)
        return self.payments[payment.number]

    def query(self, payment: Payment) -> GatewayPayment:
        self._called("query", payment.number)
        return self.payments.get(payment.number, GatewayPayment(PaymentStatus.PENDING))

    def close(self, payment: Payment) -> GatewayPayment:
        self._called("close", payment.number)
        known = self.payments.get(payment.number)
        if known is None or known.status != PaymentStatus.CAPTURED:
            self.payments[payment.number] = GatewayPayment(PaymentStatus.CLOSED)
        return self.payments[payment.number]

    def refund(self, refund: Refund) -> GatewayRefund:
        self._called("refund", refund.number)
        if self.lose:
            self.lose -= 1
            raise GatewayUnavailable
        known = self.refunds.get(refund.number)
        if known is None or known.status == RefundStatus.ABNORMAL:
            known = self._do(refund)
        if self.swallow:
            self.swallow -= 1
            raise GatewayUnavailable
        return known

    def finish(self, refund: Refund) -> None:
        """A refund that was accepted arrives."""
        self.refund_answer = RefundStatus.DONE
        self._do(refund)

    def query_refund(self, refund: Refund) -> GatewayRefund:
        self._called("query_refund", refund.number)
        return self.refunds.get(refund.number, GatewayRefund(RefundStatus.REQUESTED))

    def read_callback(self, *, headers: Mapping[str, str], body: bytes, now: dt.datetime) -> Notice:
        raise NotImplementedError

    def read_bill(self, day: dt.date) -> Iterator[BillLine]:
        self._called("read_bill", day.isoformat())
        yield from self.bills.get(day, [])

    def acknowledge(self, refusal: Refusal | None) -> Acknowledgement:
        raise NotImplementedError("this gateway sends no messages")

    def _do(self, refund: Refund) -> GatewayRefund:
        self.refunds[refund.number] = GatewayRefund(
            self.refund_answer, amount_fen=refund.amount_fen, reason="账户已注销"
        )
        if self.refund_answer == RefundStatus.DONE:
            self.paid_back_fen += refund.amount_fen
        return self.refunds[refund.number]

    def _called(self, what: str, number: str) -> None:
        self.calls.append((what, number))
        if self.silent:
            raise GatewayUnavailable


_current = FakeGateway()


def current_fake_gateway() -> FakeGateway:
    """What settings.PAYMENT_GATEWAYS names in tests with a fake gateway."""
    return _current


def reset_fake_gateway() -> FakeGateway:
    """A new one without memories."""
    _current.__init__()  # type: ignore[misc]
    return _current
