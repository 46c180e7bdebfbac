"""Money that went back has arrived: whose it was hears of it now, everybody else after commit."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence

from common import events
from payments.events import RefundDone
from payments.models import Payment, Refund
from payments.subjects import owners


def tell_arrival(refunds: Sequence[Refund], payments: Mapping[int, Payment], *, now: dt.datetime) -> None:
    """Call the owners of the subjects, and publish; payments by id, locked by the caller."""
    by_kind: defaultdict[str, list[Refund]] = defaultdict(list)
    for refund in refunds:
        by_kind[payments[refund.payment_id].subject_kind].append(refund)
    for kind, theirs in by_kind.items():
        owners[kind].on_refunded(theirs, now)
    events.publish(*(_done(refund, payments[refund.payment_id]) for refund in refunds))


def _done(refund: Refund, payment: Payment) -> RefundDone:
    return RefundDone(
        refund_id=refund.pk,
        payment_id=payment.pk,
        subject_kind=payment.subject_kind,
        subject_number=payment.subject_number,
    )
