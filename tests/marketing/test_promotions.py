"""G2, G13: 满减, 满送 and 满赠: what they take off, whom they hold for, and what the buyer is told."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from accounts.models import Merchant
from campaigns.models import Campaign
from campaigns.services.joining import join, quote
from common.errors import InvalidField
from marketing.errors import PromotionNotEditable, PromotionNotLive, PromotionOver
from marketing.models import Promotion, PromotionUse
from marketing.promotion_plans import StepPlan
from marketing.selectors.promotion_facts import promotion_facts
from marketing.selectors.promotions import promotions_of_campaigns
from marketing.services.promotions.drafting import change_live, save_promotion
from marketing.services.promotions.ending import end, end_due
from marketing.services.promotions.launching import launch
from orders.quotes import Basket, Fulfilment, Item, Quote
from tests.campaigns.conftest import NOON
from tests.factories.accounts import make_merchant, make_user, owner_of
from tests.factories.campaigns import choice_of, join_as, lines_of, make_open
from tests.factories.catalog import make_sku
from tests.factories.marketing import make_promotion, make_promotion_plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway", "nothing_broken")]
DAY = dt.timedelta(days=1)


def asked(campaign: Campaign, *pieces: int, now: dt.datetime = NOON) -> Quote:
    """What so many pieces would cost a new neighbour."""
    lines, fulfilment = lines_of(campaign, *pieces), choice_of(campaign)
    return quote(buyer=make_user(), code=campaign.code, lines=lines, fulfilment=fulfilment, now=now)


def off(quoted: Quote) -> list[int]:
    """What 满减 takes off, line by line."""
    return [line.amount_fen for line in quoted.price_lines if line.code == "promotion"]


def stall(merchant: Merchant, **changes: Any) -> Campaign:
    """Apples at ¥29.90."""
    return make_open(merchant, now=NOON, **changes)


def test_three_boxes_take_ten_yuan_off_and_six_take_twenty_five() -> None:
    """G2: ¥89.70 reaches ¥80, ¥179.40 reaches ¥150; ¥59.80 reaches nothing."""
    merchant = make_merchant(now=NOON)
    campaign = stall(merchant)
    make_promotion(merchant, now=NOON)
    assert [asked(campaign, pieces).payable_fen for pieces in (2, 3, 6)] == [5980, 7970, 15440]
    assert [off(asked(campaign, pieces)) for pieces in (2, 3, 6)] == [[], [-1000], [-2500]]


def test_what_is_taken_off_is_spread_over_the_goods_to_the_fen_and_the_merchant_bears_it() -> None:
    """G2, G13: ¥10.00 over ¥29.90 and ¥59.80 is ¥3.33 and ¥6.67; Σ lines is what is paid."""
    merchant = make_merchant(now=NOON)
    campaign = stall(merchant, skus=[make_sku(merchant), make_sku(merchant, name="梨")])
    make_promotion(merchant, now=NOON)
    quoted = asked(campaign, 1, 2)
    assert off(quoted) == [-333, -667]
    assert [item.paid_fen for item in quoted.items] == [2657, 5313]
    assert {line.funder for line in quoted.price_lines} == {"merchant"}
    assert quoted.payable_fen == sum(line.amount_fen for line in quoted.price_lines) == 7970


def test_of_two_the_better_one_holds_and_the_other_says_why_not() -> None:
    """G13."""
    merchant = make_merchant(now=NOON)
    campaign = stall(merchant)
    make_promotion(merchant, now=NOON, title="小", steps=(StepPlan(5000, off_fen=300),))
    make_promotion(merchant, now=NOON, title="大", steps=(StepPlan(8000, off_fen=800),))
    quoted = asked(campaign, 3)
    assert off(quoted) == [-800]
    assert [(offer.title, offer.applied, offer.saves_fen) for offer in quoted.offers] == [
        ("满 ¥50 减 ¥3", False, 300),
        ("满 ¥80 减 ¥8", True, 800),
    ]
    assert quoted.offers[0].reason == "同一种促销每单用一个，已经用了更优惠的"


def test_the_next_step_says_how_much_more_it_takes() -> None:
    """G2: 再买 ¥x 减 ¥y, exact to the fen."""
    merchant = make_merchant(now=NOON)
    campaign = stall(merchant)
    make_promotion(merchant, now=NOON)
    assert [offer.reason for offer in asked(campaign, 2).offers] == ["再买 ¥20.20 减 ¥10"]
    assert [offer.reason for offer in asked(campaign, 3).offers] == ["", "再买 ¥60.30 减 ¥25"]


def test_products_and_campaigns_named_in_the_scope_count_and_no_others() -> None:
    """G2: two boxes of apples and two of pears; only the pears count, or only this campaign."""
    merchant = make_merchant(now=NOON)
    apples, pears = make_sku(merchant), make_sku(merchant, name="梨")
    campaign, other = stall(merchant, skus=[apples, pears]), stall(merchant)
    step = (StepPlan(5000, off_fen=500),)
    named = make_promotion(merchant, now=NOON, scope="products", products=(pears.product.code,), steps=step)
    quoted = asked(campaign, 2, 2)
    assert [(line.item, line.amount_fen) for line in quoted.price_lines if line.code == "promotion"] == [(1, -500)]
    assert off(asked(campaign, 4, 0)) == off(asked(other, 3)) == []
    end(promotion=named, actor_id=owner_of(merchant).pk, now=NOON)
    make_promotion(merchant, now=NOON, scope="campaigns", campaigns=(other.code,), steps=step)
    assert off(asked(campaign, 2, 2)) == []
    assert off(asked(other, 2)) == [-500]


def test_it_holds_from_its_start_until_just_before_its_end_and_for_its_own_shop() -> None:
    """G2: half-open like every period."""
    merchant = make_merchant(now=NOON)
    campaign, theirs = stall(merchant, closes_at=NOON + 3 * DAY), stall(make_merchant("隔壁", now=NOON))
    make_promotion(merchant, now=NOON, starts_at=NOON + DAY, ends_at=NOON + 2 * DAY)
    second = dt.timedelta(seconds=1)
    moments = [NOON + DAY - second, NOON + DAY, NOON + 2 * DAY - second, NOON + 2 * DAY]
    assert [off(asked(campaign, 3, now=at)) for at in moments] == [[], [-1000], [-1000], []]
    assert off(asked(theirs, 3)) == []


def test_an_early_bird_does_not_count_towards_it() -> None:
    """G13: what excludes what is data: PRICE_EXCLUSIONS."""
    merchant = make_merchant(now=NOON)
    campaign = stall(merchant, early_bird_orders=1, early_bird_price_fen=2790)
    make_promotion(merchant, now=NOON)
    assert off(asked(campaign, 3)) == []
    join_as(make_user(name="Bob"), campaign, now=NOON)
    assert off(asked(campaign, 3)) == [-1000]


def test_what_was_quoted_is_charged_though_the_promotion_has_ended_meanwhile() -> None:
    """G13: as long as the checkout lives."""
    merchant = make_merchant(now=NOON)
    campaign, alice = stall(merchant), make_user(name="Alice")
    promotion = make_promotion(merchant, now=NOON)
    lines, fulfilment = lines_of(campaign, 3), choice_of(campaign)
    shown = quote(buyer=alice, code=campaign.code, lines=lines, fulfilment=fulfilment, now=NOON)
    end(promotion=promotion, actor_id=owner_of(merchant).pk, now=NOON)
    order = join(buyer=alice, code=campaign.code, lines=lines, fulfilment=fulfilment, quote_token=shown.token, now=NOON)
    assert order.payable_fen == shown.payable_fen == 7970
    assert PromotionUse.objects.get(order=order).promotion == promotion


def test_points_and_coupons_to_come_stand_in_the_quote_at_no_price() -> None:
    """G2: 满送 is told beforehand; the line costs nothing."""
    merchant = make_merchant(now=NOON)
    campaign = stall(merchant)
    make_promotion(merchant, "reward", now=NOON, steps=(StepPlan(8000, points=50),))
    quoted = asked(campaign, 3)
    line = next(line for line in quoted.price_lines if line.code == "promotion_reward")
    assert (line.amount_fen, line.detail["points"], quoted.payable_fen) == (0, 50, 8970)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("title", {"title": " "}),
        ("ends_at", {"ends_at": NOON}),
        ("ends_at", {"ends_at": NOON + 400 * DAY}),
        ("products", {"scope": "products"}),
        ("products", {"scope": "products", "products": ("0000000000",)}),
        ("campaigns", {"scope": "campaigns"}),
        ("campaigns", {"scope": "campaigns", "campaigns": ("0000000000",)}),
        ("steps", {"steps": ()}),
        ("steps", {"steps": (StepPlan(1000, off_fen=1000),)}),
        ("steps", {"steps": (StepPlan(2000, off_fen=500), StepPlan(1000, off_fen=600))}),
        ("steps", {"steps": (StepPlan(1000, off_fen=500), StepPlan(2000, off_fen=500))}),
        ("steps", {"kind": "gift", "steps": (StepPlan(1000, gift_sku="0000000000", gift_pieces=1, gift_stock=1),)}),
        ("steps", {"kind": "gift", "steps": (StepPlan(1000, gift_pieces=1, gift_stock=1),)}),
        ("steps", {"kind": "reward", "steps": (StepPlan(1000),)}),
        ("steps", {"kind": "reward", "steps": (StepPlan(1000, coupon="0000000000"),)}),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused_at_its_field(field: str, changes: dict[str, Any]) -> None:
    """G2: and nothing is written."""
    merchant = make_merchant(now=NOON)
    plan = replace(make_promotion_plan(now=NOON), **changes)
    with pytest.raises(InvalidField) as refusal:
        save_promotion(merchant=merchant, actor_id=owner_of(merchant).pk, plan=plan, now=NOON)
    assert refusal.value.params["field"] == field
    assert not Promotion.objects.exists()


def test_a_draft_holds_for_nobody_a_live_one_keeps_its_steps_and_an_ended_one_is_over() -> None:
    """G2."""
    merchant = make_merchant(now=NOON)
    campaign, actor_id = stall(merchant), owner_of(merchant).pk
    plan = make_promotion_plan(now=NOON)
    draft = save_promotion(merchant=merchant, actor_id=actor_id, plan=plan, now=NOON)
    save_promotion(merchant=merchant, actor_id=actor_id, plan=replace(plan, title="改名"), now=NOON, promotion=draft)
    assert off(asked(campaign, 3)) == []
    with pytest.raises(PromotionOver):
        launch(promotion=draft, actor_id=actor_id, now=NOON + 8 * DAY)
    live = launch(promotion=draft, actor_id=actor_id, now=NOON)
    assert (live.title, off(asked(campaign, 3))) == ("改名", [-1000])
    with pytest.raises(PromotionNotEditable):
        save_promotion(merchant=merchant, actor_id=actor_id, plan=plan, now=NOON, promotion=live)
    change_live(promotion=live, actor_id=actor_id, title="延长", ends_at=NOON + 9 * DAY, now=NOON)
    end(promotion=live, actor_id=actor_id, now=NOON)
    assert off(asked(campaign, 3)) == []
    with pytest.raises(PromotionNotLive):
        end(promotion=live, actor_id=actor_id, now=NOON)


def test_a_sweep_ends_what_is_over_once() -> None:
    """G2: by the clock, whatever was missed."""
    merchant = make_merchant(now=NOON)
    promotion = make_promotion(merchant, now=NOON)
    assert end_due(now=NOON + 6 * DAY) == 0
    assert end_due(now=NOON + 7 * DAY) == 1
    assert end_due(now=NOON + 8 * DAY) == 0
    promotion.refresh_from_db()
    assert (promotion.status, promotion.ended_at, promotion.settled_at) == ("ended", NOON + 7 * DAY, NOON + 7 * DAY)


def test_a_quote_reads_promotions_in_one_query(django_assert_num_queries: Any) -> None:
    """G13: however many there are."""
    merchant = make_merchant(now=NOON)
    campaigns = [stall(merchant), stall(merchant)]
    for _number in range(3):
        make_promotion(merchant, now=NOON)
    items = (Item(campaigns[0].skus.get().sku_id, "A", "苹果", "", 3, 3990),)
    basket = Basket(1, merchant.pk, "campaign", campaigns[0].code, items, Fulfilment(), 15, NOON + DAY)
    with django_assert_num_queries(1):
        assert len(promotion_facts.read({}, basket, NOON)) == 3
    with django_assert_num_queries(1):
        found = promotions_of_campaigns([campaign.code for campaign in campaigns], NOON)
    assert {code: len(terms) for code, terms in found.items()} == {campaign.code: 3 for campaign in campaigns}


def test_each_campaign_of_a_page_says_its_own_and_each_step_once() -> None:
    """G2: three campaigns of one shop; one promotion for all, one for a product, one for a campaign."""
    merchant = make_merchant(now=NOON)
    pears = make_sku(merchant, name="梨")
    first, second, third = stall(merchant), stall(merchant, skus=[pears]), stall(merchant)
    make_promotion(merchant, now=NOON)
    step = (StepPlan(5000, off_fen=500),)
    make_promotion(merchant, now=NOON, scope="products", products=(pears.product.code,), steps=step)
    make_promotion(merchant, now=NOON, scope="campaigns", campaigns=(third.code,), steps=step)
    found = promotions_of_campaigns([campaign.code for campaign in (first, second, third)], NOON)
    said = {code: [(terms.title, len(terms.steps), terms.sku_ids) for terms in those] for code, those in found.items()}
    everywhere = ("开学季", 2, None)
    assert said == {
        first.code: [everywhere],
        second.code: [everywhere, ("开学季", 1, frozenset({pears.pk}))],
        third.code: [everywhere, ("开学季", 1, None)],
    }
