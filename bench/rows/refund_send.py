"""Refunds that are due, sent over HTTP to the sandbox until their money is back. ÷ Celery's tasks that do nothing."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from bench.noop import tasks_per_second
from bench.row import Row
from bench.sandbox import fill_books, sandbox_server
from bench.seeding import BIG
from bench.vacuuming import vacuum
from bench.workers import seconds_of
from campaigns.models import Campaign
from campaigns.services.settling import settle
from common.models import OutboxEvent
from payments.events import RefundDone
from payments.models import LedgerTransaction, Refund
from payments.sandbox.models import SandboxRefund
from payments.services.sending import send_due
from payments.states import RefundStatus

REFUNDS = 4_000


def prepare() -> None:
    """The big campaign is settled; the differences of so many of its orders are due, the others' tomorrow."""
    now = timezone.now()
    Campaign.objects.filter(code=BIG).update(closes_at=now)
    settle(campaign_id=Campaign.objects.get(code=BIG).pk, now=now)
    last = Refund.objects.order_by("pk")[REFUNDS]
    Refund.objects.filter(pk__gte=last.pk).update(due_at=now + dt.timedelta(days=1))
    fill_books()
    vacuum()


def send() -> int:
    """One worker's part of it: what is due until nothing is left."""
    sent = 0
    while answered := send_due(now=timezone.now()):
        sent += answered
    return sent


def ours(_nothing: None) -> float:
    """Refunds per second, each counted once it is booked."""
    with sandbox_server():
        sent, seconds = seconds_of(send)
    done = Refund.objects.filter(status=RefundStatus.DONE)
    booked = LedgerTransaction.objects.filter(key__startswith="refunded:")
    told = OutboxEvent.objects.filter(name=f"payments.{RefundDone.__name__}")
    assert sent == done.count() == booked.count() == told.count() == REFUNDS
    assert _fen(SandboxRefund.objects.filter(status=SandboxRefund.Status.DONE)) == _fen(done)
    return REFUNDS / seconds


def _fen(refunds: QuerySet[Any]) -> dict[str, int]:
    return dict(refunds.values_list("number", "amount_fen"))


def reference(_nothing: None) -> float:
    """Tasks per second."""
    return tasks_per_second()


ROW = Row(
    name="refund-send",
    unit="refunds/s sent over HTTP and booked ÷ Celery's no-op tasks/s, two workers each",
    bar=0.5,
    prepare=prepare,
    ours=ours,
    reference=reference,
    fresh=True,
)
