"""Refunds of orders: which fen of which line go back, out of which payment, bounded by what was paid."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.db import connection

from common.rows import insert_rows
from orders.locks import SUBJECT
from orders.models import Order, OrderLine, RefundLine
from orders.selectors.earnings import Part
from orders.services.earning import follow_refunds
from payments.errors import NotCaptured
from payments.models import Payment, Refund
from payments.services.refunding import RefundRequest, request_refunds
from payments.states import BALANCE, RefundKind, RefundRoute

TAKE_OFF_LINES = """
UPDATE orders_orderline AS line SET refunded_fen = line.refunded_fen + back.fen
  FROM unnest(%(ids)s::bigint[], %(fen)s::bigint[]) AS back (id, fen)
 WHERE line.id = back.id
"""
TAKE_OFF_FREIGHT = """
UPDATE orders_order AS bought SET freight_refunded_fen = bought.freight_refunded_fen + back.fen
  FROM unnest(%(ids)s::bigint[], %(fen)s::bigint[]) AS back (id, fen)
 WHERE bought.id = back.id
"""


@dataclass(frozen=True)
class OrderRefund:
    """What goes back of one order: fen by line id, and freight. Without a route it goes as the buyer likes it."""

    order: Order
    kind: RefundKind
    reason: str
    by_line: Mapping[int, int] = field(default_factory=dict)
    freight_fen: int = 0
    route: RefundRoute | None = None

    @property
    def amount_fen(self) -> int:
        return sum(self.by_line.values()) + self.freight_fen


def everything_left(
    order: Order, lines: Sequence[OrderLine], *, kind: RefundKind, reason: str, route: RefundRoute | None = None
) -> OrderRefund:
    """All of an order that has not gone back yet, freight included."""
    left = {line.pk: line.paid_fen - line.refunded_fen for line in lines if line.paid_fen > line.refunded_fen}
    freight_fen = order.freight_fen - order.freight_refunded_fen
    return OrderRefund(order, kind, reason, by_line=left, freight_fen=freight_fen, route=route)


def refund_orders(wanted: Sequence[OrderRefund], *, now: dt.datetime) -> list[Refund]:
    """Request these refunds, one for each order at most, for orders and payments locked by the caller.

    What a gateway took goes back first, then what the balance paid: a refund for each payment concerned. Those of
    nothing are left out. A CHECK on every line and on every payment refuses a fen too much, whatever happened here.
    """
    wanted = [refund for refund in wanted if refund.amount_fen > 0]
    payments = _applied_payments(refund.order for refund in wanted)
    shares = [share for refund in wanted for share in _split(refund, payments[refund.order.number])]
    _follow(wanted, now=now)
    requests = [
        RefundRequest(
            payment_id=payment.pk, kind=part.kind, amount_fen=part.amount_fen, reason=part.reason, route=part.route
        )
        for payment, part in shares
    ]
    refunds = request_refunds(wanted=requests, now=now)
    insert_rows(line for (_payment, part), refund in zip(shares, refunds, strict=True) for line in _parts(part, refund))
    _take_off_lines(wanted)
    return refunds


def _applied_payments(orders: Iterable[Order]) -> dict[str, list[Payment]]:
    """What paid these orders, by their number: the gateway's part first, then the balance's."""
    numbers = [order.number for order in orders]
    applied = Payment.objects.filter(subject_kind=SUBJECT, subject_number__in=numbers, applied=True)
    found: defaultdict[str, list[Payment]] = defaultdict(list)
    for payment in sorted(applied, key=lambda payment: (payment.gateway == BALANCE, payment.pk)):
        found[payment.subject_number].append(payment)
    return found


def _split(wanted: OrderRefund, payments: Sequence[Payment]) -> list[tuple[Payment, OrderRefund]]:
    """Which part of a refund comes out of which payment. What none of them has left is asked of the last, and refused
    there."""
    if not payments:
        raise NotCaptured(payment=wanted.order.number)
    shares = []
    for payment in payments:
        left_fen = payment.amount_fen - payment.refund_fen
        most_fen = wanted.amount_fen if payment is payments[-1] else min(left_fen, wanted.amount_fen)
        part, wanted = _cut(wanted, most_fen)
        if part.amount_fen:
            shares.append((payment, part))
    return shares


def _cut(wanted: OrderRefund, most_fen: int) -> tuple[OrderRefund, OrderRefund]:
    """The first so many fen of a refund, line by line and freight at the end; and the rest of it."""
    first: dict[int, int] = {}
    rest: dict[int, int] = {}
    for line_id, fen in wanted.by_line.items():
        first[line_id] = min(fen, most_fen)
        rest[line_id] = fen - first[line_id]
        most_fen -= first[line_id]
    freight_fen = min(wanted.freight_fen, most_fen)
    return (
        replace(wanted, by_line=_some(first), freight_fen=freight_fen),
        replace(wanted, by_line=_some(rest), freight_fen=wanted.freight_fen - freight_fen),
    )


def _some(by_line: Mapping[int, int]) -> dict[int, int]:
    return {line_id: fen for line_id, fen in by_line.items() if fen}


def _follow(wanted: Sequence[OrderRefund], *, now: dt.datetime) -> None:
    """What was earned on goods that are paid back is taken back; a difference comes before anything is earned."""
    touching = [refund for refund in wanted if refund.kind != RefundKind.TIER_DIFFERENCE]
    orders = {refund.order.pk: refund.order for refund in touching}
    coming = [
        Part(refund.order.pk, line_id, refund.kind, amount_fen)
        for refund in touching
        for line_id, amount_fen in (*refund.by_line.items(), (None, refund.freight_fen))
    ]
    if orders:
        follow_refunds(list(orders.values()), coming, now=now)


def _parts(wanted: OrderRefund, refund: Refund) -> list[RefundLine]:
    by_line: list[tuple[int | None, int]] = [*wanted.by_line.items()]
    if wanted.freight_fen:
        by_line.append((None, wanted.freight_fen))
    return [
        RefundLine(
            refund=refund,
            order=wanted.order,
            line_id=line_id,
            amount_fen=amount_fen,
            merchant_id=wanted.order.merchant_id,
            kind=refund.kind,
            requested_at=refund.requested_at,
        )
        for line_id, amount_fen in by_line
    ]


def _take_off_lines(wanted: Sequence[OrderRefund]) -> None:
    by_line: Counter[int] = Counter()
    for refund in wanted:
        by_line.update(refund.by_line)
    freight = {refund.order.pk: refund.freight_fen for refund in wanted if refund.freight_fen}
    _add(TAKE_OFF_LINES, by_line)
    _add(TAKE_OFF_FREIGHT, freight)


def _add(statement: str, fen: Mapping[int, int]) -> None:
    if fen:
        with connection.cursor() as cursor:
            cursor.execute(statement, {"ids": list(fen), "fen": list(fen.values())})
