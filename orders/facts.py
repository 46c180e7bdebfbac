"""How the apps around the kernel read what their rules must know: as columns of one statement for each quote."""

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


@dataclass(frozen=True)
class FactsReader:
    """What the rules and checks of one app need to know of a basket.

    `columns` builds, once for each process, the expressions over the slots above that the statement asks for; `read` is
    pure and says what was found. That lies in the basket's facts under the name it is registered by.

    `sign` says by one look at an index, of a buyer, a merchant and an instant, whether there may be anything at all: a
    source that asks for it beforehand spares its quotes the columns of what is not there (docs/adr/0018).
    """

    columns: Callable[[], Columns]
    read: Callable[[Mapping[str, Any], Basket, dt.datetime], Any]
    sign: Callable[[Combinable, Combinable, Combinable], Combinable] | None = None


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
