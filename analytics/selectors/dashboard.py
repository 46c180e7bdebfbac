"""J1: what a shop sold and what became of it, beside the period before.

Money counts on the day an order was paid, and goes off on the day a refund was promised, whenever its order was paid.
Money that came late or twice is neither: no order took it.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from analytics.selectors.periods import Period, last_days, local_day
from campaigns.models import Campaign
from campaigns.states import CampaignStatus
from common.money import BASIS_POINTS
from orders.locks import SUBJECT
from orders.models import Order, OrderLine
from payments.models import Refund
from payments.states import RefundKind

LONGEST_DAYS = 90


@dataclass(frozen=True)
class Figures:
    """The numbers of one period. `returned_fen` is the part of `refunded_fen` that is no difference of a price."""

    paid_fen: int = 0
    refunded_fen: int = 0
    returned_fen: int = 0
    orders: int = 0
    pieces: int = 0
    succeeded: int = 0
    decided: int = 0

    @property
    def revenue_fen(self) -> int:
        """What came in less what goes back; negative when more goes back."""
        return self.paid_fen - self.refunded_fen

    @property
    def average_fen(self) -> int | None:
        """What a paid order was worth when it was paid, a broken fen left out."""
        return self.paid_fen // self.orders if self.orders else None

    @property
    def success_bp(self) -> int | None:
        """Of the campaigns that came to a result, how many succeeded; those a merchant cancelled came to none."""
        return self.succeeded * BASIS_POINTS // self.decided if self.decided else None

    @property
    def refund_bp(self) -> int | None:
        """What goes back for another reason than a fallen price, of what was paid; may exceed the whole."""
        return self.returned_fen * BASIS_POINTS // self.paid_fen if self.paid_fen else None


@dataclass(frozen=True)
class Sales:
    """A period and the one before it over the same hours."""

    days: int
    period: Period
    now: Figures
    before: Figures


@dataclass(frozen=True)
class Day:
    """What one day brought."""

    date: dt.date
    orders: int = 0
    paid_fen: int = 0
    refunded_fen: int = 0

    @property
    def revenue_fen(self) -> int:
        return self.paid_fen - self.refunded_fen


def sales(merchant_id: int, *, days: int, now: dt.datetime) -> Sales:
    """The last `days` days (at most 90) until now, and as many before until the same hour. Four queries."""
    days = min(max(days, 1), LONGEST_DAYS)
    period = last_days(days, now=now)
    sums = _sums(merchant_id, {"now": period, "before": period.before(days=days)})
    figures = {
        name: Figures(**{key.removeprefix(f"{name}_"): sum_ for key, sum_ in sums.items() if key.startswith(name)})
        for name in ("now", "before")
    }
    return Sales(days, period, figures["now"], figures["before"])


def daily(merchant_id: int, *, days: int, now: dt.datetime) -> list[Day]:
    """Each of the last `days` days, the oldest first, those without sales too; the last is today. Two queries."""
    since = last_days(days, now=now).since
    zone = timezone.get_default_timezone()
    paid = Order.objects.filter(merchant_id=merchant_id, paid_at__gte=since, paid_at__lt=now)
    came = paid.values(day=TruncDate("paid_at", tzinfo=zone)).annotate(count=Count("pk"), fen=Sum("payable_fen"))
    gone = _refunds(merchant_id).filter(requested_at__gte=since, requested_at__lt=now)
    went = gone.values(day=TruncDate("requested_at", tzinfo=zone)).annotate(fen=Sum("amount_fen"))
    sold = {row["day"]: row for row in came.order_by()}
    refunded = {row["day"]: row["fen"] for row in went.order_by()}
    first = local_day(since)
    return [
        Day(day, *_came(sold.get(day)), refunded.get(day, 0))
        for day in (first + dt.timedelta(days=number) for number in range(days))
    ]


def _came(row: Any) -> tuple[int, int]:
    return (row["count"], row["fen"]) if row else (0, 0)


def _sums(merchant_id: int, periods: dict[str, Period]) -> dict[str, int]:
    whole = Period(min(one.since for one in periods.values()), max(one.until for one in periods.values()))
    orders = Order.objects.filter(_in("paid_at", whole), merchant_id=merchant_id)
    lines = OrderLine.objects.filter(_in("order__paid_at", whole), order__merchant_id=merchant_id)
    refunds = _refunds(merchant_id).filter(_in("requested_at", whole))
    results = (CampaignStatus.SUCCEEDED, CampaignStatus.FAILED)
    campaigns = Campaign.objects.filter(_in("decided_at", whole), merchant_id=merchant_id, status__in=results)
    returned, won = ~Q(kind=RefundKind.TIER_DIFFERENCE), Q(status=CampaignStatus.SUCCEEDED)
    sums: dict[str, int] = {}
    for rows, at, wanted in (
        (orders, "paid_at", {"paid_fen": ("payable_fen", Q()), "orders": ("", Q())}),
        (lines, "order__paid_at", {"pieces": ("quantity", Q())}),
        (refunds, "requested_at", {"refunded_fen": ("amount_fen", Q()), "returned_fen": ("amount_fen", returned)}),
        (campaigns, "decided_at", {"decided": ("", Q()), "succeeded": ("", won)}),
    ):
        sums |= rows.aggregate(
            **{
                f"{name}_{word}": _total(field, _in(at, period) & only)
                for name, period in periods.items()
                for word, (field, only) in wanted.items()
            }
        )
    return sums


def _refunds(merchant_id: int) -> Any:
    """Refunds of money that orders of the merchant took."""
    return Refund.objects.filter(payment__merchant_id=merchant_id, payment__subject_kind=SUBJECT, payment__applied=True)


def _in(at: str, period: Period) -> Q:
    return Q(**{f"{at}__gte": period.since, f"{at}__lt": period.until})


def _total(field: str, only: Q) -> Any:
    """The sum of a field, or how many rows there are."""
    return Coalesce(Sum(field, filter=only), 0) if field else Count("pk", filter=only)
