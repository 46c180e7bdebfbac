"""What a merchant types: a product, a campaign."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from catalog.models import Sku
from orders.models import PickupPoint

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


def campaign_form(
    skus: Sequence[Sku], point: PickupPoint, *, now: dt.datetime | None = None, **changes: Any
) -> dict[str, Any]:
    """From 3 on ¥29.90, from 5 on ¥26.90, twenty pieces of each SKU, open now for a day."""
    now = now or timezone.now()
    fields: dict[str, Any] = {
        "title": "阿克苏苹果 5 斤",
        "basis": "pieces",
        "opens_at": typed_time(now),
        "closes_at": typed_time(now + dt.timedelta(days=1)),
        "payment_minutes": "15",
        "when_missed": "refund",
        "leaving_allowed": "on",
        "settle_when_full": "on",
        "pickup_points": [point.code],
        "threshold0": "3",
        "threshold1": "5",
        "save": "1",
    }
    for number, sku in enumerate(skus):
        fields |= {
            f"offer{number}-code": sku.code,
            f"offer{number}-quantity": "20",
            f"offer{number}-price0": "29.90",
            f"offer{number}-price1": "26.90",
        }
    return {name: value for name, value in (fields | changes).items() if value is not None}
