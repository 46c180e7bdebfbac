"""How each number is counted from the tables: the one definition, for facts and for what is counted live."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from analytics.models import Visit
from analytics.selectors.periods import Period
from campaigns.models import Campaign
from campaigns.states import CampaignStatus
from common.clock import day_of
from marketing.models import ChannelArrival
from orders.models import Order, OrderLine, PriceLine, RefundLine
from payments.states import RefundKind

MERCHANT, CAMPAIGN, CHANNEL = "merchant", "campaign", "channel"
# The rules whose lines are what benefits cost.
BENEFITS = ("coupon", "freight_coupon", "gift", "points", "promotion")
RETURNED = ~Q(kind=RefundKind.TIER_DIFFERENCE)


NOTHING_ELSE = Q()


@dataclass(frozen=True)
class Total:
    """The sum of a field, how many different ones there are of it, or without a field how many rows."""

    field: str = ""
    only: Q = NOTHING_ELSE
    different: bool = False

    def within(self, period: Q) -> Any:
        """As an aggregate over the rows of a period."""
        counted = period & self.only or None
        if self.different or not self.field:
            return Count(self.field or Value(1), filter=counted, distinct=self.different)
        return Coalesce(Sum(self.field, filter=counted), 0)


@dataclass(frozen=True)
class Measure:
    """Rows that happen at an instant, what of them adds up to which numbers, and whose they are.

    `owners` names the column of the merchant, the campaign (its code, which no other source of orders shares) and the
    channel, where the rows have one.
    """

    rows: Callable[[Period], QuerySet]
    at: str
    totals: Mapping[str, Total]
    owners: Mapping[str, str]

    def within(self, period: Period) -> Q:
        return Q(**{f"{self.at}__gte": period.since, f"{self.at}__lt": period.until})

    def of(self, period: Period) -> QuerySet:
        return self.rows(period).filter(self.within(period))


def owners_by(order: str) -> dict[str, str]:
    """The owners of rows that lead to an order by this path."""
    return {
        MERCHANT: f"{order}merchant_id",
        CAMPAIGN: f"{order}source_code",
        CHANNEL: f"{order}channel_order__channel_id",
    }


def _of(model: Any, **only: Any) -> Callable[[Period], QuerySet]:
    return lambda _period: model._default_manager.filter(**only)


def _first_orders(period: Period) -> QuerySet:
    """Orders of people who had never paid that shop before the period began."""
    earlier = Order.objects.filter(buyer=OuterRef("buyer"), merchant=OuterRef("merchant"), paid_at__lt=period.since)
    return Order.objects.filter(~Exists(earlier))


def _with_benefit(_period: Period) -> QuerySet:
    return Order.objects.filter(Exists(PriceLine.objects.filter(order=OuterRef("pk"), code__in=BENEFITS)))


PLACED = Measure(
    _of(Order),
    "placed_at",
    {"placed": Total(), "joiners": Total("buyer", different=True)},
    owners_by(""),
)
PAID = Measure(
    _of(Order),
    "paid_at",
    {"orders": Total(), "paid_fen": Total("payable_fen"), "buyers": Total("buyer", different=True)},
    owners_by(""),
)
NEW = Measure(_first_orders, "paid_at", {"new_customers": Total("buyer", different=True)}, owners_by(""))
PIECES = Measure(_of(OrderLine), "order__paid_at", {"pieces": Total("quantity")}, owners_by("order__"))
RETURNS = Measure(
    _of(RefundLine),
    "requested_at",
    {
        "refunds": Total("refund", RETURNED, different=True),
        "refunded_fen": Total("amount_fen"),
        "returned_fen": Total("amount_fen", RETURNED),
    },
    owners_by("order__") | {MERCHANT: "merchant_id"},
)
BENEFITED = Measure(
    _with_benefit,
    "paid_at",
    {"benefit_orders": Total(), "benefit_paid_fen": Total("payable_fen")},
    owners_by(""),
)
BENEFIT_COST = Measure(
    lambda _period: PriceLine.objects.filter(code__in=BENEFITS).annotate(cost_fen=-F("amount_fen")),
    "order__paid_at",
    {
        "merchant_benefit_fen": Total("cost_fen", Q(funder="merchant")),
        "platform_benefit_fen": Total("cost_fen", Q(funder="platform")),
    },
    owners_by("order__"),
)
# Counted by the instant alone, which an index has with the outcome.
DECIDED = Measure(
    _of(Campaign),
    "decided_at",
    {
        "decided": Total(only=Q(status__in=(CampaignStatus.SUCCEEDED, CampaignStatus.FAILED))),
        "succeeded": Total(only=Q(status=CampaignStatus.SUCCEEDED)),
    },
    {MERCHANT: "merchant_id"},
)
VISITS = Measure(
    _of(Visit),
    "seen_at",
    {"visitors": Total("visitor", different=True)},
    {MERCHANT: "merchant_id", CAMPAIGN: "campaign__code", CHANNEL: "channel_id"},
)
ARRIVALS = Measure(_of(ChannelArrival), "arrived_at", {"newcomers": Total()}, {CHANNEL: "channel_id"})

MEASURES = (PLACED, PAID, NEW, PIECES, RETURNS, BENEFITED, BENEFIT_COST, DECIDED, VISITS, ARRIVALS)

EVER = Period(dt.datetime.min.replace(tzinfo=dt.UTC), dt.datetime.max.replace(tzinfo=dt.UTC))


def first_day() -> dt.date | None:
    """The first day on which anything happened that is counted."""
    firsts = [measure.rows(EVER).aggregate(first=Min(measure.at))["first"] for measure in MEASURES]
    return min((day_of(first) for first in firsts if first), default=None)
