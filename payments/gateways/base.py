"""What every gateway can do, in our words. Money facts come from its answers and signed messages, from nowhere else."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from common.errors import Refusal
from common.outgoing import HttpInsideTransaction, forbid_in_transaction
from payments.errors import GatewayUnavailable, UnknownGateway
from payments.gateways.accounts import split_path
from payments.models import Payment, Refund
from payments.states import BillLineKind, PayerDevice, PaymentStatus, RefundStatus

__all__ = [
    "Acknowledgement",
    "BillLine",
    "GatewayPayment",
    "GatewayRefund",
    "GatewayUnavailable",
    "HttpInsideTransaction",
    "Notice",
    "PayerClient",
    "PaymentGateway",
    "forbid_in_transaction",
    "gateway_named",
    "notify_url",
]


@dataclass(frozen=True)
class PayerClient:
    """What the payer pays with. `openid` is who they are to WeChat, known inside WeChat only."""

    device: PayerDevice = PayerDevice.DESKTOP
    ip: str = ""
    openid: str = ""


@dataclass(frozen=True)
class GatewayPayment:
    """What a gateway says about a payment. Amount, number and time of success count when it says captured.

    A payment it has not heard of is pending; asked to close it, it says closed.
    """

    status: PaymentStatus
    amount_fen: int = 0
    gateway_number: str = ""
    paid_at: dt.datetime | None = None


@dataclass(frozen=True)
class GatewayRefund:
    """What a gateway says about a refund: processing, done or abnormal; requested when it has not heard of it."""

    status: RefundStatus
    amount_fen: int = 0
    done_at: dt.datetime | None = None
    reason: str = ""


@dataclass(frozen=True)
class Notice:
    """A message whose signature, age and addressee are proven. A refund's notice names the refund as well."""

    event_id: str
    payment_number: str
    fact: GatewayPayment | GatewayRefund
    refund_number: str = ""


@dataclass(frozen=True)
class BillLine:
    """One movement on a gateway's bill: a payment that succeeded, or a refund that was accepted.

    `number` is our own number of the payment or refund; `status` is a PaymentStatus or a RefundStatus.
    """

    kind: BillLineKind
    number: str
    gateway_number: str
    amount_fen: int
    status: PaymentStatus | RefundStatus
    at: dt.datetime


@dataclass(frozen=True)
class Acknowledgement:
    """The answer to a message, as its gateway wants to read it."""

    status: int
    body: str
    content_type: str = "application/json"


class PaymentGateway(Protocol):
    """One gateway. Every call but the two about messages goes over HTTP and raises GatewayUnavailable when its outcome
    is unknown, GatewayRefused when it is a clear no. All may be repeated: numbers identify, never the calls.
    """

    def open(self, payment: Payment, *, client: PayerClient, return_url: str) -> str:
        """Tell it about the payment; returns the address where the payer pays with this device."""

    def query(self, payment: Payment) -> GatewayPayment:
        """Ask how it stands."""

    def close(self, payment: Payment) -> GatewayPayment:
        """See to it that it cannot be paid any more; one that was paid before says captured."""

    def refund(self, refund: Refund) -> GatewayRefund:
        """Ask to give money back; the same number is the same refund, however often it is sent."""

    def query_refund(self, refund: Refund) -> GatewayRefund:
        """Ask how the refund stands."""

    def read_callback(self, *, headers: Mapping[str, str], body: bytes, now: dt.datetime) -> Notice:
        """Prove a message over its raw bytes and read it. Raises a FactRejected."""

    def acknowledge(self, refusal: Refusal | None) -> Acknowledgement:
        """What to answer a message that was taken in and committed, or turned away for a reason."""

    def read_bill(self, day: dt.date) -> Iterator[BillLine]:
        """Everything that moved on one day in Shanghai. A bill that is not ready yet is a GatewayUnavailable."""


def gateway_named(name: str) -> PaymentGateway:
    """The configured gateway of that name. Raises UnknownGateway."""
    if name not in settings.PAYMENT_GATEWAYS:
        raise UnknownGateway
    path, account = split_path(settings.PAYMENT_GATEWAYS[name])
    make = import_string(path)
    return make(account) if account else make()


def notify_url(payment: Payment) -> str:
    """Where the payment's gateway sends its messages."""
    return f"{settings.SITE_URL.rstrip('/')}/payments/callbacks/{payment.gateway}/"
