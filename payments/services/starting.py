"""A payer sets out to pay."""

import datetime as dt

from django.conf import settings
from django.db import transaction

from common import statemachine
from payments.errors import AlreadyPaid, PaymentInProgress, PaymentOver, UnknownGateway
from payments.gateways.base import PayerClient, gateway_named
from payments.gateways.choice import may_pay_at
from payments.models import Payment
from payments.states import PaymentStatus
from payments.subjects import Subject

# The shortest life of an address is that of WeChat's page for phones: five minutes.
ADDRESS_LASTS = dt.timedelta(minutes=4)


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

    Raises AlreadyPaid; PaymentInProgress while another one is pending (resolve it first); UnknownGateway, also where
    it is not one of this merchant's.
    """
    if not may_pay_at(gateway, merchant_id=merchant_id):
        raise UnknownGateway
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


def open_at_gateway(
    *, payment: Payment, now: dt.datetime, return_url: str = "", client: PayerClient | None = None
) -> str:
    """The address where the payer pays with this device; the gateway is told about the payment. Not in a transaction.

    `return_url` is where the gateway sends the payer afterwards. Raises PaymentOver, GatewayUnavailable,
    GatewayRefused, OpenidNeeded; and PaymentInProgress when it was opened for another kind of device (resolve it
    first).
    """
    client = client or PayerClient()
    if payment.status != PaymentStatus.PENDING or payment.expires_at <= now:
        raise PaymentOver
    if payment.opened_for not in ("", client.device):
        raise PaymentInProgress
    if payment.opened_at is None or now - payment.opened_at > ADDRESS_LASTS:
        gateway = gateway_named(payment.gateway)
        payment.pay_url = gateway.open(payment, client=client, return_url=return_url or settings.SITE_URL)
        payment.opened_for, payment.opened_at = client.device, now
        payment.save(update_fields=["pay_url", "opened_for", "opened_at"])
    return payment.pay_url
