"""Where the money is, derived from the entries and from nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from payments.models import LedgerEntry
from payments.states import AccountKind, Side


@dataclass(frozen=True)
class Money:
    """Where captured money is, in fen. captured = held + in flight + refunded, always."""

    captured_fen: int
    held_fen: int
    in_flight_fen: int
    refunded_fen: int


def money_of(payment_ids: Sequence[int]) -> Money:
    """Where the money of some payments is, taken together."""
    return _money(LedgerEntry.objects.filter(transaction__payment__in=payment_ids))


def money_of_merchant(merchant_id: int) -> Money:
    """Where the money of a merchant's payments is."""
    return _money(LedgerEntry.objects.filter(transaction__payment__merchant=merchant_id))


def money_of_house() -> Money:
    """Where all the money is."""
    return _money(LedgerEntry.objects.all())


def bookings_of(payment_id: int) -> QuerySet[LedgerEntry]:
    """The entries of one payment in the order they were booked, with their booking and account."""
    entries = LedgerEntry.objects.filter(transaction__payment=payment_id)
    return entries.select_related("transaction__refund", "account__merchant").order_by("pk")


def _money(entries: QuerySet[LedgerEntry]) -> Money:
    def total(kind: AccountKind, side: Side) -> Coalesce:
        return Coalesce(Sum("amount_fen", filter=Q(account__kind=kind, side=side)), 0)

    sums = entries.aggregate(
        captured=total(AccountKind.GATEWAY_CLEARING, Side.DEBIT),
        refunded=total(AccountKind.GATEWAY_CLEARING, Side.CREDIT),
        escrow_in=total(AccountKind.ESCROW, Side.CREDIT),
        escrow_out=total(AccountKind.ESCROW, Side.DEBIT),
        flight_in=total(AccountKind.REFUND_IN_FLIGHT, Side.CREDIT),
        flight_out=total(AccountKind.REFUND_IN_FLIGHT, Side.DEBIT),
    )
    return Money(
        captured_fen=sums["captured"],
        held_fen=sums["escrow_in"] - sums["escrow_out"],
        in_flight_fen=sums["flight_in"] - sums["flight_out"],
        refunded_fen=sums["refunded"],
    )
