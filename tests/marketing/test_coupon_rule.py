"""G1 G13: what a coupon takes off, why it does not, and that the suggested one is truly the best. On plain data."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from marketing.pricing import Good, HeldCoupon, Saving, Situation, saving_on_freight, saving_on_goods
from marketing.sources import FACTS, CouponFacts
from orders import pricing
from orders.quotes import Basket, Fulfilment, Item, Offer, Quote

NOON = dt.datetime(2026, 12, 1, 4, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
RULES = ["coupon", "freight", "freight_coupon"]
AT = Situation(
    now=NOON, merchant="M", campaign="K", community="L", tier="gold", segment="active", tags=frozenset({"7"})
)


def held(number: int = 1, **changes: Any) -> HeldCoupon:
    """¥5 off from ¥20 on."""
    fields: dict[str, Any] = {
        "coupon_id": number,
        "code": f"C{number}",
        "template_id": number,
        "name": "满 20 减 5",
        "kind": "threshold",
        "valid_from": NOON - DAY,
        "valid_until": NOON + DAY,
        "amount_fen": 500,
        "threshold_fen": 2000,
    }
    return HeldCoupon(**fields | changes)


def plain(number: int = 1, **changes: Any) -> HeldCoupon:
    return held(number, **{"kind": "plain", "threshold_fen": 0} | changes)


def tied(**scopes: str) -> HeldCoupon:
    return held(scopes={kind: frozenset({key}) for kind, key in scopes.items()})


@pytest.mark.parametrize(
    ("coupon", "price_fen", "saving"),
    [
        (held(), 2000, Saving(500, (0,))),
        (held(), 1999, Saving(reason="还差 ¥0.01")),
        (plain(), 501, Saving(500, (0,))),
        (plain(), 400, Saving(399, (0,))),  # one fen is always left to pay
        (plain(), 1, Saving(reason="这单已经减到最低")),
        (held(kind="percentage", amount_fen=0, rate_bp=1500, threshold_fen=0), 2990, Saving(449, (0,))),
        (held(kind="percentage", amount_fen=0, rate_bp=1500, cap_fen=300, threshold_fen=0), 2990, Saving(300, (0,))),
        (held(kind="percentage", amount_fen=0, rate_bp=1500, threshold_fen=3000), 2990, Saving(reason="还差 ¥0.10")),
    ],
)
def test_every_kind_takes_off_what_it_says(coupon: HeldCoupon, price_fen: int, saving: Saving) -> None:
    assert saving_on_goods(coupon, [Good(0, price_fen)], AT) == saving


@pytest.mark.parametrize(
    ("coupon", "reason"),
    [
        (held(valid_from=NOON + DAY, valid_until=NOON + 2 * DAY), "未到使用时间，12-02 12:00 起可用"),
        (held(free=False), "被另一个没付款的订单占用"),
        (tied(merchant="X"), "不适用于这个商家"),
        (tied(campaign="X"), "不适用于这个团"),
        (tied(community="X"), "只给指定社区的邻居"),
        (tied(tier="silver"), "你的会员等级不能用"),
        (tied(segment="new"), "只给指定的会员"),
        (tied(tag="8"), "只给指定的会员"),
        (tied(newcomer=""), "只有新客能用"),
        (tied(product="X"), "不适用于这些商品"),
        (tied(category="X"), "不适用于这些商品"),
        (tied(merchant="M", tier="silver"), "你的会员等级不能用"),
        (tied(merchant="M", campaign="K", community="L", tier="gold", segment="active", tag="7"), ""),
        (tied(product="P1"), ""),
        (tied(product="X", category="9"), ""),  # one way of saying what is meant is enough
    ],
)
def test_what_a_coupon_is_tied_to_is_data_and_its_reason_a_sentence(coupon: HeldCoupon, reason: str) -> None:
    goods = [Good(0, 3000, labels=frozenset({("product", "P1"), ("category", "9")}))]
    assert saving_on_goods(coupon, goods, AT).reason == reason


def test_a_newcomer_of_a_shop_has_never_bought_there_and_one_of_the_platform_nowhere() -> None:
    new_here = Situation(now=NOON, new_to_merchant=True)
    of_the_shop, of_the_platform = tied(newcomer=""), held(funder="platform", scopes={"newcomer": frozenset({""})})
    assert saving_on_goods(of_the_shop, [Good(0, 3000)], new_here).fen == 500
    assert saving_on_goods(of_the_platform, [Good(0, 3000)], new_here).reason == "只有新客能用"


def test_a_coupon_that_does_not_stack_leaves_promoted_goods_alone() -> None:
    """G13: the threshold is judged on what the coupon is good for."""
    coupon = held(stacks=False)
    promoted, other, closed = Good(0, 9000, is_promoted=True), Good(1, 2500), Good(2, 9000, is_closed=True)
    assert saving_on_goods(coupon, [promoted, other], AT) == Saving(500, (1,))
    assert saving_on_goods(coupon, [promoted], AT).reason == "与满减不可同用"
    assert saving_on_goods(held(), [promoted], AT) == Saving(500, (0,))
    assert saving_on_goods(held(), [closed], AT).reason == "与已有的优惠不可同用"


@pytest.mark.parametrize(
    ("amount_fen", "freight_fen", "saving"),
    [
        (0, 600, Saving(600)),
        (400, 600, Saving(400)),
        (900, 600, Saving(600)),
        (0, 0, Saving(reason="这单不收运费")),
    ],
)
def test_a_freight_coupon_takes_off_freight(amount_fen: int, freight_fen: int, saving: Saving) -> None:
    coupon = held(kind="freight", amount_fen=amount_fen)
    assert saving_on_freight(coupon, [Good(0, 2000)], freight_fen, AT) == saving
    assert saving_on_freight(coupon, [Good(0, 1500)], freight_fen, AT).reason == "还差 ¥5.00"


def basket(
    prices: Sequence[int],
    coupons: Sequence[HeldCoupon],
    *,
    choices: Mapping[str, str] | None = None,
    labels: Mapping[int, frozenset[tuple[str, str]]] | None = None,
    delivered: bool = False,
    free_from_fen: int | None = None,
) -> Basket:
    return Basket(
        buyer_id=1,
        merchant_id=1,
        source_kind="shop",
        source_code="S",
        items=tuple(Item(index, f"S{index}", "脐橙", "", 1, price) for index, price in enumerate(prices)),
        fulfilment=Fulfilment(address_id=7 if delivered else None),
        pay_minutes=15,
        pay_until=NOON + DAY,
        facts={
            FACTS: CouponFacts(tuple(coupons), AT, labels or {}),
            "freight_fen": 600,
            "free_freight_from_fen": free_from_fen,
        },
        choices=choices or {},
    )


Quoter = Callable[..., Quote]


@pytest.fixture
def quote(settings: Settings) -> Quoter:
    """A price by coupons and freight alone."""
    settings.PRICE_RULES = RULES
    return lambda *asked, **how: pricing.quote(basket(*asked, **how), now=NOON)


def test_without_a_choice_the_best_one_applies_and_the_others_are_offered(quote: Quoter) -> None:
    found = quote([3000], [plain(1, amount_fen=300), plain(2, amount_fen=700), held(3, threshold_fen=9000)])
    assert found.payable_fen == 2300
    assert [claim.key for claim in found.claims] == ["2"]
    assert [(offer.key, offer.saves_fen, offer.applied, offer.reason) for offer in found.offers] == [
        ("C2", 700, True, ""),
        ("C1", 300, False, ""),
        ("C3", 0, False, "还差 ¥60.00"),
    ]


@pytest.mark.parametrize(
    ("chosen", "payable_fen", "taken"),
    [("C1", 2700, ["1"]), ("none", 3000, []), ("C3", 3000, []), ("GONE", 3000, []), ("", 2300, ["2"])],
)
def test_what_the_buyer_chose_is_what_is_taken(quote: Quoter, chosen: str, payable_fen: int, taken: list[str]) -> None:
    """G13: nobody's coupon is spent that they did not choose, where they chose."""
    mine = [plain(1, amount_fen=300), plain(2, amount_fen=700), held(3, threshold_fen=9000)]
    found = quote([3000], mine, choices={"coupon": chosen})
    assert found.payable_fen == payable_fen
    assert [claim.key for claim in found.claims] == taken


def test_of_equal_coupons_the_one_that_ends_first_is_taken_then_the_one_held_longest(quote: Quoter) -> None:
    """Tie-break, as the rule states it."""
    mine = [plain(3), plain(2, valid_until=NOON + 2 * DAY), plain(1, valid_until=NOON + 2 * DAY)]
    assert quote([3000], mine).claims[0].key == "3"
    assert quote([3000], mine[1:]).claims[0].key == "1"


def test_a_coupon_that_would_cost_the_free_freight_is_not_the_best(quote: Quoter) -> None:
    """G13: free from ¥29.00 on; ¥5.00 off would bring ¥6.00 of freight, ¥0.80 off brings none."""
    mine = [plain(1, amount_fen=500), plain(2, amount_fen=80)]
    found = quote([3000], mine, delivered=True, free_from_fen=2900)
    assert (found.payable_fen, [claim.key for claim in found.claims]) == (2920, ["2"])
    alone = quote([3000], mine[:1], delivered=True, free_from_fen=2900)
    assert (alone.payable_fen, alone.claims) == (3000, ())


def test_a_coupon_on_freight_goes_beside_one_on_goods_and_nothing_goes_below_nothing(quote: Quoter) -> None:
    mine = [plain(1, amount_fen=9999), held(2, kind="freight", amount_fen=0, threshold_fen=0)]
    found = quote([1000, 500], mine, delivered=True)
    assert [(line.code, line.item, line.amount_fen) for line in found.price_lines[2:]] == [
        ("coupon", 0, -999),
        ("coupon", 1, -500),
        ("freight", None, 600),
        ("freight_coupon", None, -600),
    ]
    assert (found.goods_fen, found.freight_fen) == (1, 0)


coupons = st.lists(
    st.builds(
        lambda kind, fen, rate_bp, cap_fen, threshold_fen, goods, days, funder, template: (
            kind, fen, rate_bp, cap_fen, threshold_fen, goods, days, funder, template
        ),
        st.sampled_from(["threshold", "plain", "percentage", "freight"]),
        st.integers(1, 2500),
        st.integers(1, 9999),
        st.one_of(st.none(), st.integers(1, 800)),
        st.integers(0, 4000),
        st.sets(st.sampled_from(["0", "1", "2"]), max_size=2),
        st.integers(1, 3),
        st.sampled_from(["merchant", "platform"]),
        st.integers(1, 3),
    ),
    max_size=5,
)  # fmt: skip


def made(number: int, drawn: tuple[Any, ...]) -> HeldCoupon:
    kind, fen, rate_bp, cap_fen, threshold_fen, goods, days, funder, _template = drawn
    is_rate = kind == "percentage"
    return held(
        number,
        kind=kind,
        amount_fen=0 if is_rate else fen,
        rate_bp=rate_bp if is_rate else 0,
        cap_fen=cap_fen if is_rate else None,
        threshold_fen=0 if kind == "plain" else threshold_fen,
        valid_until=NOON + days * DAY,
        funder=funder,
        scopes={"product": frozenset(goods)} if goods else {},
    )


@given(
    prices=st.lists(st.integers(1, 3000), min_size=1, max_size=3),
    drawn=coupons,
    delivered=st.booleans(),
    free_from_fen=st.one_of(st.none(), st.integers(1, 5000)),
)
@examples(max_examples=120, deadline=None)
def test_the_suggested_coupons_are_truly_the_best(
    prices: list[int], drawn: list[tuple[Any, ...]], delivered: bool, free_from_fen: int | None
) -> None:
    """G13: by brute force over every choice there is, on small carts; and no fen is lost on the way."""
    mine = [made(number, each) for number, each in enumerate(drawn, start=1)]
    labels = {index: frozenset({("product", str(index))}) for index in range(len(prices))}

    def ask(**choices: str) -> Quote:
        asked = basket(prices, mine, choices=choices, labels=labels, delivered=delivered, free_from_fen=free_from_fen)
        return pricing.quote(asked, now=NOON)

    every = [one.code for one in mine] + ["none"]
    with override_settings(PRICE_RULES=RULES):
        suggested = ask()
        outcomes = [ask(coupon=first, freight_coupon=second).payable_fen for first in every for second in every]
    assert suggested.payable_fen == min(outcomes)
    assert suggested.goods_fen >= 1
    assert sum(line.amount_fen for line in suggested.price_lines) == suggested.payable_fen
    assert all(_is_explained(offer) for offer in suggested.offers)


def _is_explained(offer: Offer) -> bool:
    """It saves something, or says why it does not."""
    return bool(offer.reason) != bool(offer.saves_fen)
