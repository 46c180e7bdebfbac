"""Messages of gateways: proven over their raw bytes, taken in once, answered only after commit."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction

from payments.errors import FactRejected, UnknownDocument
from payments.gateways.base import GatewayPayment, Notice, gateway_named
from payments.locks import lock_payment
from payments.models import Payment
from payments.services import evidence
from payments.services.capturing import record_fact
from payments.services.returning import hasten, record_refund_facts
from payments.states import RefundStatus


def receive(*, gateway: str, headers: Mapping[str, str], body: bytes, now: dt.datetime) -> None:
    """Take in one message as it came from the wire; the same message again changes nothing and is as welcome.

    Not in a transaction: when this returns, everything it says is committed. Raises UnknownGateway, or a FactRejected
    after the message was kept as evidence on its own.
    """
    notice = None
    try:
        notice = gateway_named(gateway).read_callback(headers=headers, body=body, now=now)
        with transaction.atomic():
            _accept(gateway, notice, headers=headers, body=body, now=now)
    except FactRejected as refusal:
        evidence.keep_rejected(gateway=gateway, notice=notice, refusal=refusal, headers=headers, body=body, now=now)
        raise


def _accept(gateway: str, notice: Notice, *, headers: Mapping[str, str], body: bytes, now: dt.datetime) -> None:
    found = Payment.objects.filter(gateway=gateway, number=notice.payment_number).first()
    if found is None:
        raise UnknownDocument
    payment = lock_payment(found.pk)
    if evidence.keep_accepted(gateway=gateway, notice=notice, payment=payment, headers=headers, body=body, now=now):
        _take_in(notice, payment, now=now)


def _take_in(notice: Notice, payment: Payment, *, now: dt.datetime) -> None:
    if isinstance(notice.fact, GatewayPayment):
        record_fact(payment_id=payment.pk, fact=notice.fact, now=now)
        return
    refund = payment.refunds.filter(number=notice.refund_number).first()
    if refund is None:
        raise UnknownDocument
    if notice.fact.status == RefundStatus.DONE:
        record_refund_facts(facts={refund.pk: notice.fact}, now=now)
    else:
        # Bad news may be old news: an operator may have sent the refund again since. The gateway's answer decides.
        hasten(refund_id=refund.pk, now=now)
