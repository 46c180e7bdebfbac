"""The rules 1 to 6 and 9 to 11 as tables, and what must hold for every ladder there can be."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.pricing import (
    Counts,
    Decision,
    SkuTerms,
    Terms,
    decide,
    difference,
    early_bird_open,
    final_unit_price,
    is_full,
    reached_tier,
    tier_price,
)
from campaigns.states import Basis, CampaignStatus, CloseReason, WhenMissed

THRESHOLDS = (3, 5, 10)
PRICES_FEN = (2990, 2690, 2390)
NOON = dt.datetime(2026, 11, 20, 4, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def make_sku_terms(**changes: Any) -> SkuTerms:
    fields: dict[str, Any] = {
        "sku_id": 1,
        "sku_code": "APPLES",
        "allotment_id": 1,
        "product_name": "红富士苹果",
        "specification": "5 斤装",
        "unit": "箱",
        "quantity": 50,
        "list_price_fen": 3990,
        "prices_fen": PRICES_FEN,
        "early_bird_price_fen": None,
        "no_reason_return": False,
        "return_days": 0,
    }
    return SkuTerms(**fields | changes)


def make_terms(**changes: Any) -> Terms:
    fields: dict[str, Any] = {
        "campaign_id": 1,
        "version": 1,
        "code": "APPLES",
        "merchant_id": 1,
        "basis": Basis.PIECES,
        "minimum": 3,
        "thresholds": THRESHOLDS,
        "skus": (make_sku_terms(),),
        "points": (),
        "max_participants": None,
        "limit_per_person": None,
        "early_bird_orders": None,
        "early_bird_until": None,
        "opens_at": NOON,
        "closes_at": NOON + 24 * HOUR,
        "payment_minutes": 15,
        "leaving_allowed": True,
        "settle_when_full": True,
        "when_missed": WhenMissed.REFUND,
        "extend_hours": None,
        "delivers": False,
        "freight_fen": 0,
        "free_freight_from_fen": None,
    }
    return Terms(**fields | changes)


@pytest.mark.parametrize(
    ("basis", "counted"), [(Basis.PARTICIPANTS, 4), (Basis.PIECES, 9)], ids=["participants", "pieces"]
)
def test_the_ladder_goes_by_one_of_two_counts(basis: str, counted: int) -> None:
    """Rule 1: four neighbours bought nine pieces."""
    assert Counts(participants=4, pieces=9).by(basis) == counted


@pytest.mark.parametrize(
    ("count", "reached", "price_fen"),
    [
        (0, None, 2990),
        (2, None, 2990),
        (3, 0, 2990),
        (4, 0, 2990),
        (5, 1, 2690),
        (9, 1, 2690),
        (10, 2, 2390),
        (1_000_000, 2, 2390),
    ],
)
def test_a_step_is_reached_at_its_threshold_and_not_one_before(count: int, reached: int | None, price_fen: int) -> None:
    """C15, rules 1 and 2: below the lowest step one pays the lowest step's price."""
    assert reached_tier(THRESHOLDS, count) == reached
    assert tier_price(PRICES_FEN, THRESHOLDS, count) == price_fen


def test_the_lowest_step_may_be_one() -> None:
    """Rule 1."""
    assert (reached_tier((1, 5), 0), reached_tier((1, 5), 1)) == (None, 0)
    assert tier_price((2990, 2690), (1, 5), 0) == 2990


@pytest.mark.parametrize(
    ("paid_fen", "tier_fen", "final_fen"),
    [(2990, 2390, 2390), (2390, 2390, 2390), (2390, 2990, 2390), (1990, 2390, 1990)],
    ids=["falls", "stays", "leavers lose a step and nobody pays more", "early bird below the last step"],
)
def test_nobody_ever_pays_more_than_they_paid(paid_fen: int, tier_fen: int, final_fen: int) -> None:
    """C1, rules 3 and 5."""
    assert final_unit_price(paid_fen, tier_fen) == final_fen


@pytest.mark.parametrize(
    ("paid_fen", "final_fen", "quantity", "left_fen", "back_fen"),
    [
        (2990, 2690, 2, 5980, 600),
        (2990, 2990, 2, 5980, 0),
        (2990, 2390, 3, 8970, 1800),
        (2990, 2390, 3, 500, 500),
        (2990, 2390, 3, 0, 0),
    ],
    ids=["two pieces", "nothing fell", "three pieces", "a coupon paid most of the line", "all went back before"],
)
def test_the_difference_is_exact_and_bounded_by_what_is_left(
    paid_fen: int, final_fen: int, quantity: int, left_fen: int, back_fen: int
) -> None:
    """C1, rule 4."""
    assert difference(paid_fen, final_fen, quantity, left_fen) == back_fen


@pytest.mark.parametrize(
    ("slots", "until", "taken", "at", "is_open"),
    [
        (None, None, 0, NOON, False),
        (2, None, 0, NOON, True),
        (2, None, 1, NOON, True),
        (2, None, 2, NOON, False),
        (None, NOON + HOUR, 999, NOON, True),
        (None, NOON + HOUR, 0, NOON + HOUR, False),
        (2, NOON + HOUR, 1, NOON, True),
        (2, NOON + HOUR, 2, NOON, False),
        (2, NOON + HOUR, 1, NOON + HOUR, False),
    ],
)
def test_early_birds_are_the_first_or_the_quick(
    slots: int | None, until: dt.datetime | None, taken: int, at: dt.datetime, is_open: bool
) -> None:
    """Rule 5: the first N orders, or until T; both must hold where both are given."""
    terms = make_terms(early_bird_orders=slots, early_bird_until=until)
    assert early_bird_open(terms, early_birds=taken, now=at) is is_open


@pytest.mark.parametrize(
    ("most", "participants", "pieces", "full"),
    [
        (None, 49, 49, False),
        (None, 1, 50, True),
        (10, 9, 30, False),
        (10, 10, 10, True),
        (10, 3, 50, True),
    ],
    ids=["a piece left", "one bought all pieces", "a place left", "every place", "pieces gone before places"],
)
def test_full_is_every_place_or_every_piece(most: int | None, participants: int, pieces: int, full: bool) -> None:
    """Rules 9 and 15: over all SKUs together."""
    two = (make_sku_terms(quantity=20), make_sku_terms(sku_id=2, quantity=30))
    assert is_full(make_terms(max_participants=most, skus=two), Counts(participants, pieces)) is full


SUCCEEDED, FAILED = CampaignStatus.SUCCEEDED, CampaignStatus.FAILED
DEADLINE, FULL, MERCHANT = CloseReason.DEADLINE, CloseReason.FULL, CloseReason.MERCHANT


@pytest.mark.parametrize(
    ("changes", "counts", "reason", "extended", "decision"),
    [
        ({}, Counts(1, 3), DEADLINE, False, Decision(SUCCEEDED, tier=0)),
        ({}, Counts(1, 12), DEADLINE, False, Decision(SUCCEEDED, tier=2)),
        ({}, Counts(12, 2), DEADLINE, False, Decision(FAILED)),
        ({"basis": Basis.PARTICIPANTS}, Counts(2, 12), DEADLINE, False, Decision(FAILED)),
        ({"basis": Basis.PARTICIPANTS}, Counts(5, 5), DEADLINE, False, Decision(SUCCEEDED, tier=1)),
        ({"minimum": 5}, Counts(1, 4), DEADLINE, False, Decision(FAILED)),
        ({"minimum": 5}, Counts(1, 5), DEADLINE, False, Decision(SUCCEEDED, tier=1)),
        ({}, Counts(9, 50), FULL, False, Decision(SUCCEEDED, tier=2)),
        ({"when_missed": WhenMissed.EXTEND}, Counts(1, 2), DEADLINE, False, Decision(CampaignStatus.OPEN)),
        ({"when_missed": WhenMissed.EXTEND}, Counts(0, 0), DEADLINE, False, Decision(CampaignStatus.OPEN)),
        ({"when_missed": WhenMissed.EXTEND}, Counts(1, 2), DEADLINE, True, Decision(FAILED)),
        ({"when_missed": WhenMissed.EXTEND}, Counts(1, 3), DEADLINE, True, Decision(SUCCEEDED, tier=0)),
        ({"when_missed": WhenMissed.SUBSIDY}, Counts(1, 2), DEADLINE, False, Decision(SUCCEEDED, 0, subsidised=True)),
        ({"when_missed": WhenMissed.SUBSIDY}, Counts(0, 0), DEADLINE, False, Decision(FAILED)),
        ({"when_missed": WhenMissed.SUBSIDY}, Counts(1, 5), DEADLINE, False, Decision(SUCCEEDED, tier=1)),
        ({}, Counts(20, 50), MERCHANT, False, Decision(CampaignStatus.CANCELLED)),
        ({"when_missed": WhenMissed.SUBSIDY}, Counts(1, 2), MERCHANT, False, Decision(CampaignStatus.CANCELLED)),
        ({"when_missed": WhenMissed.EXTEND}, Counts(1, 2), MERCHANT, False, Decision(CampaignStatus.CANCELLED)),
    ],
)
def test_how_it_ends(changes: dict[str, Any], counts: Counts, reason: str, extended: bool, decision: Decision) -> None:
    """C6 C14, rules 3, 6, 9, 10, 11 and 18: below the minimum it is missed, whatever the steps say."""
    assert decide(make_terms(**changes), counts, close_reason=reason, extended=extended) == decision


# Every ladder there can be: rising thresholds, falling prices, an early-bird price below the first.
ladders = st.integers(2, 6).flatmap(
    lambda steps: st.tuples(
        st.lists(st.integers(1, 300), min_size=steps, max_size=steps, unique=True).map(sorted),
        st.lists(st.integers(2, 100_000), min_size=steps, max_size=steps, unique=True).map(
            lambda prices: sorted(prices, reverse=True)
        ),
    )
)
counts_of_people = st.integers(0, 400)


@given(ladders, counts_of_people, st.integers(1, 20))
def test_one_more_never_costs_anybody_more(ladder: tuple[list[int], list[int]], count: int, more: int) -> None:
    """Rules 1 and 2: the price falls with the count and stays on the ladder."""
    thresholds, prices_fen = ladder
    before = tier_price(prices_fen, thresholds, count)
    after = tier_price(prices_fen, thresholds, count + more)
    assert prices_fen[-1] <= after <= before <= prices_fen[0]


@given(st.integers(1, 100_000), st.integers(1, 100_000), st.integers(1, 99), st.integers(0, 10_000_000))
def test_a_difference_is_never_negative_and_never_more_than_is_left(
    paid_fen: int, tier_fen: int, quantity: int, left_fen: int
) -> None:
    """Rules 3 and 4."""
    final_fen = final_unit_price(paid_fen, tier_fen)
    back_fen = difference(paid_fen, final_fen, quantity, left_fen)
    assert final_fen <= paid_fen
    assert 0 <= back_fen <= min(left_fen, paid_fen * quantity)
    if left_fen >= (paid_fen - final_fen) * quantity:
        assert paid_fen * quantity - back_fen == final_fen * quantity


@st.composite
def stories(draw: st.DrawFn) -> tuple[Terms, list[list[tuple[int, int]]]]:
    """A campaign of one to three SKUs, and the orders that come one after another: (SKU index, pieces) lines."""
    thresholds, prices_fen = draw(ladders)
    skus = []
    for index in range(draw(st.integers(1, 3))):
        falling = tuple(price + index * 7 for price in prices_fen)
        early_fen = draw(st.integers(1, falling[0] - 1))
        skus.append(make_sku_terms(sku_id=index, prices_fen=falling, early_bird_price_fen=early_fen, quantity=10_000))
    terms = make_terms(
        basis=draw(st.sampled_from(Basis.values)),
        thresholds=tuple(thresholds),
        minimum=thresholds[0],
        skus=tuple(skus),
        early_bird_orders=draw(st.one_of(st.none(), st.integers(1, 5))),
    )
    line = st.tuples(st.integers(0, len(skus) - 1), st.integers(1, 9))
    order = st.lists(line, min_size=1, max_size=len(skus), unique_by=lambda pair: pair[0])
    return terms, draw(st.lists(order, min_size=1, max_size=30))


@settings(max_examples=300)
@given(stories())
def test_after_any_story_the_books_close_to_the_fen(story: tuple[Terms, list[list[tuple[int, int]]]]) -> None:
    """C1, rules 2 to 5: everybody ends at the lower of what they paid and the last step, and Σ paid − Σ refunds is
    exactly what the pieces cost in the end."""
    terms, orders = story
    counts = Counts(0, 0)
    paid: list[tuple[int, int, int]] = []
    for number, order in enumerate(orders):
        is_early = early_bird_open(terms, early_birds=number, now=NOON)
        count = counts.by(terms.basis)
        for index, quantity in order:
            sku = terms.skus[index]
            unit_fen = tier_price(sku.prices_fen, terms.thresholds, count)
            if is_early:
                unit_fen = min(unit_fen, sku.early_bird_price_fen or unit_fen)
            paid.append((index, unit_fen, quantity))
        counts = Counts(counts.participants + 1, counts.pieces + sum(quantity for _index, quantity in order))
    outcome = decide(terms, counts, close_reason=DEADLINE, extended=False)
    if outcome.status == FAILED:
        assert counts.by(terms.basis) < terms.minimum
        return

    assert outcome.tier is not None
    refunds_fen = 0
    revenue_fen = 0
    for index, unit_fen, quantity in paid:
        final_fen = final_unit_price(unit_fen, terms.skus[index].prices_fen[outcome.tier])
        refunds_fen += difference(unit_fen, final_fen, quantity, unit_fen * quantity)
        revenue_fen += final_fen * quantity
        assert final_fen <= terms.skus[index].prices_fen[outcome.tier]
    assert sum(unit_fen * quantity for _index, unit_fen, quantity in paid) - refunds_fen == revenue_fen
