"""G2: the gifts of 满赠 take stock: claimed with the order, sold and given back with it, returned when it is over."""

import datetime as dt

import pytest
from django.db import transaction

from accounts.models import User
from campaigns.models import Campaign
from campaigns.services.joining import join, quote
from campaigns.services.leaving import withdraw
from campaigns.services.settling import settle
from catalog.errors import NotEnoughStock
from catalog.models import Allotment, Sku, Stock
from marketing.models import Promotion
from marketing.promotion_plans import StepPlan
from marketing.services.promotions.ending import end, end_due
from orders.errors import GiftGone
from orders.locks import lock_with_payments
from orders.quotes import Quote
from orders.selectors.picking import picking_list
from orders.services.ending import cancel_unpaid, expire_due
from orders.services.refunding import everything_left, refund_orders
from payments.states import RefundKind
from tests.campaigns.conftest import NOON
from tests.factories.accounts import make_merchant, make_user, owner_of
from tests.factories.campaigns import choice_of, fill, join_as, lines_of, make_open, pay
from tests.factories.catalog import make_sku
from tests.factories.marketing import make_gift_promotion
from tests.factories.orders import fetch

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway", "nothing_broken")]
DAY = dt.timedelta(days=1)


@pytest.fixture
def jam() -> Sku:
    """What is given away, 10 of it on the shelf."""
    return make_sku(make_merchant(now=NOON), name="草莓酱", price_fen=1500, stock=10)


@pytest.fixture
def campaign(jam: Sku) -> Campaign:
    return make_open(jam.product.merchant, now=NOON, closes_at=NOON + DAY)


def counts(promotion: Promotion) -> tuple[int, int, int]:
    """(free, reserved, given) of its gift."""
    allotment = Allotment.objects.get(purpose=f"promotion:{promotion.code}")
    return allotment.free, allotment.reserved, allotment.sold


def on_shelf(sku: Sku) -> int:
    return Stock.objects.get(sku=sku).available


def asked(buyer: User, campaign: Campaign, pieces: int) -> Quote:
    lines, fulfilment = lines_of(campaign, pieces), choice_of(campaign)
    return quote(buyer=buyer, code=campaign.code, lines=lines, fulfilment=fulfilment, now=NOON)


def test_two_boxes_come_with_a_jar_that_costs_nothing(jam: Sku, campaign: Campaign) -> None:
    """G2, G13: the buyer sees what it is worth; the pieces leave the shelf at once and the gate with the order."""
    promotion = make_gift_promotion(jam.product.merchant, jam, pieces=2, stock=5, now=NOON)
    assert (on_shelf(jam), counts(promotion)) == (5, (5, 0, 0))
    alice = make_user(name="Alice")
    quoted = asked(alice, campaign, 2)
    assert [(item.product_name, item.quantity, item.paid_fen, item.is_gift) for item in quoted.items] == [
        ("红富士苹果", 2, 5980, False),
        ("草莓酱", 2, 0, True),
    ]
    assert [line.amount_fen for line in quoted.price_lines if line.item == 1] == [3000, -3000]
    order = join_as(alice, campaign, 2, now=NOON)
    assert (order.payable_fen, counts(promotion)) == (5980, (3, 2, 0))
    assert asked(alice, campaign, 1).items[1:] == ()


def test_cancelled_unpaid_expired_and_left_orders_give_the_jar_back(jam: Sku, campaign: Campaign) -> None:
    """G2: by the ways every claim goes back."""
    promotion = make_gift_promotion(jam.product.merchant, jam, now=NOON)
    alice = make_user(name="Alice")
    cancelled, expired, left = [join_as(alice, campaign, 2, now=NOON) for _order in range(3)]
    assert counts(promotion) == (2, 3, 0)
    cancel_unpaid(order=cancelled, actor_id=alice.pk, now=NOON)
    pay(left, at=NOON)
    withdraw(buyer=alice, order=left, now=NOON)
    assert counts(promotion) == (4, 1, 0)
    assert expire_due(now=NOON + dt.timedelta(hours=1)) == 1
    assert counts(promotion) == (5, 0, 0)
    expired.refresh_from_db()
    assert expired.status == "expired"


def test_a_missed_campaign_gives_the_jar_back_with_the_money(jam: Sku, campaign: Campaign) -> None:
    """G2."""
    promotion = make_gift_promotion(jam.product.merchant, jam, now=NOON)
    pay(join_as(make_user(), campaign, 2, now=NOON), at=NOON)
    settle(campaign_id=campaign.pk, now=NOON + DAY)
    assert counts(promotion) == (5, 0, 0)


def test_settlement_sells_the_jar_and_the_picking_list_shows_it(jam: Sku, campaign: Campaign) -> None:
    """G2: the difference of the ladder is exact beside a gift; the jar lies in the bag."""
    promotion = make_gift_promotion(jam.product.merchant, jam, now=NOON)
    order = join_as(make_user(name="Alice"), campaign, 2, now=NOON)
    pay(order, at=NOON)
    fill(campaign, 3, now=NOON)
    settle(campaign_id=campaign.pk, now=NOON + DAY)
    assert (counts(promotion), on_shelf(jam)) == ((4, 0, 1), 5)
    lines = {line.is_gift: line for line in order.lines.all()}
    assert (lines[False].final_unit_price_fen, lines[False].refunded_fen) == (2690, 600)
    assert (lines[True].final_unit_price_fen, lines[True].refunded_fen) == (0, 0)
    heaps = picking_list(point=campaign.pickup_points.get(), source_code=campaign.code).orders
    mine = next(heap for heap in heaps if heap.number == order.number)
    assert sorted((line.product_name, line.pieces, line.is_gift) for line in mine.lines) == [
        ("红富士苹果", 2, False),
        ("草莓酱", 1, True),
    ]


def test_a_full_refund_gives_back_what_was_paid_and_not_the_worth_of_the_jar(jam: Sku, campaign: Campaign) -> None:
    """G2: after hand-over the gift stays given."""
    promotion = make_gift_promotion(jam.product.merchant, jam, now=NOON)
    order = join_as(make_user(), campaign, 3, now=NOON)
    pay(order, at=NOON)
    settle(campaign_id=campaign.pk, now=NOON + DAY)
    order.refresh_from_db()
    order = fetch(order, now=NOON + DAY)
    with transaction.atomic():
        locked = lock_with_payments(order.pk)
        wanted = everything_left(locked, list(order.lines.all()), kind=RefundKind.AFTER_SALES, reason="坏了")
        refund_orders([wanted], now=NOON + DAY)
    assert sum(line.refunded_fen for line in order.lines.all()) == 8970
    assert counts(promotion) == (4, 0, 1)


def test_the_gift_may_be_what_is_bought(campaign: Campaign) -> None:
    """G2: buy two boxes, get a third of the same: two lines, two allotments, one SKU."""
    sku = campaign.skus.get().sku
    promotion = make_gift_promotion(campaign.merchant, sku, now=NOON)
    order = join_as(make_user(), campaign, 2, now=NOON)
    assert sorted(order.lines.values_list("sku", "quantity", "is_gift")) == [(sku.pk, 1, True), (sku.pk, 2, False)]
    pay(order, at=NOON)
    fill(campaign, 1, now=NOON)
    settle(campaign_id=campaign.pk, now=NOON + DAY)
    assert counts(promotion) == (4, 0, 1)


def test_when_the_jars_are_gone_it_says_so_and_the_price_stands(jam: Sku, campaign: Campaign) -> None:
    """G2: the last one is gone: the next buyer pays the same without; with an old quote they are asked again."""
    make_gift_promotion(jam.product.merchant, jam, stock=1, now=NOON)
    alice, bob = make_user(name="Alice"), make_user(name="Bob")
    shown = asked(bob, campaign, 2)
    join_as(alice, campaign, 2, now=NOON)
    lines, fulfilment = lines_of(campaign, 2), choice_of(campaign)
    with pytest.raises(GiftGone), transaction.atomic():
        join(buyer=bob, code=campaign.code, lines=lines, fulfilment=fulfilment, quote_token=shown.token, now=NOON)
    fresh = asked(bob, campaign, 2)
    assert (fresh.payable_fen, len(fresh.items)) == (shown.payable_fen, 1)
    assert [(offer.title, offer.reason) for offer in fresh.offers] == [("满 ¥50 赠 草莓酱 5 斤装 1 件", "赠品已经送完")]
    assert join_as(bob, campaign, 2, now=NOON).lines.count() == 1


def test_a_lower_step_still_gives_when_the_gift_of_the_higher_one_is_gone(jam: Sku, campaign: Campaign) -> None:
    """G2."""
    tea = make_sku(jam.product.merchant, name="茶")
    steps = (
        StepPlan(2000, gift_sku=jam.code, gift_pieces=1, gift_stock=5),
        StepPlan(5000, gift_sku=tea.code, gift_pieces=1, gift_stock=1),
    )
    make_gift_promotion(jam.product.merchant, jam, steps=steps, now=NOON)
    given = [join_as(make_user(), campaign, 2, now=NOON).lines.get(is_gift=True).product_name for _order in range(2)]
    assert given == ["茶", "草莓酱"]


def test_without_enough_on_the_shelf_it_does_not_go_live(jam: Sku) -> None:
    """G2: all gifts are set aside or none."""
    with pytest.raises(NotEnoughStock), transaction.atomic():
        make_gift_promotion(jam.product.merchant, jam, stock=11, now=NOON)
    assert (on_shelf(jam), Promotion.objects.count()) == (10, 0)


def test_what_is_left_returns_at_the_end_and_what_waits_as_soon_as_it_is_decided(jam: Sku, campaign: Campaign) -> None:
    """G2: Alice's jar waits with her order; the merchant ends the promotion; her campaign is missed later."""
    promotion = make_gift_promotion(jam.product.merchant, jam, now=NOON)
    pay(join_as(make_user(name="Alice"), campaign, 2, now=NOON), at=NOON)
    end(promotion=promotion, actor_id=owner_of(campaign.merchant).pk, now=NOON)
    assert (on_shelf(jam), counts(promotion)) == (5, (4, 1, 0))
    assert end_due(now=NOON) == 0
    settle(campaign_id=campaign.pk, now=NOON + DAY)
    assert end_due(now=NOON + DAY) == 1
    promotion.refresh_from_db()
    assert (on_shelf(jam), promotion.settled_at) == (10, NOON + DAY)
