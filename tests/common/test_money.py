"""Money is fen: splits lose nothing, the one rounding is half up, and what people type is read or refused."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.money import NotAnAmount, format_yuan, parse_yuan, share, split

fen = st.integers(min_value=0, max_value=10**12)
weights = st.lists(st.integers(min_value=0, max_value=10**9), min_size=1, max_size=30)


@given(fen, weights)
def test_the_parts_add_up_to_the_total(total, weights):
    assert sum(split(total, weights)) == total


@given(fen, weights.filter(any))
def test_no_part_is_a_fen_further_from_its_exact_share(total, weights):
    for part, weight in zip(split(total, weights), weights, strict=True):
        assert abs(part * sum(weights) - total * weight) < sum(weights)


@given(fen, weights.filter(any))
def test_who_weighs_nothing_gets_nothing(total, weights):
    assert all(part == 0 for part, weight in zip(split(total, weights), weights, strict=True) if weight == 0)


@given(fen, weights)
def test_who_weighs_more_never_gets_less(total, weights):
    by_weight = sorted(zip(weights, split(total, weights), strict=True))
    assert all(lighter[1] <= heavier[1] for lighter, heavier in pairwise(by_weight) if lighter[0] < heavier[0])


def test_a_tie_goes_to_the_earlier_part():
    assert split(100, [1, 1, 1]) == [34, 33, 33]
    assert split(1, [5, 5]) == [1, 0]


def test_no_weight_at_all_means_equal_parts():
    assert split(5, [0, 0]) == [3, 2]
    assert split(5, []) == []


@given(st.integers(min_value=-(10**12), max_value=10**12), st.integers(min_value=0, max_value=10_000))
def test_a_share_is_at_most_half_a_fen_off(amount, rate):
    assert abs(share(amount, rate) * 10_000 - amount * rate) <= 5_000


def test_a_share_is_rounded_half_up():
    assert share(50, 100) == 1
    assert share(49, 100) == 0
    assert share(150, 100) == 2


@given(st.integers(min_value=0, max_value=9_999_999_999))
def test_what_is_shown_can_be_typed_again(amount):
    assert parse_yuan(format_yuan(amount)) == amount


@pytest.mark.parametrize(
    ("text", "amount"),
    [("29.9", 2990), ("29.90", 2990), ("0.01", 1), (" ¥1,742.90 ", 174290), ("￥5", 500), ("12,345", 1_234_500)],
)
def test_amounts_as_people_type_them(text, amount):
    assert parse_yuan(text) == amount


@pytest.mark.parametrize("text", ["", "abc", "-1", "1.999", "1,5", "29，9", "1e3", "٣", "NaN", "123456789", "1\n2"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(NotAnAmount):
        parse_yuan(text)


def test_a_deduction_carries_a_minus_sign():
    assert format_yuan(-600) == "−¥6.00"
