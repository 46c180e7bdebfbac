"""Which refunds may leave now: claimed by one worker, a minute apart for each payment."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import F

from common import statemachine
from payments.models import Refund
from payments.services.refunding import BETWEEN_REFUNDS
from payments.states import RefundStatus

# Whoever claims a refund has this long to bring its result; then it is anybody's again.
LEASE = dt.timedelta(minutes=2)
WAITING = (RefundStatus.REQUESTED, RefundStatus.SENT, RefundStatus.PROCESSING)


def gateways_due(now: dt.datetime) -> list[str]:
    """The names of the gateways for which something waits."""
    due = Refund.objects.filter(status__in=WAITING, due_at__lte=now).order_by()
    return sorted(due.values_list("payment__gateway", flat=True).distinct())


@transaction.atomic
def claim(gateway: str, *, now: dt.datetime, limit: int) -> list[Refund]:
    """Due refunds of one gateway that nobody else has in hand, marked as sent and leased; their payments locked."""
    due = Refund.objects.filter(payment__gateway=gateway, status__in=WAITING, due_at__lte=now).order_by("due_at", "pk")
    free = due.select_related("payment").select_for_update(of=("self", "payment"), skip_locked=True, no_key=True)
    claimed = _a_minute_apart(list(free[:limit]), now=now)
    fresh = [refund.pk for refund in claimed if refund.status == RefundStatus.REQUESTED]
    again = [refund.pk for refund in claimed if refund.status != RefundStatus.REQUESTED]
    leased: dict[str, Any] = {"attempts": F("attempts") + 1, "due_at": now + LEASE}
    statemachine.move_many(
        Refund, fresh, was=RefundStatus.REQUESTED, to=RefundStatus.SENT, now=now, sent_at=now, **leased
    )
    Refund.objects.filter(pk__in=again).update(**leased)
    return claimed


def _a_minute_apart(due: Sequence[Refund], *, now: dt.datetime) -> list[Refund]:
    """Those that may leave now. Gateways want a minute between two refunds of a payment, also where a late run or
    another worker sent the one before; who asks holds the payments' locks, so the answer stays true.
    """
    fresh = {refund.payment_id for refund in due if refund.status == RefundStatus.REQUESTED}
    lately = Refund.objects.filter(payment_id__in=fresh, sent_at__gt=now - BETWEEN_REFUNDS).order_by("sent_at")
    free_at = {refund.payment_id: refund.sent_at + BETWEEN_REFUNDS for refund in lately if refund.sent_at}
    ready, early = [], []
    for refund in due:
        is_fresh = refund.status == RefundStatus.REQUESTED
        if is_fresh and refund.payment_id in free_at:
            refund.due_at = free_at[refund.payment_id]
            early.append(refund)
            continue
        if is_fresh:
            free_at[refund.payment_id] = now + BETWEEN_REFUNDS
        ready.append(refund)
    Refund.objects.bulk_update(early, ["due_at"])
    return ready
