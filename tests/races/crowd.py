"""Many neighbours at the same instant, over a bounded number of connections."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from accounts.models import User
from accounts.models.user import hash_phone
from campaigns.models import Campaign
from campaigns.services.joining import join
from orders.models import Order
from tests.factories.accounts import make_merchant, make_phone
from tests.factories.campaigns import choice_of, lines_of, make_open
from tests.factories.catalog import make_sku
from tests.parallel import at_once

CONNECTIONS = 32
T = TypeVar("T")


def make_crowd(count: int) -> list[User]:
    """So many people, made in one statement."""
    phones = [make_phone() for _ in range(count)]
    return User.objects.bulk_create(
        User(phone=phone, phone_hash=hash_phone(phone), phone_tail=phone[-4:], name="邻居") for phone in phones
    )


def rush(work: Callable[[T], Any], things: Sequence[T], *, connections: int = CONNECTIONS) -> Counter[str]:
    """Do the work for every thing, all connections starting together; how often each outcome came.

    An outcome is the name of the exception, or of the type that came back.
    """
    queue = iter(things)
    taking = threading.Lock()
    outcomes: list[str] = []

    def next_thing() -> T | None:
        with taking:
            return next(queue, None)

    def serve(_connection: int) -> None:
        while (thing := next_thing()) is not None:
            try:
                outcomes.append(type(work(thing)).__name__)
            except Exception as error:
                outcomes.append(type(error).__name__)

    at_once(min(connections, len(things)), serve)
    return Counter(outcomes)


def joiner(campaign: Campaign, *quantities: int) -> Callable[[User], Order]:
    """How one neighbour joins: everything that can be read beforehand has been."""
    lines, choice = lines_of(campaign, *quantities), choice_of(campaign)
    now = campaign.opens_at

    def one(buyer: User) -> Order:
        return join(buyer=buyer, code=campaign.code, lines=lines, fulfilment=choice, now=now)

    return one


def make_stall(*, skus: int = 1, **changes: Any) -> Campaign:
    """An open campaign over so many SKUs with plenty of pieces behind them."""
    merchant = make_merchant()
    goods = [make_sku(merchant, stock=1000) for _ in range(skus)]
    return make_open(merchant, skus=goods, **changes)


def each_another(campaign: Campaign) -> Callable[[User], Order]:
    """How neighbours join, each the next SKU in turn: they meet at the campaign's counters, not at one allotment."""
    lines, choice = lines_of(campaign, *[1] * campaign.skus.count()), choice_of(campaign)

    def one(buyer: User) -> Order:
        mine = [lines[buyer.pk % len(lines)]]
        return join(buyer=buyer, code=campaign.code, lines=mine, fulfilment=choice, now=campaign.opens_at)

    return one


def make_another(campaign: Campaign, **changes: Any) -> Campaign:
    """Another open campaign over the same goods of the same merchant."""
    sku = campaign.skus.get().sku
    points = list(campaign.pickup_points.all())
    return make_open(campaign.merchant, now=campaign.opens_at, skus=[sku], points=points, **changes)
