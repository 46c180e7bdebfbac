"""The risk register as numbers: how much of what is known is under control."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q

from risk.models import RiskItem
from risk.states import RiskState

WHOLE_BP = 10_000


@dataclass(frozen=True)
class Coverage:
    """How many of the known risks stand where."""

    controlled: int
    partial: int
    uncontrolled: int
    accepted: int
    overdue: int

    @property
    def counted(self) -> int:
        """Those that coverage is about: what somebody has decided to live with is no gap, and no merit either."""
        return self.controlled + self.partial + self.uncontrolled

    @property
    def share_bp(self) -> int | None:
        """Coverage in basis points: (controlled + partial / 2) / (controlled + partial + uncontrolled), rounded down.

        None while the register is empty.
        """
        if not self.counted:
            return None
        return (2 * self.controlled + self.partial) * WHOLE_BP // (2 * self.counted)


def coverage(*, now: dt.datetime) -> Coverage:
    """Where the register stands, and how many reviews are overdue. One query."""

    def standing(state: RiskState) -> Count:
        return Count("pk", filter=Q(state=state))

    return Coverage(
        **RiskItem.objects.aggregate(
            controlled=standing(RiskState.CONTROLLED),
            partial=standing(RiskState.PARTIAL),
            uncontrolled=standing(RiskState.UNCONTROLLED),
            accepted=standing(RiskState.ACCEPTED),
            overdue=Count("pk", filter=Q(next_review_at__lt=now)),
        )
    )
