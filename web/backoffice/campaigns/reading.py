"""One campaign of a shop, and its numbers: orders, money, refunds."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from campaigns.errors import NoSuchCampaign
from campaigns.models import Campaign
from campaigns.selectors.hall import of_merchant
from campaigns.sources import SOURCE
from orders.locks import SUBJECT
from orders.models import Order, OrderLine, PriceLine
from orders.models.order import OrderQuerySet
from orders.pricing import LIST_PRICE
from orders.selectors.orders import of_merchant as orders_of_merchant
from orders.states import OrderStatus
from payments.models import Refund
from payments.selectors.ledger import money_of
from payments.states import RefundStatus
from web.backoffice.access import Shop


@dataclass(frozen=True)
class Figures:
    """Where a campaign's money is. captured = refunded + in flight + settled + held, always.

    Captured is all that came: at gateways, from balances, from the platform. `subsidy_fen` is what a subsidy cost.
    """

    captured_fen: int
    refunded_fen: int
    in_flight_fen: int
    settled_fen: int
    held_fen: int
    refunds: tuple[Mapping[str, Any], ...]
    subsidy_fen: int


@dataclass(frozen=True)
class AtStake:
    """What cancelling now would mean: who gets how much back."""

    orders: int
    people: int
    pieces: int
    back_fen: int
    unpaid: int


@dataclass(frozen=True)
class Unpaid:
    """Orders that hold pieces and have not paid yet, and when the first of them lapses."""

    orders: int
    pieces: int
    first_lapses_at: dt.datetime | None


def of_shop(shop: Shop, code: str) -> Campaign:
    """One of the shop's campaigns of any state, ready for `card`. Raises NoSuchCampaign for anybody else's."""
    campaign = of_merchant(shop.merchant.pk).filter(code=code).first()
    if campaign is None:
        raise NoSuchCampaign
    return campaign


def orders_of(campaign: Campaign) -> OrderQuerySet:
    """Its orders with everything a list shows, newest first."""
    return orders_of_merchant(campaign.merchant).from_source(SOURCE, campaign.code)


def figures(campaign: Campaign) -> Figures:
    """From the ledger and the refunds of its orders, late and double payments included."""
    numbers = Order.objects.filter(merchant=campaign.merchant).from_source(SOURCE, campaign.code).values("number")
    refunds = Refund.objects.filter(
        payment__merchant=campaign.merchant_id,
        payment__subject_kind=SUBJECT,
        payment__subject_number__in=numbers,
    )
    money = money_of(SUBJECT, numbers)
    return Figures(
        captured_fen=money.came_fen,
        refunded_fen=money.refunded_fen,
        in_flight_fen=money.in_flight_fen,
        settled_fen=money.merchant_fen + money.fee_fen + money.commission_fen,
        held_fen=money.held_fen,
        refunds=tuple(_by_kind(refunds)),
        subsidy_fen=_subsidy(campaign) if campaign.subsidised else 0,
    )


def at_stake(campaign: Campaign) -> AtStake:
    """The paid orders that would be refunded in full, and the unpaid ones that would lapse."""
    mine = Order.objects.filter(merchant=campaign.merchant).from_source(SOURCE, campaign.code)
    paid = mine.filter(status=OrderStatus.PAID)
    sums = paid.aggregate(
        orders=Count("pk"), people=Count("buyer", distinct=True), back_fen=Coalesce(Sum("payable_fen"), 0)
    )
    pieces = OrderLine.objects.filter(order__in=paid, is_gift=False).aggregate(pieces=Coalesce(Sum("quantity"), 0))
    return AtStake(**sums, **pieces, unpaid=mine.filter(status=OrderStatus.PENDING_PAYMENT).count())


def unpaid_of(campaign: Campaign) -> Unpaid:
    """Who may still pay."""
    waiting = Order.objects.filter(merchant=campaign.merchant, status=OrderStatus.PENDING_PAYMENT)
    mine = waiting.from_source(SOURCE, campaign.code)
    sums = mine.aggregate(orders=Count("pk"), first_lapses_at=Min("pay_by"))
    pieces = OrderLine.objects.filter(order__in=mine, is_gift=False).aggregate(pieces=Coalesce(Sum("quantity"), 0))
    return Unpaid(**sums, **pieces)


def _by_kind(refunds: QuerySet[Refund]) -> list[dict[str, Any]]:
    """A row for each kind: how many, how much, how many of them have arrived."""
    done = Q(status=RefundStatus.DONE)
    rows = refunds.values("kind").annotate(count=Count("pk"), fen=Sum("amount_fen"), done=Count("pk", filter=done))
    return [dict(row) for row in rows.order_by("kind")]


def _subsidy(campaign: Campaign) -> int:
    """Σ (regular − paid) × quantity over the orders that went on, at the regular prices they were placed with."""
    went_on = (OrderStatus.PREPARING, OrderStatus.READY, OrderStatus.RECEIVED, OrderStatus.COMPLETED)
    lines = OrderLine.objects.filter(
        order__merchant=campaign.merchant,
        order__source_kind=SOURCE,
        order__source_code=campaign.code,
        order__status__in=went_on,
        is_gift=False,
    )
    regular = PriceLine.objects.filter(line__in=lines, code=LIST_PRICE)
    paid_fen = Coalesce("final_unit_price_fen", "unit_price_fen") * F("quantity")
    return _sum(regular, "amount_fen") - _sum(lines, paid_fen)


def _sum(rows: QuerySet[Any], fen: Any) -> int:
    return rows.aggregate(fen=Coalesce(Sum(fen), 0))["fen"]
