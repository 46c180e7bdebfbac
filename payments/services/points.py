"""Points are money the platform owes: what people may spend stands in the books, and what it cost is subsidy."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from payments.services import ledger
from payments.states import POINTS
from payments.subjects import Subject


@dataclass(frozen=True)
class PointsChange:
    """By how much what is owed to a person in points has grown, or, below zero, fallen; `key` says through what."""

    key: str
    user_id: int
    amount_fen: int


def book(changes: Sequence[PointsChange], *, now: dt.datetime) -> None:
    """Granted points are debited to subsidy; spent, expired, clawed-back ones return. Zero is not booked."""
    wanted = [change for change in changes if change.amount_fen]
    if not wanted:
        return
    owed, subsidy = ledger.points(), ledger.subsidy()
    ledger.post([_booking(change, owed, subsidy) for change in wanted], now=now)


def _booking(change: PointsChange, owed: int, subsidy: int) -> ledger.Booking:
    fen = abs(change.amount_fen)
    lines = (
        (ledger.debit(subsidy, fen), ledger.credit(owed, fen))
        if change.amount_fen > 0
        else (ledger.debit(owed, fen), ledger.credit(subsidy, fen))
    )
    return ledger.Booking(key=f"points:{change.key}", subject=Subject(POINTS, str(change.user_id)), lines=lines)
