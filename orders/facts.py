"""How the apps around the kernel read what their rules must know: in one question, and a second one where it pays."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, DateTimeField, TextField
from django.db.models.expressions import Combinable

from common.prepared import Slot
from orders.quotes import Basket

# What a quote is asked by; a column knows no more of it.
BUYER = Slot("buyer", BigIntegerField())
MERCHANT = Slot("merchant", BigIntegerField())
SKUS = Slot("skus", ArrayField(BigIntegerField()))
SOURCE_KIND = Slot("source_kind", TextField())
SOURCE_CODE = Slot("source_code", TextField())
NOW = Slot("now", DateTimeField())

Columns = Mapping[str, Combinable]
# What columns came to, each by its name.
Found = Mapping[str, Any]


@dataclass(frozen=True)
class FactsReader:
    """What the rules and checks of one app need to know of a basket (docs/adr/0028).

    `looks` builds, once for each process, what the source of a basket asks beside its own question: cheap expressions
    about a buyer, a merchant and an instant. `slots` fills the slots that they bring along. `columns` builds what is
    asked in a second question, over the slots above, of those baskets that `asks` says so of, by what was seen. `read`
    is pure and says what was found by both; that lies in the basket's facts under the name the reader is registered by.
    """

    read: Callable[[Found, Basket, dt.datetime], Any]
    looks: Callable[[Combinable, Combinable, Combinable], Columns] = lambda buyer, merchant, now: {}
    slots: Callable[[dt.datetime], Mapping[str, Any]] = lambda now: {}
    columns: Callable[[], Columns] = lambda: {}
    asks: Callable[[Found, Basket, dt.datetime], bool] = lambda seen, basket, now: False


def slots_of(basket: Basket, now: dt.datetime) -> dict[str, Any]:
    """What a basket fills the slots with."""
    return {
        "buyer": basket.buyer_id,
        "merchant": basket.merchant_id,
        "skus": [item.sku_id for item in basket.items],
        "source_kind": basket.source_kind,
        "source_code": basket.source_code,
        "now": now,
    }
