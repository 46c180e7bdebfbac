"""Double entry: every booking moves money between accounts, says whose it was, and is never changed."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from payments.models import LedgerAccount, LedgerTransaction
from payments.states import AccountKind, Side
from payments.subjects import Subject

OPPOSITE = {Side.DEBIT: Side.CREDIT, Side.CREDIT: Side.DEBIT}

POST = """
WITH booked AS (
    INSERT INTO payments_ledgertransaction
           (key, subject_kind, subject_number, merchant_id, payment_id, refund_id, reverses_id, booked_at)
    SELECT key, kind, number, merchant, payment, refund, reverses, %(now)s
      FROM unnest(%(keys)s::text[], %(kinds)s::text[], %(numbers)s::text[], %(merchants)s::bigint[],
                  %(payments)s::bigint[], %(refunds)s::bigint[], %(reverses)s::bigint[])
           WITH ORDINALITY AS booking (key, kind, number, merchant, payment, refund, reverses, nth)
     ORDER BY nth
    RETURNING id, key
)
INSERT INTO payments_ledgerentry (transaction_id, account_id, side, amount_fen)
SELECT booked.id, line.account, line.side, line.amount
  FROM unnest(%(of)s::text[], %(accounts)s::bigint[], %(sides)s::text[], %(amounts)s::bigint[])
       WITH ORDINALITY AS line (key, account, side, amount, nth)
  JOIN booked USING (key)
 ORDER BY line.nth
"""


@dataclass(frozen=True)
class Line:
    """An amount > 0 on one side of one account, by its id."""

    account_id: int
    side: Side
    amount_fen: int


@dataclass(frozen=True)
class Booking:
    """One booking: lines that balance, the subject whose money it is, and a key that makes it unrepeatable."""

    key: str
    subject: Subject
    lines: tuple[Line, ...]
    merchant_id: int | None = None
    payment_id: int | None = None
    refund_id: int | None = None
    reverses_id: int | None = None


def debit(account_id: int, amount_fen: int) -> Line:
    """More of what the house has, or less of what it owes."""
    return Line(account_id, Side.DEBIT, amount_fen)


def credit(account_id: int, amount_fen: int) -> Line:
    """Less of what the house has, or more of what it owes."""
    return Line(account_id, Side.CREDIT, amount_fen)


def clearing(gateway: str) -> int:
    """The account of the money that lies at a gateway."""
    return _account(AccountKind.GATEWAY_CLEARING, gateway=gateway)


def bank() -> int:
    """The platform's own bank account, from which withdrawals leave."""
    return _account(AccountKind.BANK)


def subsidy() -> int:
    """What the platform has given to lower prices."""
    return _account(AccountKind.SUBSIDY)


def escrow(merchant_id: int) -> int:
    """The account of the money held for a merchant's orders."""
    return _account(AccountKind.ESCROW, merchant_id=merchant_id)


def refund_in_flight(gateway: str) -> int:
    """The account of the money that is promised back and has not arrived."""
    return _account(AccountKind.REFUND_IN_FLIGHT, gateway=gateway)


def merchant_payable(merchant_id: int) -> int:
    """What a merchant has earned and may withdraw."""
    return _account(AccountKind.MERCHANT_PAYABLE, merchant_id=merchant_id)


def platform_fee() -> int:
    """What the platform has earned."""
    return _account(AccountKind.PLATFORM_FEE)


def commission_payable(user_id: int) -> int:
    """What a leader has earned and may withdraw."""
    return _account(AccountKind.COMMISSION_PAYABLE, user_id=user_id)


def balance(user_id: int) -> int:
    """A person's balance with the platform."""
    return _account(AccountKind.BALANCE, user_id=user_id)


def balances(user_ids: Iterable[int]) -> dict[int, int]:
    """The accounts of the balances of many people, by person. Opened in the order of their keys: nobody deadlocks."""
    wanted = sorted(set(user_ids))
    if not wanted:
        return {}
    fresh = [LedgerAccount(kind=AccountKind.BALANCE, user_id=user_id) for user_id in wanted]
    LedgerAccount.objects.bulk_create(fresh, ignore_conflicts=True)
    found = LedgerAccount.objects.filter(kind=AccountKind.BALANCE, user_id__in=wanted).values_list("user_id", "pk")
    return {user_id: pk for user_id, pk in found if user_id is not None}


def points() -> int:
    """What people may still spend in points."""
    return _account(AccountKind.POINTS)


def payout_in_flight() -> int:
    """The account of withdrawals that were asked for and have not been paid."""
    return _account(AccountKind.PAYOUT_IN_FLIGHT)


def post(bookings: Sequence[Booking], *, now: dt.datetime) -> None:
    """Write bookings in the caller's transaction. A key that was booked before is an IntegrityError."""
    if not bookings:
        return
    lines = [(booking.key, line) for booking in bookings for line in booking.lines]
    with connection.cursor() as cursor:
        cursor.execute(
            POST,
            {
                "keys": [booking.key for booking in bookings],
                "kinds": [booking.subject.kind for booking in bookings],
                "numbers": [booking.subject.number for booking in bookings],
                "merchants": [booking.merchant_id for booking in bookings],
                "payments": [booking.payment_id for booking in bookings],
                "refunds": [booking.refund_id for booking in bookings],
                "reverses": [booking.reverses_id for booking in bookings],
                "of": [key for key, _line in lines],
                "accounts": [line.account_id for _key, line in lines],
                "sides": [line.side for _key, line in lines],
                "amounts": [line.amount_fen for _key, line in lines],
                "now": now,
            },
        )


def reverse(key: str, *, by: str, now: dt.datetime) -> None:
    """Undo the booking of this key by its mirror image under the key `by`: the only correction there is."""
    wrong = LedgerTransaction.objects.get(key=key)
    mirrored = tuple(
        Line(entry.account_id, OPPOSITE[Side(entry.side)], entry.amount_fen) for entry in wrong.entries.order_by("pk")
    )
    booking = Booking(
        key=by,
        subject=Subject(wrong.subject_kind, wrong.subject_number),
        lines=mirrored,
        merchant_id=wrong.merchant_id,
        payment_id=wrong.payment_id,
        refund_id=wrong.refund_id,
        reverses_id=wrong.pk,
    )
    post([booking], now=now)


def _account(
    kind: AccountKind, *, gateway: str = "", merchant_id: int | None = None, user_id: int | None = None
) -> int:
    place: dict[str, Any] = {"kind": kind, "gateway": gateway, "merchant_id": merchant_id, "user_id": user_id}
    account, _created = LedgerAccount.objects.get_or_create(**place)
    return account.pk
