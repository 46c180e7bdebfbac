"""What is held for a subject goes to whom it belongs, and comes back when a refund follows."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from common.money import share
from payments.models import Commission
from payments.selectors.ledger import held_of, shares_of
from payments.services import commissions, ledger
from payments.states import RECLAIM, RELEASE
from payments.subjects import Subject


@dataclass(frozen=True)
class Terms:
    """What is left of a subject after every refund, and what the platform takes of it.

    Discounts that the platform gave are part of both amounts. Fee and commissions are shares of the goods; the merchant
    has the rest, and the whole freight.
    """

    subject: Subject
    merchant_id: int
    goods_fen: int
    freight_fen: int
    fee_bp: int

    @property
    def total_fen(self) -> int:
        return self.goods_fen + self.freight_fen


class HeldDiffers(Exception):
    """The books hold another amount for a subject than its owner says: a fault, and nothing is paid out on it."""

    def __init__(self, subject: Subject, *, held_fen: int, expected_fen: int) -> None:
        super().__init__(f"{subject.number}: held {held_fen}, expected {expected_fen}")


@transaction.atomic
def release_many(wanted: Sequence[Terms], *, now: dt.datetime) -> None:
    """Share out all that is held for these subjects, locked by their owner. Once for each: the key sees to that.

    Raises HeldDiffers.
    """
    held = held_of(terms.subject for terms in wanted)
    for terms in wanted:
        if held[terms.subject] != terms.total_fen:
            raise HeldDiffers(terms.subject, held_fen=held[terms.subject], expected_fen=terms.total_fen)
    commissions.release([terms.subject for terms in wanted], now=now)
    _book({f"{RELEASE}{terms.subject.number}": terms for terms in wanted}, now=now)


@transaction.atomic
def reclaim_many(wanted: Sequence[Terms], *, now: dt.datetime) -> None:
    """Bring what was shared out down to what these terms give; the difference lies in escrow, for the refund to take.

    Purses may fall below zero: the next earnings make up for it. Each part is computed anew from what is left, so that
    many refunds take back what one of all would.
    """
    if not wanted:
        return
    commissions.follow({terms.subject: terms.goods_fen for terms in wanted}, now=now)
    _book({f"{RECLAIM}{terms.subject.number}:{terms.total_fen}": terms for terms in wanted}, now=now)


def _book(wanted: Mapping[str, Terms], *, now: dt.datetime) -> None:
    """One booking for each, from where the shares stand to where they should."""
    subjects = [terms.subject for terms in wanted.values()]
    stand = shares_of(subjects)
    earners = commissions.commissions_of(subjects)
    accounts = _Accounts(wanted.values(), earners)
    bookings = []
    for key, terms in wanted.items():
        due = accounts.shares(terms, earners.get(terms.subject, []))
        due.subtract(stand[terms.subject])
        lines = _lines(due, accounts.escrow[terms.merchant_id])
        if lines:
            bookings.append(ledger.Booking(key, terms.subject, lines, merchant_id=terms.merchant_id))
    ledger.post(bookings, now=now)


def _lines(changes: Mapping[int, int], escrow: int) -> tuple[ledger.Line, ...]:
    """Out of escrow into the accounts that gain, out of those that lose into escrow."""
    gained_fen = sum(changes.values())
    moves = [(escrow, -gained_fen), *sorted(changes.items())]
    debits = [ledger.debit(account, -fen) for account, fen in moves if fen < 0]
    credits = [ledger.credit(account, fen) for account, fen in moves if fen > 0]
    return (*debits, *credits)


class _Accounts:
    """The accounts of a batch, each looked up once."""

    def __init__(self, wanted: Iterable[Terms], earners: Mapping[Subject, Sequence[Commission]]) -> None:
        merchants = sorted({terms.merchant_id for terms in wanted})
        people = sorted({one.beneficiary_id for those in earners.values() for one in those})
        self.escrow = {pk: ledger.escrow(pk) for pk in merchants}
        self.merchant = {pk: ledger.merchant_payable(pk) for pk in merchants}
        self.fee = ledger.platform_fee()
        self.commission = {pk: ledger.commission_payable(pk) for pk in people}

    def shares(self, terms: Terms, earners: Sequence[Commission]) -> Counter[int]:
        """What each account should have of a subject."""
        due: Counter[int] = Counter()
        for one in earners:
            due[self.commission[one.beneficiary_id]] += one.amount_fen
        left_fen = terms.goods_fen - due.total()
        due[self.fee] = min(share(terms.goods_fen, terms.fee_bp), left_fen)
        due[self.merchant[terms.merchant_id]] = terms.total_fen - due.total()
        return due
