"""What the demo is made of, without a database."""

import datetime as dt

import pytest

from web.demo.pictures import catalogue
from web.demo.reading import instant, read, span

NOW = dt.datetime(2026, 3, 8, 12, 17, 42, tzinfo=dt.UTC)


def test_spans_are_read_as_people_write_them() -> None:
    assert span("-2d4h") == -dt.timedelta(days=2, hours=4)
    assert span("+3m") == dt.timedelta(minutes=3)
    assert span("+1h42m") == dt.timedelta(hours=1, minutes=42)


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


def test_every_campaign_offers_goods_of_its_own_shop() -> None:
    sold = {(goods["shop"], goods["shot"]): goods for goods in read("goods")["products"]}
    for campaign in read("campaigns")["campaigns"]:
        for offer in campaign["skus"]:
            specifications = [sku["specification"] for sku in sold[campaign["shop"], offer["shot"]]["skus"]]
            assert offer["specification"] in specifications


def test_the_same_picture_is_drawn_every_time() -> None:
    shot = catalogue.SHOTS["honey"][1]
    catalogue._cut_out(["honey"])
    assert catalogue._shoot(shot, seed="honey 1") == catalogue._shoot(shot, seed="honey 1")
