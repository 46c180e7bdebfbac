"""Our books beside the gateway's, payment by payment; and whether everything has come to rest."""

from dataclasses import dataclass

from django.db import connection

from campaigns.models import Campaign
from common.clock import database_now
from common.invariants import check_all
from common.models import EventDelivery, OutboxEvent
from faults.findings import Findings
from faults.waiting import wait_until
from orders.models import Order
from payments.models import Refund
from payments.services.claiming import WAITING
from payments.states import RefundStatus

OURS_AND_THEIRS = """
WITH told AS (
    SELECT payment.amount_fen,
           (SELECT count(*) FROM payments_refund refund WHERE refund.payment_id = payment.id) AS ours,
           (SELECT coalesce(sum(refund.amount_fen), 0) FROM payments_refund refund
             WHERE refund.payment_id = payment.id AND refund.status = 'done') AS ours_fen,
           (SELECT count(*) FROM sandbox_refund refund WHERE refund.payment_id = theirs.id) AS theirs,
           (SELECT coalesce(sum(refund.amount_fen), 0) FROM sandbox_refund refund
             WHERE refund.payment_id = theirs.id AND refund.status = 'done') AS theirs_fen
      FROM orders_order o
      JOIN payments_payment payment ON payment.subject_number = o.number AND payment.status = 'captured'
      LEFT JOIN sandbox_payment theirs ON theirs.number = payment.number
     WHERE o.source_code = %s
)
SELECT count(*) FILTER (WHERE ours = 1 AND theirs = 1),
       count(*) FILTER (WHERE ours = 0 OR theirs = 0),
       count(*) FILTER (WHERE ours > 1 OR theirs > 1),
       count(*) FILTER (WHERE ours_fen <> amount_fen OR theirs_fen <> amount_fen)
  FROM told
"""


@dataclass(frozen=True)
class Refunded:
    """Of the paid orders of a campaign: how many were refunded once, not at all, twice, or by a wrong amount."""

    once: int
    missing: int
    double: int
    wrong: int


def refunded(code: str) -> Refunded:
    """Our refunds compared with the gateway's own books."""
    with connection.cursor() as cursor:
        cursor.execute(OURS_AND_THEIRS, [code])
        return Refunded(*cursor.fetchone())


def report_refunds(findings: Findings, code: str, *, wanted: int) -> None:
    """Everybody has their money back, once, to the fen."""
    found = refunded(code)
    findings.count("refunds", found.once, wanted)
    findings.count("missing", found.missing, 0)
    findings.count("double", found.double, 0)
    findings.count("wrong amounts", found.wrong, 0)


def refunds_done(code: str) -> int:
    """How many refunds of a campaign have arrived."""
    numbers = Order.objects.filter(source_code=code).values("number")
    return Refund.objects.filter(status=RefundStatus.DONE, payment__subject_number__in=numbers).count()


def let_time_pass() -> None:
    """Leases and pauses of refunds are over."""
    Refund.objects.filter(status__in=WAITING).update(due_at=database_now())


def come_to_rest(findings: Findings, *, seconds: float) -> None:
    """Wait until no sweep has anything left to do, then check that all is sound."""
    wait_until(_is_quiet, "the sweeps did not finish", seconds=seconds)
    findings.blame(f"{found.invariant}: {found.rows[:3]}" for found in check_all())


def _is_quiet() -> bool:
    waiting = (
        OutboxEvent.objects.filter(relayed_at__isnull=True),
        EventDelivery.objects.filter(status=EventDelivery.Status.WAITING),
        Refund.objects.filter(status__in=WAITING),
        Campaign.objects.filter(closing_since__isnull=False, settled_at__isnull=True),
    )
    return not any(rows.exists() for rows in waiting)
