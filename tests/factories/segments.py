"""Members with a past: rows as the services leave them, at exact instants and amounts."""

import datetime as dt

from accounts.models import User
from catalog.models import Sku
from common.ids import new_public_code
from community.models import Community, Membership, ShareLink
from community.states import Shared
from orders.models import Order, OrderLine
from orders.states import OrderStatus
from tests.factories.accounts import make_user
from tests.factories.community import make_community


def make_neighbour(
    name: str = "Alice",
    *,
    joined_at: dt.datetime,
    left_at: dt.datetime | None = None,
    community: Community | None = None,
) -> User:
    """Somebody who joined then, and left again if it is said when."""
    person = make_user(name=name, now=joined_at)
    place = community or Community.objects.first() or make_community()
    Membership.objects.create(community=place, user=person, joined_at=joined_at, left_at=left_at)
    return person


def make_purchase(
    buyer: User,
    sku: Sku,
    *,
    at: dt.datetime,
    fen: int = 1000,
    pieces: int = 1,
    refunded_fen: int = 0,
    status: OrderStatus = OrderStatus.RECEIVED,
) -> Order:
    """An order that was paid then, and what of it went back since."""
    order = Order.objects.create(
        buyer=buyer,
        merchant=sku.product.merchant,
        status=status,
        goods_fen=fen,
        payable_fen=fen,
        placed_at=at,
        pay_by=at,
        paid_at=at,
    )
    OrderLine.objects.create(
        order=order,
        sku=sku,
        product_name=sku.product.name,
        quantity=pieces,
        unit_price_fen=fen,
        paid_fen=fen,
        refunded_fen=refunded_fen,
    )
    return order


def make_shares(person: User, count: int, *, at: dt.datetime) -> None:
    """So many campaigns shared: interactions that cost nothing."""
    ShareLink.objects.bulk_create(
        ShareLink(sharer=person, subject_kind=Shared.CAMPAIGN, subject_code=new_public_code(), made_at=at)
        for _share in range(count)
    )
