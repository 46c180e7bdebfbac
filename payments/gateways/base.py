"""What every gateway can do, in our words. Money facts come from its answers and signed messages, from nowhere else."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from payments.errors import GatewayUnavailable, UnknownGateway
from payments.models import Payment, Refund
from payments.states import BillLineKind, PaymentStatus, RefundStatus

__all__ = [
    "BillLine",
    "GatewayPayment",
    "GatewayRefund",
    "GatewayUnavailable",
    "Notice",
    "PaymentGateway",
    "forbid_in_transaction",
    "gateway_named",
]


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


class PaymentGateway(Protocol):
    """One gateway. Every call but `read_callback` goes over HTTP and raises GatewayUnavailable when its outcome is
    unknown, GatewayRefused when it is a clear no. All may be repeated: numbers identify, never the calls.
    """

    def open(self, payment: Payment, *, return_url: str) -> str:
        """Tell it about the payment; returns the address where the payer pays."""

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

    def read_bill(self, day: dt.date) -> Iterator[BillLine]:
        """Everything that moved on one day in Shanghai. A bill that is not ready yet is a GatewayUnavailable."""


def gateway_named(name: str) -> PaymentGateway:
    """The configured gateway of that name. Raises UnknownGateway."""
    if name not in settings.PAYMENT_GATEWAYS:
        raise UnknownGateway
    return import_string(settings.PAYMENT_GATEWAYS[name])()


class HttpInsideTransaction(RuntimeError):
    """A bug: rows stay locked while a stranger's server takes its time."""


def forbid_in_transaction() -> None:
    """Called by every gateway before it goes out. A test may allow it by ALLOW_HTTP_IN_TRANSACTION."""
    if connection.in_atomic_block and not getattr(settings, "ALLOW_HTTP_IN_TRANSACTION", False):
        raise HttpInsideTransaction("a gateway was called inside a database transaction")
