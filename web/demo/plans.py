"""The campaigns of the content as plans for the services."""

import datetime as dt
from typing import Any

from campaigns.plans import Plan, SkuPlan
from common.money import parse_yuan
from web.demo.reading import instant
from web.demo.town import Town

AS_WRITTEN = (
    "title",
    "description",
    "basis",
    "thresholds",
    "minimum",
    "max_participants",
    "limit_per_person",
    "head_start_minutes",
    "payment_minutes",
    "early_bird_orders",
    "settle_when_full",
    "when_missed",
    "extend_hours",
    "delivers",
    "fulfilment_note",
)


def plan_of(content: dict[str, Any], town: Town, *, now: dt.datetime) -> Plan:
    """One campaign of the content; goods that are brought to the door are not fetched anywhere."""
    points = town.shops[content["shop"]].points
    until = content.get("early_bird_until")
    free_from = content.get("free_freight_from")
    return Plan(
        opens_at=instant(content["opens"], now=now),
        closes_at=instant(content["closes"], now=now),
        skus=[_sku_plan(content["shop"], offer, town) for offer in content["skus"]],
        early_bird_until=instant(until, now=now) if until else None,
        pickup_points=[] if content.get("delivers") else [point.code for point in points],
        freight_fen=parse_yuan(content.get("freight", "0")),
        free_freight_from_fen=parse_yuan(free_from) if free_from else None,
        **{name: content[name] for name in AS_WRITTEN if name in content},
    )


def _sku_plan(shop: str, offer: dict[str, Any], town: Town) -> SkuPlan:
    early_bird = offer.get("early_bird")
    return SkuPlan(
        sku=town.sku(shop, offer["shot"], offer["specification"]).code,
        quantity=offer["quantity"],
        prices_fen=[parse_yuan(price) for price in offer["prices"]],
        early_bird_price_fen=parse_yuan(early_bird) if early_bird else None,
    )
