"""The bill of a day: what moved, with the mistakes that somebody ordered."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any

from common.clock import day_of, start_of
from payments.sandbox.errors import BillNotReady
from payments.sandbox.models import SandboxFault, SandboxPayment, SandboxRefund
from payments.sandbox.services.faults import draw, strikes

Kind = SandboxFault.Kind
Line = dict[str, Any]
A_DAY = dt.timedelta(days=1)
PAGE = 1_000
MISTAKES = (Kind.BILL_MISSING, Kind.BILL_FOREIGN, Kind.BILL_AMOUNT, Kind.BILL_STATUS, Kind.BILL_DOUBLE)
WENT_WRONG = {"payment": SandboxPayment.Status.FAILED, "refund": SandboxRefund.Status.ABNORMAL}


def page_of_bill(day: dt.date, *, start: int, now: dt.datetime) -> tuple[list[Line], bool]:
    """The lines of a day from one place on, and whether there are more. Raises BillNotReady before the day is over."""
    if day >= day_of(now) or strikes(Kind.BILL_LATE, action="bill"):
        raise BillNotReady
    found = list(islice(lines(day, now=now), start, start + PAGE + 1))
    return found[:PAGE], len(found) > PAGE


def lines(day: dt.date, *, now: dt.datetime) -> Iterator[Line]:
    """Payments that succeeded and refunds that were accepted on a day, as the bill has them: mistakes included."""
    faults = list(SandboxFault.objects.filter(kind__in=MISTAKES).order_by("pk"))
    used: Counter[int] = Counter()
    for line in _true_lines(day, now=now):
        written = [line]
        for fault in faults:
            if _is_hit(fault, line, used[fault.pk]):
                used[fault.pk] += 1
                written = _mistaken(Kind(fault.kind), written)
        yield from written


def _is_hit(fault: SandboxFault, line: Line, used: int) -> bool:
    """By the seed and the line, not by the turn: whoever reads the bill again reads the same."""
    meant = fault.number in ("", line["number"]) and used < fault.times
    return meant and draw(f"{fault.seed}:{line['number']}") < fault.percent


def _mistaken(kind: SandboxFault.Kind, written: list[Line]) -> list[Line]:
    if kind == Kind.BILL_MISSING:
        return written[1:]
    if kind == Kind.BILL_DOUBLE:
        return [*written, *written[:1]]
    if kind == Kind.BILL_FOREIGN:
        return [*written, *(line | _nobodys(line) for line in written[:1])]
    if kind == Kind.BILL_AMOUNT:
        return [line | {"amount_fen": line["amount_fen"] + 1} for line in written]
    return [line | {"status": WENT_WRONG[line["kind"]].value} for line in written]


def _nobodys(line: Line) -> Line:
    return {"number": f"X{line['number']}", "gateway_number": f"X{line['gateway_number']}"}


def _true_lines(day: dt.date, *, now: dt.datetime) -> Iterator[Line]:
    start, end = start_of(day), start_of(day + A_DAY)
    paid = SandboxPayment.objects.filter(status=SandboxPayment.Status.PAID, paid_at__gte=start, paid_at__lt=end)
    for payment in paid.order_by("paid_at", "pk").iterator(PAGE):
        yield _payment_line(payment)
    accepted = SandboxRefund.objects.filter(accepted_at__gte=start, accepted_at__lt=end).select_related("payment")
    for refund in accepted.order_by("accepted_at", "pk").iterator(PAGE):
        yield _refund_line(refund, now=now)


def _payment_line(payment: SandboxPayment) -> Line:
    return {
        "kind": "payment",
        "number": payment.number,
        "gateway_number": payment.gateway_number,
        "amount_fen": payment.amount_fen if payment.paid_fen is None else payment.paid_fen,
        "status": payment.status,
        "at": payment.paid_at.isoformat() if payment.paid_at else None,
    }


def _refund_line(refund: SandboxRefund, *, now: dt.datetime) -> Line:
    return {
        "kind": "refund",
        "number": refund.number,
        "gateway_number": refund.payment.gateway_number,
        "amount_fen": refund.amount_fen,
        "status": SandboxRefund.Status.DONE.value if refund.has_arrived(now) else refund.status,
        "at": refund.accepted_at.isoformat(),
    }
