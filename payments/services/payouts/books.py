"""A withdrawal in the ledger: out of the purse when it is asked for, out of the house or back when it ends."""

import datetime as dt

from payments.models import Withdrawal
from payments.purses import Owner, owner_of
from payments.services import ledger
from payments.states import WITHDRAWAL, Purse
from payments.subjects import Subject


def purse_account(owner: Owner, purse: Purse) -> int:
    """The account of the ledger that a purse is. Raises ValueError for a purse that this owner does not have."""
    if owner.merchant and purse == Purse.MERCHANT:
        return ledger.merchant_payable(owner.merchant.pk)
    if owner.user and purse == Purse.COMMISSION:
        return ledger.commission_payable(owner.user.pk)
    if owner.user and purse == Purse.BALANCE:
        return ledger.balance(owner.user.pk)
    raise ValueError(f"{owner} has no purse {purse!r}")


def book_request(withdrawal: Withdrawal, *, now: dt.datetime) -> None:
    """Out of the purse, whose account the caller holds, into flight."""
    purse = purse_account(owner_of(withdrawal), Purse(withdrawal.purse))
    _post(withdrawal, _key(withdrawal), debit=purse, credit=ledger.payout_in_flight(), now=now)


def book_paid(withdrawal: Withdrawal, *, now: dt.datetime) -> None:
    """Out of the house."""
    key = f"{_key(withdrawal)}:paid"
    _post(withdrawal, key, debit=ledger.payout_in_flight(), credit=ledger.bank(), now=now)


def book_back(withdrawal: Withdrawal, *, now: dt.datetime) -> None:
    """Back into the purse."""
    ledger.reverse(_key(withdrawal), by=f"{_key(withdrawal)}:back", now=now)


def _key(withdrawal: Withdrawal) -> str:
    return f"withdrawal:{withdrawal.number}"


def _post(withdrawal: Withdrawal, key: str, *, debit: int, credit: int, now: dt.datetime) -> None:
    booking = ledger.Booking(
        key=key,
        subject=Subject(WITHDRAWAL, withdrawal.number),
        lines=(ledger.debit(debit, withdrawal.amount_fen), ledger.credit(credit, withdrawal.amount_fen)),
        merchant_id=withdrawal.merchant_id,
    )
    ledger.post([booking], now=now)
