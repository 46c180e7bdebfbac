"""Discounts that the platform pays for: its own money joins what a buyer paid, and returns with what goes back."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from payments.selectors.ledger import granted_of
from payments.services import ledger
from payments.subjects import Subject


@dataclass(frozen=True)
class Grant:
    """What the platform gives towards a subject of a merchant, in all."""

    subject: Subject
    merchant_id: int
    amount_fen: int


def grant(wanted: Grant, *, now: dt.datetime) -> None:
    """The platform's part joins the payer's in escrow; of each subject once."""
    lines = (
        ledger.debit(ledger.subsidy(), wanted.amount_fen),
        ledger.credit(ledger.escrow(wanted.merchant_id), wanted.amount_fen),
    )
    booking = ledger.Booking(f"grant:{wanted.subject.number}", wanted.subject, lines, merchant_id=wanted.merchant_id)
    ledger.post([booking], now=now)


def bring_down(wanted: Sequence[Grant], *, now: dt.datetime) -> None:
    """Take back from escrow what stands above these amounts. Their owner holds the subjects' locks."""
    stand = granted_of(one.subject for one in wanted)
    too_much = {one: stand[one.subject] - one.amount_fen for one in wanted if stand[one.subject] > one.amount_fen}
    if not too_much:
        return
    escrow = {pk: ledger.escrow(pk) for pk in sorted({one.merchant_id for one in too_much})}
    subsidy = ledger.subsidy()
    bookings = [
        ledger.Booking(
            key=f"ungrant:{one.subject.number}:{one.amount_fen}",
            subject=one.subject,
            lines=(ledger.debit(escrow[one.merchant_id], fen), ledger.credit(subsidy, fen)),
            merchant_id=one.merchant_id,
        )
        for one, fen in too_much.items()
    ]
    ledger.post(bookings, now=now)
