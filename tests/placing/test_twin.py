"""Placing in one call writes what its twin in plain Python writes, and refuses what it refuses."""

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from campaigns.models import Campaign, CampaignProgress, Participant
from campaigns.sources import EARLY_BIRD, PERSON, PLACE, SOURCE
from catalog.models import Allotment, Stock
from common.errors import Refusal
from marketing.models import Coupon, PromotionStep
from marketing.promoting import CLAIM as PROMOTION
from marketing.sources import CLAIM as COUPON
from orders.claims import ALLOTMENT
from orders.models import Order, OrderLine
from orders.quotes import Claim, Flag, Fulfilment, Item, Quote, QuotedLine
from orders.services.placing import place_order
from tests.factories.accounts import make_merchant, make_user
from tests.factories.campaigns import make_open
from tests.factories.catalog import make_sku
from tests.factories.marketing import give_coupon, make_promotion, make_template
from tests.placing import twin

TABLES = (
    "orders_order",
    "orders_orderline",
    "orders_priceline",
    "orders_orderclaim",
    "orders_hold",
    "common_transition",
    "common_outboxevent",
    "catalog_allotment",
    "catalog_stockmovement",
    "catalog_stock",
    "catalog_product",
    "campaigns_campaignorder",
    "campaigns_participant",
    "campaigns_campaignprogress",
    "marketing_coupon",
    "marketing_promotionuse",
)
# What the database gives: different each time it is asked.
GIVEN = {"id", "number", "published_at"}
# Tables whose key is another row's, or that are only changed.
KEEPS_KEY = {"catalog_allotment", "marketing_coupon"}


@dataclass(frozen=True)
class World:
    campaign: Campaign
    allotments: list[Allotment]
    alice: User
    coupon: Coupon
    bobs_coupon: Coupon
    step: PromotionStep
    now: dt.datetime


@pytest.fixture
def world(db: None) -> World:
    """Two kinds of fruit in a campaign that has everything: limit, places, early birds; coupons and a promotion."""
    now = timezone.now()
    merchant = make_merchant(now=now)
    goods = [make_sku(merchant, stock=6), make_sku(merchant, stock=50)]
    campaign = make_open(
        merchant,
        now=now,
        skus=goods,
        quantity=6,
        limit_per_person=9,
        max_participants=2,
        early_bird_orders=1,
        early_bird_price_fen=1990,
    )
    make_promotion(merchant, now=now)
    alice, bob = make_user(name="Alice"), make_user(name="Bob")
    template = make_template(now=now)
    return World(
        campaign=campaign,
        allotments=list(Allotment.objects.order_by("pk")),
        alice=alice,
        coupon=give_coupon(alice, template, now=now),
        bobs_coupon=give_coupon(bob, template, now=now),
        step=PromotionStep.objects.order_by("pk")[0],
        now=now,
    )


@st.composite
def wishes(draw: st.DrawFn) -> dict[str, Any]:
    """What an order asks for, and how the world stands when it comes."""
    return {
        "quantities": draw(st.lists(st.integers(0, 7), min_size=2, max_size=2).filter(any)),
        "gift": draw(st.integers(0, 2)),
        "wants": draw(st.sets(st.sampled_from([PLACE, EARLY_BIRD, COUPON, PROMOTION]))),
        "whose_coupon": draw(st.sampled_from(["coupon", "bobs_coupon"])),
        "hold": draw(st.booleans()),
        "flags": draw(st.integers(0, 2)),
        "limit": draw(st.sampled_from([None, 3, 9])),
        "bought_before": draw(st.integers(0, 4)),
        "places_taken": draw(st.integers(0, 2)),
        "early_birds": draw(st.integers(0, 1)),
        "alert_at": draw(st.sampled_from([0, 3, 100])),
        "is_open": draw(st.sampled_from([True, True, True, False])),
    }


@given(wish=wishes())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_one_call_does_what_the_twin_does(world: World, wish: dict[str, Any]) -> None:
    """Same quote, same world: the same rows in every table, or the same refusal and not one row."""
    by_call = outcome(world, wish, lambda quote: place_order(quote=quote, now=world.now))
    by_twin = outcome(world, wish, lambda quote: twin.place_order(quote, now=world.now))
    assert difference(by_call, by_twin) == {}


def difference(by_call: Any, by_twin: Any) -> dict[str, Any]:
    """The rows that only one of them wrote, by table: what a person wants to read when they differ."""
    if not isinstance(by_call, dict) or not isinstance(by_twin, dict):
        return {} if by_call == by_twin else {"call": by_call, "twin": by_twin}
    return {table: (by_call[table], by_twin[table]) for table in TABLES if by_call[table] != by_twin[table]}


def outcome(world: World, wish: dict[str, Any], place: Any) -> Any:
    """What the tables hold afterwards, or who said no; the world is then as it was."""
    with transaction.atomic():
        arrange(world, wish)
        before = tables(None)
        try:
            with transaction.atomic():
                order = place(quote_of(world, wish))
        except Refusal as refusal:
            said = (type(refusal).__name__, refusal.params)
            seen: Any = (said, tables(None) == before)
        else:
            seen = tables(order)
        transaction.set_rollback(True)
    return seen


def arrange(world: World, wish: dict[str, Any]) -> None:
    Campaign.objects.update(limit_per_person=wish["limit"])
    CampaignProgress.objects.update(places_taken=wish["places_taken"], early_birds=wish["early_birds"])
    Stock.objects.update(alert_threshold=wish["alert_at"])
    Allotment.objects.filter(pk=world.allotments[1].pk).update(is_open=wish["is_open"])
    if wish["bought_before"]:
        Participant.objects.create(
            campaign=world.campaign,
            user=world.alice,
            live_pieces=wish["bought_before"],
            live_orders=1,
            joined_at=world.now,
        )


def quote_of(world: World, wish: dict[str, Any]) -> Quote:
    bought = [
        (allotment, count) for allotment, count in zip(world.allotments, wish["quantities"], strict=True) if count
    ]
    items = [Item(a.sku_id, a.sku.code, "苹果", "5 斤", n, 500, True, 7, 450, 450 * n) for a, n in bought]
    steps = [QuotedLine("list_price", 500 * n, index, detail={"数": n}) for index, (_a, n) in enumerate(bought)]
    steps += [QuotedLine("campaign_price", -50 * n, index) for index, (_a, n) in enumerate(bought)]
    claims = [Claim(ALLOTMENT, str(allotment.pk), count) for allotment, count in bought]
    pieces = sum(wish["quantities"])
    if wish["gift"] and not wish["quantities"][1]:
        gift = world.allotments[1]
        items.append(Item(gift.sku_id, gift.sku.code, "果酱", "", wish["gift"], 500, is_gift=True))
        claims.append(Claim(ALLOTMENT, str(gift.pk), wish["gift"], is_gift=True))
    campaign = str(world.campaign.pk)
    keys = {PLACE: campaign, EARLY_BIRD: campaign, PROMOTION: str(world.step.pk)}
    keys[COUPON] = str(getattr(world, wish["whose_coupon"]).pk)
    claims = [Claim(PERSON, campaign, pieces), *claims, *(Claim(kind, keys[kind], 1) for kind in sorted(wish["wants"]))]
    return Quote(
        buyer_id=world.alice.pk,
        merchant_id=world.campaign.merchant_id,
        source_kind=SOURCE,
        source_code=world.campaign.code,
        items=tuple(items),
        fulfilment=Fulfilment(world.campaign.pickup_points.get().pk, world.alice.pk, 500, chosen="X"),
        pay_minutes=15,
        pay_until=world.now + dt.timedelta(minutes=10),
        hold="campaign" if wish["hold"] else "",
        claims=tuple(claims),
        price_lines=(*steps, QuotedLine("freight", 600, None, funder="platform")),
        goods_fen=450 * pieces,
        freight_fen=600,
        quoted_at=world.now,
        flags=tuple(Flag("velocity", "快", {"orders": count}) for count in range(wish["flags"])),
    )


def tables(order: Order | None) -> dict[str, list[str]]:
    """Every row of every table, with names instead of what the database gave."""
    names: dict[tuple[str, Any], str] = {}
    if order is not None:
        lines = OrderLine.objects.filter(order=order).order_by("pk").values_list("pk", flat=True)
        names = {("line_id", pk): f"line {index}" for index, pk in enumerate(lines)}
        names |= {("order_id", order.pk): "the order", ("document", order.number): "the order"}
    return {table: sorted(_named(row, table, names) for row in _rows(table)) for table in TABLES}


def _rows(table: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT to_jsonb(row) FROM {table} AS row")
        return [json.loads(row) for (row,) in cursor.fetchall()]


def _named(row: dict[str, Any], table: str, names: dict[tuple[str, Any], str]) -> str:
    hidden = GIVEN - ({"id"} if table in KEEPS_KEY else set())
    if row.get("entity") == "orders.order":
        row["order_id"] = row.pop("object_id")
    row |= row.pop("payload", {})
    shown = {key: _name(key, value, names) for key, value in row.items() if key not in hidden}
    return json.dumps(shown, sort_keys=True, ensure_ascii=False)


def _name(key: str, value: Any, names: dict[tuple[str, Any], str]) -> Any:
    return names.get((key, value), value) if isinstance(value, int | str) else value
