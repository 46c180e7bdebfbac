"""G13: the one price engine: rules in order, exclusions as data, every fen explained, nothing below zero."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from django.db.models import Value
from django.db.models.expressions import Combinable
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from common.assessments import ALLOWED, Assessment, denied, flagged
from orders import pricing
from orders.contributions import Gift, PriceRule, RuleAnswer, facts_readers, placing_checks, price_rules
from orders.errors import PlacingDenied
from orders.facts import BUYER, NOW, FactsReader
from orders.quotes import (
    Basket,
    Claim,
    Flag,
    Fulfilment,
    FulfilmentChoice,
    Item,
    LineRequest,
    Offer,
    Quote,
    QuotedLine,
    read_token,
)
from orders.services import quoting
from orders.so_far import SoFar

NOON = dt.datetime(2026, 12, 1, 4, tzinfo=dt.UTC)


def item(list_price_fen: int, quantity: int = 1, *, sku_id: int = 1) -> Item:
    return Item(sku_id, f"SKU{sku_id}", "赣南脐橙", "5 斤装", quantity, list_price_fen)


def basket(*items: Item, delivered: bool = False, chosen: str = "", choices: Mapping[str, str] | None = None) -> Basket:
    return Basket(
        buyer_id=1,
        merchant_id=1,
        source_kind="shop",
        source_code="S",
        items=items,
        fulfilment=Fulfilment(address_id=7 if delivered else None, chosen=chosen),
        pay_minutes=15,
        pay_until=NOON + dt.timedelta(days=1),
        facts={"freight_fen": 600},
        choices=choices or {},
    )


Install = Callable[..., None]


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Install:
    """Only these rules, in this order, with these exclusions."""

    def install(excluding: Mapping[str, set[str]] | None = None, **rules: PriceRule) -> None:
        for name, rule in rules.items():
            monkeypatch.setitem(price_rules._entries, name, rule)
        settings.PRICE_RULES = list(rules)
        settings.PRICE_EXCLUSIONS = dict(excluding or {})
        monkeypatch.setattr(placing_checks, "_entries", {})
        monkeypatch.setattr(facts_readers, "_entries", {})

    return install


def unit_price(price_fen: int, code: str = "member_price", only: Sequence[int] | None = None) -> PriceRule:
    """Every open item, or some, at this price."""

    def rule(so_far: SoFar) -> RuleAnswer:
        indexes = [index for index in so_far.open_items if only is None or index in only]
        lines = [
            QuotedLine(code, (price_fen - so_far.unit_prices[index]) * so_far.items[index].quantity, index)
            for index in indexes
        ]
        return RuleAnswer(lines=lines, unit_prices=dict.fromkeys(indexes, price_fen))

    return rule


def off(amount_fen: int, code: str = "coupon", funder: str = "merchant") -> PriceRule:
    """So much off everything that is open."""
    return lambda so_far: RuleAnswer(lines=so_far.taken_off(amount_fen, code=code, funder=funder))


def amounts(quote: Quote) -> list[tuple[str, int | None, int]]:
    return [(line.code, line.item, line.amount_fen) for line in quote.price_lines]


def test_without_rules_goods_cost_their_list_price(install: Install) -> None:
    install()
    quote = pricing.quote(basket(item(2990, 2), item(1000)), now=NOON)
    assert amounts(quote) == [("list_price", 0, 5980), ("list_price", 1, 1000)]
    assert (quote.goods_fen, quote.freight_fen, quote.payable_fen) == (6980, 0, 6980)
    assert [one.paid_fen for one in quote.items] == [5980, 1000]


def test_rules_speak_one_after_the_other_on_what_is_left(install: Install) -> None:
    """G13: the member's price first, then ¥10.00 off what that left."""
    install(member_price=unit_price(2500), coupon=off(1000))
    quote = pricing.quote(basket(item(2990, 2)), now=NOON)
    assert amounts(quote) == [("list_price", 0, 5980), ("member_price", 0, -980), ("coupon", 0, -1000)]
    assert quote.items[0].unit_price_fen == 2500
    assert quote.payable_fen == 4000


@pytest.mark.parametrize(
    ("prices", "amount_fen", "parts"),
    [
        ((1000, 1000, 1000), 100, [34, 33, 33]),  # a tie goes to the earlier one
        ((999, 1), 500, [500, 0]),  # 499.5 and 0.5: the earlier has the larger claim to the odd fen
        ((100, 200, 700), 10, [1, 2, 7]),
        ((3, 3), 5, [3, 2]),
        ((5, 5), 99, [5, 5]),  # never more than there is
        ((0, 700), 300, [0, 300]),  # nothing can be taken off nothing
        ((5, 5), 0, [0, 0]),
    ],
)
def test_a_discount_is_split_by_largest_remainder(
    install: Install, prices: Sequence[int], amount_fen: int, parts: list[int]
) -> None:
    install(coupon=off(amount_fen))
    quote = pricing.quote(basket(*(item(price) for price in prices)), now=NOON)
    assert [price - one.paid_fen for price, one in zip(prices, quote.items, strict=True)] == parts
    assert all(line.amount_fen for line in quote.price_lines if line.code == "coupon"), "no line says nothing"


def test_what_excludes_what_is_data(install: Install) -> None:
    """G13: the item at the early bird's price is closed to the coupon; the other one bears all of it."""
    early = unit_price(2000, "early_bird", only=[0])
    install({"coupon": {"early_bird"}}, early_bird=early, coupon=off(700))
    quote = pricing.quote(basket(item(2990), item(1000)), now=NOON)
    assert [one.paid_fen for one in quote.items] == [2000, 300]
    install({}, early_bird=early, coupon=off(700))
    quote = pricing.quote(basket(item(2990), item(1000)), now=NOON)
    assert [one.paid_fen for one in quote.items] == [1533, 767]


def test_a_gift_is_shown_at_its_worth_and_costs_nothing(install: Install) -> None:
    """G2: the gift takes its claim, no rule after it touches it, and the order is as dear as without it."""
    given = Gift(item(990, 2, sku_id=9), claims=(Claim("allotment", "77", 2),), detail={"name": "满赠"})
    install(promotion=lambda so_far: RuleAnswer(gifts=[given]), coupon=off(5000))
    quote = pricing.quote(basket(item(2990)), now=NOON)
    assert amounts(quote) == [
        ("list_price", 0, 2990),
        ("list_price", 1, 1980),
        ("gift", 1, -1980),
        ("coupon", 0, -2990),
    ]
    gift = quote.items[1]
    assert (gift.is_gift, gift.unit_price_fen, gift.paid_fen) == (True, 0, 0)
    assert quote.claims == (Claim("allotment", "77", 2),)
    assert quote.payable_fen == 0


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (lambda so_far: RuleAnswer(lines=[QuotedLine("x", -3000, 0)]), "took more than there was"),
        (lambda so_far: RuleAnswer(lines=[QuotedLine("x", -1, None)]), "took more than there was"),
        (lambda so_far: RuleAnswer(lines=[QuotedLine("x", -1, 5)]), "touched an item"),
        (lambda so_far: RuleAnswer(unit_prices={1: 5}), "touched an item"),
    ],
)
def test_a_rule_that_breaks_the_law_is_a_bug(install: Install, rule: PriceRule, said: str) -> None:
    install(broken=rule)
    with pytest.raises(ValueError, match=said):
        pricing.quote(basket(item(2990)), now=NOON)


@pytest.mark.django_db
def test_facts_are_read_once_and_lie_under_their_readers_name(
    install: Install, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    """What was seen reaches its reader; who wants to know more is answered by one query, and the others are spared."""
    install(coupon=lambda so_far: off(so_far.basket.facts["coupons"])(so_far))
    asked: list[tuple[Mapping[str, Any], Mapping[str, str]]] = []

    def read(found: Mapping[str, Any], asking: Basket, now: dt.datetime) -> int:
        asked.append((found, asking.choices))
        return int(found.get("off", 0))

    def columns() -> dict[str, Combinable]:
        return {"off": Value(250), "buyer": BUYER, "at": NOW}

    wanted = FactsReader(read, columns=columns, asks=lambda seen, _basket, _now: seen["held"])
    for name in ("coupons", "other"):
        monkeypatch.setitem(facts_readers._entries, name, wanted)
    seen = {"code": "C", "coupons.held": True, "other.held": False}
    with django_assert_num_queries(1):
        quote = quoting.quote(basket(item(2990), choices={"coupon": "C"}), seen=seen, now=NOON)
    assert quote.payable_fen == 2740
    whole = {"held": True, "off": 250, "buyer": 1, "at": NOON}
    assert asked == [(whole, {"coupon": "C"}), ({"held": False}, {"coupon": "C"})]


def test_checks_deny_or_flag_before_anything_is_priced(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    """I4: a flag travels with the quote; a denial stops it with its reason."""

    def answering(assessment: Assessment) -> Callable[[Basket], Assessment]:
        return lambda asking: assessment

    install()
    monkeypatch.setitem(placing_checks._entries, "calm", answering(ALLOWED))
    monkeypatch.setitem(placing_checks._entries, "odd", answering(flagged("看一眼", orders=9)))
    quote = pricing.quote(basket(item(2990)), now=NOON)
    assert quote.flags == (Flag("odd", "看一眼", {"orders": 9}),)
    assert read_token(quote.token, now=NOON).flags == quote.flags
    monkeypatch.setitem(placing_checks._entries, "strict", answering(denied("这一单不能下，请联系客服")))
    with pytest.raises(PlacingDenied, match="请联系客服"):
        pricing.quote(basket(item(2990)), now=NOON)


def test_offers_are_for_the_buyers_eyes_and_stay_out_of_the_token(install: Install) -> None:
    offer = Offer("coupon", "C1", "满 50 减 10", reason="还差 ¥20.10")
    install(coupon=lambda so_far: RuleAnswer(offers=[offer]))
    quote = pricing.quote(basket(item(2990)), now=NOON)
    assert quote.offers == (offer,)
    assert read_token(quote.token, now=NOON).offers == ()


@pytest.mark.parametrize(
    ("choices", "answers"),
    [({"coupon": "C1"}, True), ({"coupon": "C1", "points": ""}, True), ({"coupon": "C2"}, False), ({}, False)],
)
def test_a_quote_answers_the_choices_it_was_asked_with(
    install: Install, choices: dict[str, str], answers: bool
) -> None:
    """What was chosen is part of what was quoted; an empty answer is no choice, and a gift was never asked for."""
    install(promotion=lambda so_far: RuleAnswer(gifts=[Gift(item(990, sku_id=9))]))
    asked = basket(item(2990), choices={"coupon": "C1"}, chosen="P1")
    quote = read_token(pricing.quote(asked, now=NOON).token, now=NOON)
    assert quote.asks_for([LineRequest("SKU1", 1)], FulfilmentChoice(pickup_point="P1"), choices) is answers


rule_parts = st.lists(
    st.one_of(
        st.tuples(st.just("unit"), st.integers(0, 3000)),
        st.tuples(st.just("off"), st.integers(0, 9000)),
        st.tuples(st.just("gift"), st.integers(0, 2000)),
    ),
    max_size=5,
)
wanted = st.lists(st.tuples(st.integers(1, 5000), st.integers(1, 9)), min_size=1, max_size=4)


def lower(price_fen: int) -> PriceRule:
    """A rule that lowers prices, and raises none."""

    def rule(so_far: SoFar) -> RuleAnswer:
        indexes = [index for index in so_far.open_items if so_far.unit_prices[index] > price_fen]
        indexes = [index for index in indexes if so_far.left_fen(index) >= _off(so_far, index, price_fen)]
        lines = [QuotedLine("lower", -_off(so_far, index, price_fen), index) for index in indexes]
        return RuleAnswer(lines=lines, unit_prices=dict.fromkeys(indexes, price_fen))

    return rule


def _off(so_far: SoFar, index: int, price_fen: int) -> int:
    return (so_far.unit_prices[index] - price_fen) * so_far.items[index].quantity


def ruled(parts: Sequence[tuple[str, int]]) -> dict[str, PriceRule]:
    rules: dict[str, PriceRule] = {}
    for number, (kind, fen) in enumerate(parts):
        gift = Gift(item(fen, sku_id=90 + number))
        given: PriceRule = lambda so_far, gift=gift: RuleAnswer(gifts=[gift])  # noqa: E731
        rules[f"{kind}{number}"] = {"unit": lower(fen), "off": off(fen, f"off{number}"), "gift": given}[kind]
    return rules | {"freight": price_rules["freight"]}


@given(items=wanted, parts=rule_parts, delivered=st.booleans())
def test_every_quote_adds_up(items: list[tuple[int, int]], parts: list[tuple[str, int]], delivered: bool) -> None:
    """G13: whatever the rules: never negative, lines and items add up, the same again, and refunding every line
    refunds exactly what was paid."""
    with pytest.MonkeyPatch.context() as patch:
        rules = ruled(parts)
        patch.setattr(price_rules, "_entries", rules)
        patch.setattr(placing_checks, "_entries", {})
        patch.setattr(pricing, "settings", _Settings(list(rules)))
        asked = basket(*(item(price, pieces) for price, pieces in items), delivered=delivered)
        quote, again = pricing.quote(asked, now=NOON), pricing.quote(asked, now=NOON)
    assert quote == again
    assert sum(line.amount_fen for line in quote.price_lines) == quote.payable_fen
    for index, one in enumerate(quote.items):
        assert one.paid_fen == sum(line.amount_fen for line in quote.price_lines if line.item == index) >= 0
    assert quote.freight_fen == (600 if delivered else 0)
    assert sum(one.paid_fen for one in quote.items) + quote.freight_fen == quote.payable_fen
    assert all(one.paid_fen == one.unit_price_fen == 0 for one in quote.items if one.is_gift)


class _Settings:
    """What the engine reads of the settings; Hypothesis gives a test one settings fixture for all its examples."""

    PRICE_EXCLUSIONS: Mapping[str, set[str]] = {}

    def __init__(self, rules: list[str]) -> None:
        self.PRICE_RULES = rules
