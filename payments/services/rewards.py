"""Money that the platform gives to people for what they did, such as bringing a neighbour."""

import datetime as dt

from django.db import transaction

from payments.models import LedgerTransaction
from payments.services import ledger
from payments.states import REWARD
from payments.subjects import Subject


@transaction.atomic
def pay(*, key: str, user_id: int, amount_fen: int, now: dt.datetime) -> bool:
    """Into somebody's balance out of the platform's subsidy, once for a key; False when it was paid before.

    Two that pay the same key at the same instant: one of them is refused by the books, and nothing is paid twice.
    """
    return _book(
        f"{REWARD}:{key}",
        key,
        ledger.debit(ledger.subsidy(), amount_fen),
        ledger.credit(ledger.balance(user_id), amount_fen),
        now=now,
    )


@transaction.atomic
def charge(*, key: str, merchant_id: int, amount_fen: int, now: dt.datetime) -> bool:
    """What a merchant bears of a reward the platform hands out for it, once for a key: out of its purse, which may
    fall below zero until its next earnings."""
    return _book(
        f"{REWARD}-cost:{key}",
        key,
        ledger.debit(ledger.merchant_payable(merchant_id), amount_fen),
        ledger.credit(ledger.subsidy(), amount_fen),
        merchant_id=merchant_id,
        now=now,
    )


def _book(booked: str, key: str, *lines: ledger.Line, merchant_id: int | None = None, now: dt.datetime) -> bool:
    if LedgerTransaction.objects.filter(key=booked).exists():
        return False
    ledger.post([ledger.Booking(booked, Subject(REWARD, key), tuple(lines), merchant_id=merchant_id)], now=now)
    return True
