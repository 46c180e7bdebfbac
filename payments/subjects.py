"""What a payment is for. Payments knows a kind and a number; whoever owns that kind says what captured money does."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from common.registry import Registry
from payments.models import Payment, Refund
from payments.states import RefundKind


@dataclass(frozen=True)
class Subject:
    """One thing to pay, e.g. ("order", "G26112212345678")."""

    kind: str
    number: str


def subject_of(payment: Payment) -> Subject:
    """What a payment is for."""
    return Subject(payment.subject_kind, payment.subject_number)


class NotWanted(Exception):
    """An owner's answer to captured money it cannot use: what it wrote is undone and all the money goes back."""

    def __init__(self, *, kind: RefundKind, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason


@dataclass(frozen=True)
class SubjectOwner:
    """Called inside the booking transaction, the rows of all the subject's payments locked: own rows only, and no calls
    to anybody else but `payments.services.balance.join_part`, which says whether the money adds up.

    `on_captured` may raise NotWanted. Both run once for each payment and refund; `on_refunded` gets those that arrive
    together.
    """

    on_captured: Callable[[Payment, dt.datetime], None]
    on_refunded: Callable[[Sequence[Refund], dt.datetime], None]


owners: Registry[SubjectOwner] = Registry("subject owner")
