"""How far the refund of everybody is, after something that brought many orders failed or was cancelled."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from accounts.models import Merchant
from orders.models import Order
from orders.states import CancelReason, OrderStatus
from payments.selectors.refunds import LATEST
from payments.states import RefundKind, RefundStatus

EVERYTHING = (RefundKind.MISSED, RefundKind.CANCELLED)
NOT_THE_BUYERS = (CancelReason.MISSED, CancelReason.MERCHANT)


@dataclass(frozen=True)
class MassRefund:
    """So many orders, of which so many have all their money back. What is stuck is in flight too."""

    orders: int
    done: int
    fen: int
    back_fen: int
    stuck_fen: int

    @property
    def in_flight_fen(self) -> int:
        return self.fen - self.back_fen

    @property
    def is_finished(self) -> bool:
        return self.done == self.orders

    @property
    def fingerprint(self) -> str:
        """The same as long as nothing has changed."""
        return f"{self.orders}-{self.done}-{self.fen}-{self.back_fen}-{self.stuck_fen}"


def mass_refund(merchant: Merchant, *, source_kind: str, source_code: str, now: dt.datetime) -> MassRefund:
    """Of the paid orders that somebody else than their buyer called off. One query."""
    brought = Order.objects.filter(merchant=merchant, paid_at__isnull=False).from_source(source_kind, source_code)
    called_off = brought.filter(Q(status=OrderStatus.PAID) | Q(cancel_reason__in=NOT_THE_BUYERS))
    everything = Q(refund_lines__refund__kind__in=EVERYTHING)
    done = Q(refund_lines__refund__status=RefundStatus.DONE)
    late = Q(refund_lines__refund__status=RefundStatus.ABNORMAL) | Q(
        refund_lines__refund__requested_at__lt=now - LATEST
    )
    sums = called_off.aggregate(
        orders=Count("pk", distinct=True),
        asked=Count("pk", distinct=True, filter=everything),
        waiting=Count("pk", distinct=True, filter=everything & ~done),
        fen=_fen(everything),
        back_fen=_fen(everything & done),
        stuck_fen=_fen(everything & ~done & late),
    )
    return MassRefund(
        orders=sums["orders"],
        done=sums["asked"] - sums["waiting"],
        fen=sums["fen"],
        back_fen=sums["back_fen"],
        stuck_fen=sums["stuck_fen"],
    )


def _fen(which: Q) -> Coalesce:
    return Coalesce(Sum("refund_lines__amount_fen", filter=which), 0)
