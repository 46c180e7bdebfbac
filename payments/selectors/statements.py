"""What was settled with a merchant, and what was taken back: sums of the ledger, by time or by subject."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import DateField, Q, QuerySet, Sum
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce, Trunc

from payments.models import LedgerEntry
from payments.states import RECLAIM, RELEASE, AccountKind, Side

RELEASED = Q(transaction__key__startswith=RELEASE)
RECLAIMED = Q(transaction__key__startswith=RECLAIM)


@dataclass(frozen=True)
class Settled:
    """`held_fen` were shared out: `merchant_fen`, `fee_fen` and `commission_fen`. Later, `clawed_fen` were taken back
    from the merchant, and `clawed_others_fen` from platform and leader."""

    held_fen: int = 0
    merchant_fen: int = 0
    fee_fen: int = 0
    commission_fen: int = 0
    clawed_fen: int = 0
    clawed_others_fen: int = 0

    @property
    def net_fen(self) -> int:
        """What the merchant has of it."""
        return self.merchant_fen - self.clawed_fen


def settled_by(merchant_id: int, booked: Q, *, kind: str) -> dict[dt.date, Settled]:
    """What was settled with a merchant on each day, or in each "month"; days without anything are left out.

    `booked` says when, on `transaction__booked_at`. One query.
    """
    entries = LedgerEntry.objects.filter(booked, transaction__merchant=merchant_id)
    day = Trunc("transaction__booked_at", kind, output_field=DateField())
    rows = _moves(entries).annotate(day=day).values_list("day").annotate(**_sums())
    return {found: _settled(sums) for found, *sums in rows}


def settled_by_number(kind: str, numbers: Iterable[str]) -> dict[str, Settled]:
    """What was settled of each of these subjects. One query."""
    entries = LedgerEntry.objects.filter(transaction__subject_kind=kind, transaction__subject_number__in=numbers)
    rows = _moves(entries).values_list("transaction__subject_number").annotate(**_sums())
    return {number: _settled(sums) for number, *sums in rows}


def clawed_back_from(merchant_id: int, booked: Q) -> QuerySet[LedgerEntry]:
    """What was taken back from a merchant's purse, newest first, each entry with its booking."""
    entries = LedgerEntry.objects.filter(RECLAIMED, booked, transaction__merchant=merchant_id)
    mine = entries.filter(account__kind=AccountKind.MERCHANT_PAYABLE, side=Side.DEBIT)
    return mine.select_related("transaction").order_by("-pk")


def held_for(merchant_id: int) -> int:
    """What is held for a merchant's orders, in fen."""
    mine = LedgerEntry.objects.filter(account__kind=AccountKind.ESCROW, account__merchant=merchant_id)
    return mine.aggregate(fen=_sum(Q(side=Side.CREDIT)) - _sum(Q(side=Side.DEBIT)))["fen"]


def clawed_back_of(user_id: int) -> int:
    """What was taken back of a person's commissions, in fen."""
    mine = LedgerEntry.objects.filter(
        RECLAIMED, account__kind=AccountKind.COMMISSION_PAYABLE, account__user=user_id, side=Side.DEBIT
    )
    return mine.aggregate(fen=_sum(Q()))["fen"]


def _moves(entries: QuerySet[LedgerEntry]) -> QuerySet[LedgerEntry]:
    return entries.filter(RELEASED | RECLAIMED)


def _settled(sums: Iterable[int]) -> Settled:
    return Settled(**dict(zip(_sums(), sums, strict=True)))


def _sums() -> dict[str, CombinedExpression | Coalesce]:
    """A sum for each field of Settled."""
    others = Q(account__kind__in=[AccountKind.PLATFORM_FEE, AccountKind.COMMISSION_PAYABLE])
    return {
        "held_fen": _sum(RELEASED & Q(account__kind=AccountKind.ESCROW)),
        "merchant_fen": _sum(RELEASED & Q(account__kind=AccountKind.MERCHANT_PAYABLE)),
        "fee_fen": _sum(RELEASED & Q(account__kind=AccountKind.PLATFORM_FEE)),
        "commission_fen": _sum(RELEASED & Q(account__kind=AccountKind.COMMISSION_PAYABLE)),
        "clawed_fen": _taken(Q(account__kind=AccountKind.MERCHANT_PAYABLE)),
        "clawed_others_fen": _taken(others),
    }


def _taken(accounts: Q) -> CombinedExpression:
    return _sum(RECLAIMED & accounts & Q(side=Side.DEBIT)) - _sum(RECLAIMED & accounts & Q(side=Side.CREDIT))


def _sum(which: Q) -> Coalesce:
    return Coalesce(Sum("amount_fen", filter=which), 0)
