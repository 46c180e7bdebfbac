"""What a merchant types: a product, a campaign."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from catalog.models import Sku
from orders.models import PickupPoint
from tests.web.backoffice.desks import Desk

TYPED_AT = "%Y-%m-%dT%H:%M"


def product_form(**changes: Any) -> dict[str, Any]:
    """Apples in two sizes."""
    return {
        "name": "阿克苏苹果",
        "unit": "箱",
        "return_days": "0",
        "rows": "3",
        "sku0-specification": "5 斤装",
        "sku0-price_fen": "39.90",
        "sku0-cost_fen": "19.6",
        "sku1-specification": "10 斤装",
        "sku1-price_fen": "¥72",
    } | changes


def typed_time(at: dt.datetime) -> str:
    """As a browser's field for date and time sends it."""
    return timezone.localtime(at).strftime(TYPED_AT)


STEPS = ("goods", "ladder", "rules", "handover")
Sheets = dict[str, dict[str, Any]]


def campaign_steps(skus: Sequence[Sku], point: PickupPoint, *, now: dt.datetime | None = None) -> Sheets:
    """From 3 on ¥29.90, from 5 on ¥26.90, twenty pieces of each SKU, open now for a day; a form for each step."""
    now = now or timezone.now()
    ladder = {"basis": "pieces", "threshold0": "3", "threshold1": "5"}
    prices = {f"{sku.code}-price{tier}": price for sku in skus for tier, price in enumerate(("29.90", "26.90"))}
    return {
        "goods": {"title": "阿克苏苹果 5 斤", "sku": [sku.code for sku in skus]}
        | {f"{sku.code}-quantity": "20" for sku in skus},
        "ladder": ladder | prices,
        "rules": {
            "opens_at": typed_time(now),
            "closes_at": typed_time(now + dt.timedelta(days=1)),
            "payment_minutes": "15",
            "when_missed": "refund",
            "leaving_allowed": "on",
            "settle_when_full": "on",
        },
        "handover": {"pickup_points": [point.code]},
    }


def write_campaign(desk: Desk, sheets: Sheets, *, finish: str = "save") -> str:
    """Go through the wizard page by page to its end; the code of what was written."""
    answer = desk.post("campaigns/new/", fields=sheets["goods"])
    code = answer.headers["Location"].split("/")[-4]
    for step in STEPS[1:]:
        desk.post(f"campaigns/{code}/edit/{step}/", fields=sheets[step])
    desk.post(f"campaigns/{code}/edit/check/", fields={finish: "1"})
    return code
