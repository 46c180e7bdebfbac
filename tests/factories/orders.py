"""Orders that have gone further than a campaign: each function goes through the services."""

import datetime as dt
from typing import Any

from accounts.models import Merchant, User
from accounts.services.merchants import set_fee
from campaigns.services.settling import settle
from orders.locks import lock_with_payments
from orders.models import Order
from orders.services.fulfilment import mark_ready, verify_pickup
from orders.services.paying import start_payment
from orders.services.refunding import OrderRefund, refund_orders
from payments.models import Refund
from payments.states import RefundKind
from tests.factories.accounts import make_merchant, make_operator, make_user, owner_of
from tests.factories.campaigns import fill, join_as, make_open, make_point
from tests.fixtures.gateways import NAME, capture

DAY = dt.timedelta(days=1)


def make_seller(*, fee_bp: int = 200, now: dt.datetime) -> Merchant:
    """A merchant from whom the platform takes its rate."""
    merchant = make_merchant(now=now)
    set_fee(merchant=merchant, actor_id=make_operator().pk, fee_bp=fee_bp)
    return merchant


def make_prepared(
    buyer: User | None = None,
    *,
    pieces: int = 2,
    leader: User | None = None,
    fee_bp: int = 200,
    balance_fen: int = 0,
    now: dt.datetime,
) -> Order:
    """Alice's order of a campaign that made it, ¥29.90 a piece, to be fetched at the point of a leader on 5 %."""
    merchant = make_seller(fee_bp=fee_bp, now=now)
    leader = leader or make_user(name="Lena")
    campaign = make_open(merchant, now=now - DAY, points=[make_point(merchant, leader=leader)])
    order = join_as(buyer or make_user(name="Alice"), campaign, pieces, now=now - DAY)
    payment = start_payment(order=order, gateway=NAME, balance_fen=balance_fen, now=now - DAY)
    capture(payment, at=now - DAY)
    fill(campaign, 3 - pieces, now=now - DAY)
    settle(campaign_id=campaign.pk, now=now)
    order.refresh_from_db()
    return order


def fetch(order: Order, *, now: dt.datetime) -> Order:
    """The goods arrive and are fetched."""
    owner = owner_of(order.merchant)
    mark_ready(merchant=order.merchant, numbers=[order.number], actor_id=owner.pk, now=now)
    order.refresh_from_db()
    verify_pickup(actor=owner, code=order.pickup_code, now=now)
    order.refresh_from_db()
    return order


def make_received(buyer: User | None = None, *, now: dt.datetime, **how: Any) -> Order:
    """Alice has fetched her apples, just now; `how` as in `make_prepared`."""
    return fetch(make_prepared(buyer, now=now, **how), now=now)


def give_back(order: Order, amount_fen: int, *, now: dt.datetime) -> Refund:
    """So much of the order's first line goes back after hand-over. In a transaction of the caller."""
    locked = lock_with_payments(order.pk)
    line = order.lines.order_by("pk")[0]
    wanted = OrderRefund(locked, RefundKind.AFTER_SALES, "坏了", by_line={line.pk: amount_fen})
    return refund_orders([wanted], now=now)[0]
