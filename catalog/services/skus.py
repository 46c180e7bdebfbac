"""The SKUs of a product: added, changed, retired, taken up again. Never deleted, since orders point at them."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import F, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from catalog.models import Product, Sku, Stock
from catalog.services.details import SkuDetails
from common.errors import InvalidField

CHANGEABLE = ("specification", "price_fen", "cost_fen", "position", "retired_at")


def write_skus(product: Product, *, wanted: Sequence[SkuDetails], now: dt.datetime) -> None:
    """Make the SKUs of a product what the merchant wants them to be, in that order; the others are retired.

    An entry with a code changes that SKU; one without takes up the SKU of its specification, or adds one. Raises
    InvalidField for a code that is not this product's and for a name that another SKU bears. The product is locked.
    """
    standing = list(product.skus.all())
    chosen = [_standing(standing, details) for details in wanted]
    kept = [sku for sku in chosen if sku is not None]
    _check(standing, kept, wanted)
    _free_names([sku for sku, details in zip(chosen, wanted, strict=True) if sku and _renames(details, sku)])
    added = [
        _set(sku or Sku(product=product), details, position)
        for position, (sku, details) in enumerate(zip(chosen, wanted, strict=True))
    ]
    Sku.objects.bulk_update([sku for sku in added if sku.pk], CHANGEABLE)
    new = Sku.objects.bulk_create(sku for sku in added if not sku.pk)
    Stock.objects.bulk_create(Stock(sku=sku) for sku in new)
    product.skus.filter(retired_at=None).exclude(pk__in=[sku.pk for sku in added]).update(retired_at=now)


def _standing(standing: Sequence[Sku], details: SkuDetails) -> Sku | None:
    if details.code is None:
        return next((sku for sku in standing if sku.specification == details.specification), None)
    found = next((sku for sku in standing if sku.code == details.code), None)
    if found is None:
        raise InvalidField("code", _("没有这个规格"))
    return found


def _check(standing: Sequence[Sku], kept: Sequence[Sku], wanted: Sequence[SkuDetails]) -> None:
    """No SKU is meant twice, and no name is wanted that a SKU outside the list still bears."""
    names = {details.specification for details in wanted}
    others = [sku for sku in standing if sku not in kept]
    if len({sku.pk for sku in kept}) != len(kept) or any(sku.specification in names for sku in others):
        raise InvalidField("specification", _("这个规格名称已经用过，请直接修改那一个"))


def _renames(details: SkuDetails, sku: Sku) -> bool:
    return sku.specification != details.specification


def _free_names(skus: Sequence[Sku]) -> None:
    """Set names aside, so that two SKUs may swap theirs although a name is unique."""
    Sku.objects.filter(pk__in=[sku.pk for sku in skus]).update(specification=Concat(Value("~"), F("code")))


def _set(sku: Sku, details: SkuDetails, position: int) -> Sku:
    sku.specification = details.specification
    sku.price_fen = details.price_fen
    sku.cost_fen = details.cost_fen
    sku.position = position
    sku.retired_at = None
    return sku
