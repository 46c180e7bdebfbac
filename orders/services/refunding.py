"""Refunds of orders: which fen of which line go back, bounded by what was paid for it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Case, F, Value, When

from orders.models import Order, OrderLine, RefundLine
from payments.models import Payment, Refund
from payments.services.refunding import RefundRequest, request_refunds
from payments.states import RefundKind


@dataclass(frozen=True)
class OrderRefund:
    """What goes back of one order: fen by line id, and freight."""

    order: Order
    payment: Payment
    kind: RefundKind
    reason: str
    by_line: Mapping[int, int] = field(default_factory=dict)
    freight_fen: int = 0

    @property
    def amount_fen(self) -> int:
        return sum(self.by_line.values()) + self.freight_fen


def everything_left(
    order: Order, payment: Payment, lines: Sequence[OrderLine], *, kind: RefundKind, reason: str
) -> OrderRefund:
    """All of an order that has not gone back yet, freight included."""
    left = {line.pk: line.paid_fen - line.refunded_fen for line in lines if line.paid_fen > line.refunded_fen}
    freight_fen = order.freight_fen - order.freight_refunded_fen
    return OrderRefund(order, payment, kind, reason, by_line=left, freight_fen=freight_fen)


def refund_orders(wanted: Sequence[OrderRefund], *, now: dt.datetime) -> list[Refund]:
    """Request these refunds, for orders and payments locked by the caller. Those of nothing are left out.

    A CHECK on every line and on every payment refuses a fen too much, whatever happened here.
    """
    wanted = [refund for refund in wanted if refund.amount_fen > 0]
    requests = [
        RefundRequest(
            payment_id=refund.payment.pk, kind=refund.kind, amount_fen=refund.amount_fen, reason=refund.reason
        )
        for refund in wanted
    ]
    refunds = request_refunds(wanted=requests, now=now)
    by_payment = {refund.payment_id: refund for refund in refunds}
    RefundLine.objects.bulk_create(part for refund in wanted for part in _parts(refund, by_payment[refund.payment.pk]))
    _take_off_lines(wanted)
    return refunds


def _parts(wanted: OrderRefund, refund: Refund) -> list[RefundLine]:
    parts = [
        RefundLine(refund=refund, order=wanted.order, line_id=line_id, amount_fen=amount_fen)
        for line_id, amount_fen in wanted.by_line.items()
    ]
    if wanted.freight_fen:
        parts.append(RefundLine(refund=refund, order=wanted.order, amount_fen=wanted.freight_fen))
    return parts


def _take_off_lines(wanted: Sequence[OrderRefund]) -> None:
    by_line = {line_id: fen for refund in wanted for line_id, fen in refund.by_line.items()}
    freight = {refund.order.pk: refund.freight_fen for refund in wanted if refund.freight_fen}
    if by_line:
        added = Case(*(When(pk=pk, then=Value(fen)) for pk, fen in by_line.items()))
        OrderLine.objects.filter(pk__in=by_line).update(refunded_fen=F("refunded_fen") + added)
    if freight:
        added = Case(*(When(pk=pk, then=Value(fen)) for pk, fen in freight.items()))
        Order.objects.filter(pk__in=freight).update(freight_refunded_fen=F("freight_refunded_fen") + added)
