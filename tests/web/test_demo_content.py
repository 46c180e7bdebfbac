"""What the demo is made of, without a database."""

import datetime as dt
import io

import pytest
from PIL import Image

from common.money import parse_yuan
from web.demo.history import past_campaigns
from web.demo.neighbourhood import HOMES
from web.demo.pictures import catalogue
from web.demo.reading import instant, read, span, span_of

NOW = dt.datetime(2026, 3, 8, 12, 17, 42, tzinfo=dt.UTC)
EVERY_CAMPAIGN = [*read("campaigns")["campaigns"], *past_campaigns(days=90, now=NOW)]


def test_spans_are_read_as_people_write_them() -> None:
    assert span("-2d4h") == -dt.timedelta(days=2, hours=4)
    assert span("+3m") == dt.timedelta(minutes=3)
    assert span("+1h42m") == dt.timedelta(hours=1, minutes=42)


def test_spans_are_written_as_they_are_read() -> None:
    for length in (dt.timedelta(days=3, hours=5, minutes=59), -dt.timedelta(days=87, minutes=1)):
        assert span(span_of(length)) == length


def test_what_is_no_span_is_named() -> None:
    with pytest.raises(ValueError, match="tomorrow"):
        span("tomorrow")


def test_what_is_near_stands_to_the_second_and_the_rest_on_half_hours() -> None:
    assert instant("+3m", now=NOW) == NOW + dt.timedelta(minutes=3)
    assert instant("-2d", now=NOW) == dt.datetime(2026, 3, 6, 12, 0, tzinfo=dt.UTC)
    assert instant("+1d2h", now=NOW) == dt.datetime(2026, 3, 9, 14, 0, tzinfo=dt.UTC)


def test_every_product_has_two_pictures_to_be_taken() -> None:
    assert {goods["shot"] for goods in read("goods")["products"]} == set(catalogue.SHOTS)
    assert all(len(shots) == 2 for shots in catalogue.SHOTS.values())


def test_there_are_forty_goods_and_none_is_sold_below_its_cost() -> None:
    goods = read("goods")["products"]
    assert len({one["name"] for one in goods}) == 40
    costs = {(one["shot"], sku["specification"]): parse_yuan(sku["cost"]) for one in goods for sku in one["skus"]}
    for campaign in EVERY_CAMPAIGN:
        for offer in campaign["skus"]:
            prices = [parse_yuan(price) for price in offer["prices"]]
            assert prices == sorted(set(prices), reverse=True)
            assert prices[-1] > costs[offer["shot"], offer["specification"]]
            assert len(prices) == len(campaign["thresholds"])


def test_every_campaign_offers_goods_of_its_own_shop() -> None:
    sold = {(goods["shop"], goods["shot"]): goods for goods in read("goods")["products"]}
    for campaign in EVERY_CAMPAIGN:
        for offer in campaign["skus"]:
            specifications = [sku["specification"] for sku in sold[campaign["shop"], offer["shot"]]["skus"]]
            assert offer["specification"] in specifications


def test_ninety_days_of_history_have_a_hundred_campaigns_at_most_and_grow_week_by_week() -> None:
    past = past_campaigns(days=90, now=NOW)
    assert 50 <= len(past) <= 100
    assert len({campaign["key"] for campaign in past}) == len(past)
    opened = [span(campaign["opens"]) for campaign in past]
    assert opened == sorted(opened)
    half = -dt.timedelta(days=45)
    assert sum(length > half for length in opened) > sum(length <= half for length in opened)
    assert all(span(campaign["closes"]) < span(campaign["ready"]) < dt.timedelta() for campaign in past)
    assert past == past_campaigns(days=90, now=NOW)


def test_a_short_history_is_the_shorter() -> None:
    assert past_campaigns(days=0, now=NOW) == []
    assert len(past_campaigns(days=7, now=NOW)) < 4


def test_whatever_day_it_is_the_campaigns_that_are_told_can_be_told_from_those_of_the_history() -> None:
    """A shop may sell the same goods under the same title again; the words below it are other words.

    The history knows the weekday and the hour only, so a week of hours is every start there is.
    """
    told = {(campaign["title"], campaign["description"]) for campaign in read("campaigns")["campaigns"]}
    assert len(told) == len(read("campaigns")["campaigns"])
    lengths = set()
    for hour in range(7 * 24):
        past = past_campaigns(days=7, now=NOW + dt.timedelta(hours=hour))
        lengths.add(len(past))
        assert told.isdisjoint((campaign["title"], campaign["description"]) for campaign in past)
    assert max(lengths) == 3
    long_past = past_campaigns(days=90, now=NOW)
    assert {campaign["title"] for campaign in long_past} & {title for title, _words in told}
    assert told.isdisjoint((campaign["title"], campaign["description"]) for campaign in long_past)


def test_communities_are_served_by_points_there_are() -> None:
    shops, communities = read("shops"), read("communities")["communities"]
    points = {point["key"] for shop in shops.values() for point in shop.get("points", ())}
    assert points == {point for community in communities for point in community["points"]}
    assert set(HOMES.values()) <= {community["key"] for community in communities}
    assert set(HOMES) <= set(read("people"))


def test_people_speak_of_goods_there_are() -> None:
    voices = read("voices")
    assert set(voices["reviews"]) == set(catalogue.SHOTS)
    assert set(voices["questions"]) <= set(catalogue.SHOTS)
    assert {shot for shot, _text in voices["imported"]["rows"]} <= set(catalogue.SHOTS)
    assert all(1 <= review["stars"] <= 5 for reviews in voices["reviews"].values() for review in reviews)


def test_the_same_picture_is_drawn_every_time() -> None:
    shot = catalogue.SHOTS["honey"][1]
    catalogue._cut_out(["honey"])
    drawn = catalogue._shoot(shot, seed="honey 1")
    assert catalogue._shoot(shot, seed="honey 1") == drawn
    assert Image.open(io.BytesIO(drawn)).size == (900, 900)
