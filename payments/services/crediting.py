"""Refunds that go to balances need no gateway: they have arrived as soon as they are booked."""

import datetime as dt
from collections.abc import Mapping, Sequence

from common import statemachine
from payments.models import Payment, Refund
from payments.services.arriving import tell_arrival
from payments.states import RefundStatus


def done_at_once(refunds: Sequence[Refund], payments: Mapping[int, Payment], *, now: dt.datetime) -> None:
    """Bring new refunds that were booked into balances to their end; payments by id, locked by the caller."""
    if not refunds:
        return
    ids = [refund.pk for refund in refunds]
    statemachine.move_many(Refund, ids, was=RefundStatus.REQUESTED, to=RefundStatus.DONE, now=now, done_at=now)
    for refund in refunds:
        refund.status, refund.done_at = RefundStatus.DONE, now
    tell_arrival(refunds, payments, now=now)
