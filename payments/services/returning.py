"""A gateway says how a refund stands: from its answer, from a query, from a message; they all come through here."""

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models.expressions import RawSQL

from common import events, statemachine
from payments.errors import AmountMismatch, FactRejected, PaidBackOtherwise
from payments.events import RefundAbnormal
from payments.gateways.base import GatewayRefund
from payments.locks import lock_refunds
from payments.models import Refund
from payments.services import evidence, ledger
from payments.services.arriving import tell_arrival
from payments.states import RefundRoute, RefundStatus
from payments.subjects import subject_of

logger = logging.getLogger(__name__)

# To each its own of many instants, in the statement that moves them.
ARRIVED = "(%s::timestamptz[])[array_position(%s::bigint[], payments_refund.id)]"


def confirm_refund(*, refund_id: int, fact: GatewayRefund, now: dt.datetime) -> Refund:
    """Move a refund to where the gateway answers that it is; safe to repeat, what is done stays done.

    Raises AmountMismatch or PaidBackOtherwise: nothing changes, and the evidence is committed on its own, which asks
    for a caller without a transaction.
    """
    try:
        with transaction.atomic():
            return record_refund_facts(facts={refund_id: fact}, now=now)[0]
    except FactRejected as refusal:
        refund = Refund.objects.select_related("payment").get(pk=refund_id)
        evidence.keep_rejected_refund(refund=refund, fact=fact, refusal=refusal, now=now)
        raise


def record_refund_facts(*, facts: Mapping[int, GatewayRefund], now: dt.datetime) -> list[Refund]:
    """Lock refunds of one gateway, look again, and move each to where the gateway says it is; in the order of `facts`.

    In the caller's transaction, with a handful of statements. Raises a FactRejected when one of them does not fit.
    """
    refunds = lock_refunds(facts)
    moving: defaultdict[str, list[Refund]] = defaultdict(list)
    for pk, refund in refunds.items():
        if facts[pk].status == RefundStatus.DONE:
            _compare(refund, facts[pk])
        if facts[pk].status in refund.transitions.get(refund.status, frozenset()):
            moving[facts[pk].status].append(refund)
    for refund in moving[RefundStatus.ABNORMAL]:
        _give_up(refund, facts[refund.pk].reason, now=now)
    _move(moving[RefundStatus.PROCESSING], RefundStatus.PROCESSING, now=now, error="")
    if arrived := moving[RefundStatus.DONE]:
        done_at = {refund.pk: facts[refund.pk].done_at for refund in arrived}
        finish(arrived, into=ledger.clearing(arrived[0].payment.gateway), done_at=done_at, now=now)
    return [refunds[pk] for pk in facts]


def _compare(refund: Refund, fact: GatewayRefund) -> None:
    """Money that went back by another way cannot have come from the gateway as well."""
    if refund.status == RefundStatus.DONE and refund.route != RefundRoute.ORIGINAL:
        raise PaidBackOtherwise
    if fact.amount_fen != refund.amount_fen:
        raise AmountMismatch(expected_fen=refund.amount_fen, told_fen=fact.amount_fen)


def hasten(*, refund_id: int, now: dt.datetime) -> None:
    """Ask about an accepted refund at the next occasion."""
    Refund.objects.filter(pk=refund_id, status=RefundStatus.PROCESSING).update(due_at=now)


def finish(
    refunds: Sequence[Refund],
    *,
    into: int,
    now: dt.datetime,
    done_at: Mapping[int, dt.datetime | None] | None = None,
    actor_id: int | None = None,
    reason: str = "",
    **changes: Any,
) -> None:
    """The money is with the payers: book it, tell the subjects' owners, tell the world.

    `into` is the ledger account that paid, `done_at` says by refund when it arrived, if not now. They are of one
    gateway, and with their payments locked by the caller.
    """
    arrived = {refund.pk: (done_at or {}).get(refund.pk) or now for refund in refunds}
    each = RawSQL(ARRIVED, [list(arrived.values()), list(arrived)])
    _move(refunds, RefundStatus.DONE, now=now, actor_id=actor_id, reason=reason, error="", done_at=each, **changes)
    for refund in refunds:
        refund.done_at = arrived[refund.pk]
    in_flight = ledger.refund_in_flight(refunds[0].payment.gateway)
    ledger.post([_booking(refund, in_flight, into) for refund in refunds], now=now)
    tell_arrival(refunds, {refund.payment_id: refund.payment for refund in refunds}, now=now)


def _move(
    refunds: Sequence[Refund],
    to: RefundStatus,
    *,
    now: dt.datetime,
    actor_id: int | None = None,
    reason: str = "",
    **changes: Any,
) -> None:
    standing: defaultdict[str, list[Refund]] = defaultdict(list)
    for refund in refunds:
        standing[refund.status].append(refund)
    for was, together in standing.items():
        ids = [refund.pk for refund in together]
        statemachine.move_many(Refund, ids, was=was, to=to, now=now, actor_id=actor_id, reason=reason, **changes)
    for refund in refunds:
        for name, value in {"status": to, **changes}.items():
            setattr(refund, name, value)


def _give_up(refund: Refund, reason: str, *, now: dt.datetime) -> None:
    statemachine.move(refund, RefundStatus.ABNORMAL, now=now, reason=reason, error=reason[:300])
    events.publish(RefundAbnormal(refund_id=refund.pk, payment_id=refund.payment_id))
    logger.error("refund is abnormal", extra={"refund": refund.number})


def _booking(refund: Refund, in_flight: int, into: int) -> ledger.Booking:
    return ledger.Booking(
        key=f"refunded:{refund.number}",
        subject=subject_of(refund.payment),
        lines=(ledger.debit(in_flight, refund.amount_fen), ledger.credit(into, refund.amount_fen)),
        merchant_id=refund.payment.merchant_id,
        payment_id=refund.payment_id,
        refund_id=refund.pk,
    )
