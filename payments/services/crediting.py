"""Refunds that go to balances need no gateway: they have arrived as soon as they are booked."""

import datetime as dt
from collections.abc import Mapping, Sequence

from common import events, statemachine
from payments.events import RefundDone
from payments.models import Payment, Refund
from payments.states import RefundStatus
from payments.subjects import owners


def done_at_once(refunds: Sequence[Refund], payments: Mapping[int, Payment], *, now: dt.datetime) -> None:
    """Bring new refunds that were booked into balances to their end; payments by id, locked by the caller."""
    if not refunds:
        return
    ids = [refund.pk for refund in refunds]
    statemachine.move_many(Refund, ids, was=RefundStatus.REQUESTED, to=RefundStatus.DONE, now=now, done_at=now)
    for refund in refunds:
        refund.status, refund.done_at = RefundStatus.DONE, now
        owners[payments[refund.payment_id].subject_kind].on_refunded(refund, now)
    events.publish(*(_done(refund, payments[refund.payment_id]) for refund in refunds))


def _done(refund: Refund, payment: Payment) -> RefundDone:
    return RefundDone(
        refund_id=refund.pk,
        payment_id=payment.pk,
        subject_kind=payment.subject_kind,
        subject_number=payment.subject_number,
    )
