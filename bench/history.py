"""Four shops with a past of campaigns that are over: what is told once through the services is then multiplied.

In each shop one campaign that made it, whose buyers have fetched their goods and paid some of them back, and one that
did not. A hundred orders in all, of a hundred buyers.
"""

import datetime as dt
from collections.abc import Sequence

from accounts.models import User
from bench.seeding import Shop, found_shop, line_of, make_buyers, open_for_joining
from campaigns.models import Campaign
from campaigns.services.joining import join
from campaigns.services.settling import settle
from catalog.models import Product
from common import events
from orders.models import Order
from orders.quotes import FulfilmentChoice
from orders.services.completing import complete_due
from orders.services.fulfilment import mark_ready, verify_pickup
from orders.services.paying import start_payment
from orders.states import OrderStatus
from payments.services.capturing import confirm
from payments.services.sending import send_due
from web.demo.gateway import NAME, SandboxBooks, StoryClock, without_a_server

SHOPS = 4
FETCHED, FAILED = 20, 5
BUYERS_FROM, CALLED = 50_000, "neighbour"
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def tell(*, now: dt.datetime) -> list[Shop]:
    """Found the shops and let the past happen, from `now` on for ten days."""
    shops = [found_shop(now=now, name=f"果园 {n}", phone=f"1390001{n:04d}") for n in range(SHOPS)]
    with without_a_server() as gateway:
        StoryClock.now = now
        for number, shop in enumerate(shops):
            first = BUYERS_FROM + number * (FETCHED + FAILED)
            people = make_buyers(FETCHED + FAILED, first=first, called=CALLED)
            _succeed(shop, f"GR0W{2 * number:06d}", people[:FETCHED], gateway, now=now)
            _fail(shop, f"GR0W{2 * number + 1:06d}", people[FETCHED:], gateway, now=now)
        StoryClock.now = now + 2 * DAY
        send_due(now=now + 2 * DAY)
        complete_due(now=now + 10 * DAY)
        events.drain(now=now + 10 * DAY)
    _date_back(now)
    return shops


def _date_back(now: dt.datetime) -> None:
    """The database dates what is new by its own clock."""
    User.objects.update(joined_at=now)
    Product.objects.update(created_at=now)
    Campaign.objects.update(created_at=now)


def _succeed(shop: Shop, code: str, people: Sequence[User], gateway: SandboxBooks, *, now: dt.datetime) -> None:
    """Everybody joins, the price falls, and everybody fetches what they bought."""
    campaign = _sell(shop, code, people, gateway, thresholds=(5, 10, 15), now=now)
    waiting = Order.objects.filter(source_code=campaign.code, status=OrderStatus.PREPARING).order_by("pk")
    numbers = list(waiting.values_list("number", flat=True))
    mark_ready(merchant=shop.merchant, numbers=numbers, actor_id=shop.owner.pk, now=now + 2 * DAY)
    for order in Order.objects.filter(number__in=numbers).order_by("pk"):
        verify_pickup(actor=shop.owner, code=order.pickup_code, now=now + 2 * DAY + HOUR)


def _fail(shop: Shop, code: str, people: Sequence[User], gateway: SandboxBooks, *, now: dt.datetime) -> None:
    """Too few join, and all are paid back."""
    _sell(shop, code, people, gateway, thresholds=(10, 20, 30), now=now)


def _sell(
    shop: Shop,
    code: str,
    people: Sequence[User],
    gateway: SandboxBooks,
    *,
    thresholds: Sequence[int],
    now: dt.datetime,
) -> Campaign:
    campaign = open_for_joining(shop, code=code, pieces=100, thresholds=thresholds, now=now)
    for person in people:
        _buy(person, campaign, shop, gateway, now=now + HOUR)
    return settle(campaign_id=campaign.pk, now=now + DAY + HOUR)


def _buy(person: User, campaign: Campaign, shop: Shop, gateway: SandboxBooks, *, now: dt.datetime) -> None:
    there = FulfilmentChoice(pickup_point=shop.point.code)
    order = join(buyer=person, code=campaign.code, lines=[line_of(campaign.code)], fulfilment=there, now=now)
    payment = start_payment(order=order, gateway=NAME, now=now)
    confirm(payment_id=payment.pk, fact=gateway.pay(payment), now=now)
