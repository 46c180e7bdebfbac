"""What somebody earns from the business of others."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from accounts.models import User
from payments.models import Commission
from payments.purses import Owner
from payments.selectors.payouts import in_purse
from payments.selectors.statements import clawed_back_of
from payments.states import CommissionStatus, Purse


@dataclass(frozen=True)
class Earned:
    """In fen: frozen until windows have passed, released and still theirs, taken back, and what can be withdrawn."""

    frozen_fen: int
    released_fen: int
    clawed_fen: int
    purse_fen: int


def commissions_of(user: User) -> QuerySet[Commission]:
    """A person's commissions, newest first."""
    return Commission.objects.filter(beneficiary=user).select_related("merchant").order_by("-pk")


def earned_by(user: User) -> Earned:
    """All of a person's commissions taken together."""
    sums = Commission.objects.filter(beneficiary=user).aggregate(
        frozen=_amounts(CommissionStatus.FROZEN), released=_amounts(CommissionStatus.RELEASED)
    )
    return Earned(
        frozen_fen=sums["frozen"],
        released_fen=sums["released"],
        clawed_fen=clawed_back_of(user.pk),
        purse_fen=in_purse(Owner(user=user), Purse.COMMISSION),
    )


def _amounts(status: CommissionStatus) -> Coalesce:
    return Coalesce(Sum("amount_fen", filter=Q(status=status)), 0)
