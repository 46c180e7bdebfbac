import datetime as dt
from typing import Any

from accounts.selectors.staff import staff_recipients
from accounts.services.shop_robots import post_to_shop
from catalog.events import StockLow
from catalog.models import Sku
from common.events import handles
from notifications.services.inbox import tell

BACK_OFFICE = "/backoffice/"


@handles(StockLow)
def tell_staff_of_low_stock(event: StockLow, now: dt.datetime) -> None:
    """库存预警: tell the merchant's staff and group, once for each crossing."""
    sku = Sku.objects.select_related("product__merchant").get(pk=event.sku_id)
    said: dict[str, Any] = {
        "kind": "stock_low",
        "about": f"sku:{sku.code}:{event.since}",
        "context": {"product": sku.product.name, "specification": sku.specification, "left": event.left},
        "url": BACK_OFFICE,
        "now": now,
    }
    tell(recipients=staff_recipients(sku.product.merchant_id), **said)
    post_to_shop(merchant=sku.product.merchant, **said)
