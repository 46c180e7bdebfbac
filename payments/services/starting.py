"""A payer sets out to pay."""

import datetime as dt

from django.conf import settings
from django.db import transaction

from common import statemachine
from payments.errors import AlreadyPaid, PaymentInProgress, PaymentOver
from payments.gateways.base import gateway_named
from payments.models import Payment
from payments.states import PaymentStatus
from payments.subjects import Subject


@transaction.atomic
def start_payment(
    *,
    subject: Subject,
    instalment: int = 1,
    payer_id: int,
    merchant_id: int,
    gateway: str,
    amount_fen: int,
    title: str,
    expires_at: dt.datetime,
    now: dt.datetime,
) -> Payment:
    """A pending payment, or the one that is pending already at this gateway for this amount. Database only.

    Raises AlreadyPaid; PaymentInProgress while another one is pending (resolve it first); UnknownGateway.
    """
    gateway_named(gateway)
    attempts = Payment.objects.for_subject(subject.kind, subject.number).filter(instalment=instalment)
    if attempts.filter(applied=True).exists():
        raise AlreadyPaid
    payment, created = attempts.get_or_create(
        subject_kind=subject.kind,
        subject_number=subject.number,
        instalment=instalment,
        status=PaymentStatus.PENDING,
        defaults={
            "payer_id": payer_id,
            "merchant_id": merchant_id,
            "gateway": gateway,
            "amount_fen": amount_fen,
            "title": title[:120],
            "created_at": now,
            "expires_at": expires_at,
        },
    )
    if created:
        statemachine.begin(payment, now=now, actor_id=payer_id)
    elif (payment.gateway, payment.amount_fen) != (gateway, amount_fen) or payment.expires_at <= now:
        raise PaymentInProgress
    return payment


def open_at_gateway(*, payment: Payment, now: dt.datetime, return_url: str = "") -> str:
    """The address where the payer pays; the gateway is told about the payment the first time. Not in a transaction.

    `return_url` is where the gateway sends the payer afterwards. Raises PaymentOver, GatewayUnavailable and
    GatewayRefused.
    """
    if payment.status != PaymentStatus.PENDING or payment.expires_at <= now:
        raise PaymentOver
    if not payment.pay_url:
        gateway = gateway_named(payment.gateway)
        payment.pay_url = gateway.open(payment, return_url=return_url or settings.SITE_URL)
        Payment.objects.filter(pk=payment.pk).update(pay_url=payment.pay_url)
    return payment.pay_url
