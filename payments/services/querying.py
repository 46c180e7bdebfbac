"""Asking gateways, because messages get lost: nothing waits for a callback to be true."""

import datetime as dt
import logging

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_noop

from common import statemachine
from common.alerts import close_alert, raise_alert
from payments.errors import FactRejected, GatewayRefused, GatewayUnavailable
from payments.gateways.base import GatewayPayment, HttpInsideTransaction, gateway_named
from payments.locks import lock_payment
from payments.models import Payment
from payments.services.capturing import confirm
from payments.states import PaymentStatus

logger = logging.getLogger(__name__)

BETWEEN_QUERIES = dt.timedelta(seconds=60)
MOST_SILENCE = 3
UNRESOLVED = "payment_unresolved"
FAILED = gettext_noop("查询一笔付款时出错，会自动重试。请开发人员看日志，并到支付渠道核对这笔钱有没有付")


def resolve(*, payment: Payment, now: dt.datetime, close: bool) -> Payment:
    """Find out how a pending payment stands and take it in; with `close`, see to it that it cannot be paid any more.

    Not in a transaction. The payment returned is captured, failed or closed; or pending when it was not to be closed,
    or the gateway says that the payer is paying just now. A contradicting amount counts as not paid: it is closed, and
    kept as evidence. Raises GatewayUnavailable.
    """
    if payment.status != PaymentStatus.PENDING:
        return payment
    # Written down before the question: one that never gets an answer goes to the back of the queue.
    Payment.objects.filter(pk=payment.pk).update(queried_at=now)
    fact = _ask(payment, close=close)
    try:
        return confirm(payment_id=payment.pk, fact=fact, now=now)
    except FactRejected as refusal:
        return _give_up(payment, refusal, now=now) if close else Payment.objects.get(pk=payment.pk)


def query_overdue(*, now: dt.datetime, limit: int = 100) -> int:
    """Ask about payments that have waited for a minute, and close those past their deadline. Returns how many.

    Safe to run by several workers at once; stops early when gateways stay silent, and begins the next round with those
    whose turn did not come, so that a few without an answer hold up nobody for ever.
    """
    silence = 0
    asked = 0
    claimed = _claim(now=now, limit=limit)
    for turn, payment in enumerate(claimed, start=1):
        try:
            resolve(payment=payment, now=now, close=payment.expires_at <= now)
            close_alert(kind=UNRESOLVED, subject=f"payment:{payment.number}", now=now)
            asked += 1
            silence = 0
        except GatewayUnavailable:
            silence += 1
            logger.warning("gateway did not say how a payment stands", extra={"payment": payment.number})
        except HttpInsideTransaction:
            raise
        except Exception as error:
            logger.exception("a payment could not be resolved", extra={"payment": payment.number})
            _tell_failure(payment, error, now=now)
        if silence >= MOST_SILENCE:
            Payment.objects.filter(pk__in=[waiting.pk for waiting in claimed[turn:]]).update(queried_at=None)
            break
    return asked


def _tell_failure(payment: Payment, error: Exception, *, now: dt.datetime) -> None:
    subject = f"payment:{payment.number}"
    raise_alert(kind=UNRESOLVED, subject=subject, sentence=FAILED, now=now, error=type(error).__name__)


def _ask(payment: Payment, *, close: bool) -> GatewayPayment:
    """Refusing to answer a question is no answer: whoever waits for one waits on."""
    gateway = gateway_named(payment.gateway)
    try:
        return gateway.close(payment) if close else gateway.query(payment)
    except GatewayRefused as refusal:
        raise GatewayUnavailable from refusal


@transaction.atomic
def _claim(*, now: dt.datetime, limit: int) -> list[Payment]:
    """Payments whose turn it is, marked as asked so that no other worker asks for a minute."""
    before = now - BETWEEN_QUERIES
    not_asked = Q(queried_at__isnull=True) | Q(queried_at__lte=before)
    waiting = Payment.objects.pending().filter(not_asked, Q(created_at__lte=before) | Q(expires_at__lte=now))
    oldest_first = waiting.order_by(F("queried_at").asc(nulls_first=True), "pk")
    payments = list(oldest_first.select_for_update(of=("self",), skip_locked=True)[:limit])
    Payment.objects.filter(pk__in=[payment.pk for payment in payments]).update(queried_at=now)
    return payments


@transaction.atomic
def _give_up(payment: Payment, refusal: FactRejected, *, now: dt.datetime) -> Payment:
    locked = lock_payment(payment.pk)
    if locked.status == PaymentStatus.PENDING:
        statemachine.move(locked, PaymentStatus.CLOSED, now=now, reason=refusal.code)
    return locked
