"""A refund that its gateway cannot give back: an operator finds another way, under the same number."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_noop

from common import audit, statemachine
from payments.errors import GatewayRefused, GatewayUnavailable, ReferenceMissing
from payments.gateways.base import gateway_named
from payments.locks import lock_refund
from payments.models import Refund
from payments.services import ledger
from payments.services.returning import confirm_refund, finish
from payments.states import RefundRoute, RefundStatus


@transaction.atomic
def retry(*, refund: Refund, actor_id: int, now: dt.datetime) -> Refund:
    """An operator sends an abnormal refund again, under its number. Raises StateChanged when it is not abnormal."""
    statemachine.move(
        refund,
        RefundStatus.SENT,
        now=now,
        actor_id=actor_id,
        reason=gettext_noop("人工重新提交"),
        attempts=0,
        due_at=now,
        error="",
    )
    audit.record(
        actor_id=actor_id, action="refund.retry", subject=f"refund:{refund.number}", amount_fen=refund.amount_fen
    )
    return refund


def pay_elsewhere(*, refund: Refund, reference: str, note: str, actor_id: int, now: dt.datetime) -> Refund:
    """Finance has paid an abnormal refund from the platform's bank account; `reference` is the bank's number of it.

    The gateway is asked once more before anything is booked, so not in a transaction. Raises ReferenceMissing,
    StateChanged when the refund is not abnormal any more, GatewayUnavailable when nobody can say so.
    """
    if not reference.strip():
        raise ReferenceMissing
    _ask_once_more(refund, now=now)
    with transaction.atomic():
        locked = _lock_abnormal(refund)
        finish(
            [locked],
            into=ledger.bank(),
            now=now,
            actor_id=actor_id,
            reason=gettext_noop("已人工打款到其他账户"),
            route=RefundRoute.OTHER,
            reference=reference.strip()[:60],
        )
        _write_down("refund.pay_elsewhere", locked, actor_id=actor_id, note=note, reference=locked.reference)
    return locked


def give_to_balance(*, refund: Refund, note: str, actor_id: int, now: dt.datetime) -> Refund:
    """An abnormal refund goes to its payer's balance, who spends or withdraws it. Raises as `pay_elsewhere` does."""
    _ask_once_more(refund, now=now)
    with transaction.atomic():
        locked = _lock_abnormal(refund)
        finish(
            [locked],
            into=ledger.balance(locked.payment.payer_id),
            now=now,
            actor_id=actor_id,
            reason=gettext_noop("已改为退到余额"),
            route=RefundRoute.BALANCE,
        )
        _write_down("refund.give_to_balance", locked, actor_id=actor_id, note=note)
    return locked


def _ask_once_more(refund: Refund, *, now: dt.datetime) -> None:
    """What the gateway has done after all is taken in, and the refund is not abnormal any more."""
    if refund.status != RefundStatus.ABNORMAL:
        raise statemachine.StateChanged
    try:
        fact = gateway_named(refund.payment.gateway).query_refund(refund)
    except GatewayRefused as refusal:
        raise GatewayUnavailable from refusal
    confirm_refund(refund_id=refund.pk, fact=fact, now=now)


def _lock_abnormal(refund: Refund) -> Refund:
    locked = lock_refund(refund.pk)
    if locked.status != RefundStatus.ABNORMAL:
        raise statemachine.StateChanged
    return locked


def _write_down(action: str, refund: Refund, *, actor_id: int, note: str, **detail: str) -> None:
    audit.record(
        actor_id=actor_id,
        action=action,
        subject=f"refund:{refund.number}",
        amount_fen=refund.amount_fen,
        note=note,
        **detail,
    )
