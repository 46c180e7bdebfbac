"""Double entry: every booking moves one amount from one account to another, and nothing is ever changed."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from payments.models import LedgerAccount, LedgerEntry, LedgerTransaction
from payments.states import AccountKind, Side

BATCH = 2_000


@dataclass(frozen=True)
class Booking:
    """One booking: accounts by id, an amount > 0, and a key that makes it unrepeatable."""

    key: str
    payment_id: int
    debit: int
    credit: int
    amount_fen: int
    refund_id: int | None = None


def clearing(gateway: str) -> int:
    """The account of the money that lies at a gateway."""
    return _account(AccountKind.GATEWAY_CLEARING, gateway=gateway)


def escrow(merchant_id: int) -> int:
    """The account of the money held for a merchant's orders."""
    return _account(AccountKind.ESCROW, merchant_id=merchant_id)


def refund_in_flight(gateway: str) -> int:
    """The account of the money that is promised back and has not arrived."""
    return _account(AccountKind.REFUND_IN_FLIGHT, gateway=gateway)


def post(bookings: Sequence[Booking], *, now: dt.datetime) -> None:
    """Write bookings in the caller's transaction. A key that was booked before is an IntegrityError."""
    written = LedgerTransaction.objects.bulk_create(
        [
            LedgerTransaction(
                key=booking.key, payment_id=booking.payment_id, refund_id=booking.refund_id, booked_at=now
            )
            for booking in bookings
        ],
        batch_size=BATCH,
    )
    entries = []
    for transaction, booking in zip(written, bookings, strict=True):
        for side, account_id in ((Side.DEBIT, booking.debit), (Side.CREDIT, booking.credit)):
            entries.append(
                LedgerEntry(
                    transaction_id=transaction.pk, account_id=account_id, side=side, amount_fen=booking.amount_fen
                )
            )
    LedgerEntry.objects.bulk_create(entries, batch_size=BATCH)


def _account(kind: AccountKind, *, gateway: str = "", merchant_id: int | None = None) -> int:
    place: dict[str, Any] = {"kind": kind, "gateway": gateway, "merchant_id": merchant_id}
    account, _created = LedgerAccount.objects.get_or_create(**place)
    return account.pk
