"""The steps of promotions as rows, and the terms that rows make."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from django.db.models import Case, F, IntegerField, QuerySet, Value, When
from django.db.models.expressions import Combinable

from marketing.models import Promotion, PromotionStep
from marketing.promoting import GiftTerms, PromotionTerms, StepTerms
from marketing.states import PromotionScope

Row = Mapping[str, Any]

# Of a draft nothing is set aside yet: all of it is left.
LEFT = Case(
    When(gift__allotment__isnull=True, then=F("gift__pieces")),
    When(
        gift__allotment__is_open=True,
        then=F("gift__allotment__quantity") - F("gift__allotment__reserved") - F("gift__allotment__sold"),
    ),
    default=Value(0),
    output_field=IntegerField(),
)


def as_rows(steps: QuerySet[PromotionStep], **more: Combinable) -> QuerySet[Any, Any]:
    """Steps with what the rule and the pages read of them, promotion by promotion, rising."""
    return steps.order_by("promotion", "threshold_fen").values(
        "promotion_id",
        "threshold_fen",
        "off_fen",
        "gift_id",
        "gift_pieces",
        "points",
        step_id=F("pk"),
        code=F("promotion__code"),
        kind=F("promotion__kind"),
        title=F("promotion__title"),
        scope=F("promotion__scope"),
        coupon_name=F("coupon__name"),
        allotment_id=F("gift__allotment_id"),
        left=LEFT,
        sku_id=F("gift__sku_id"),
        sku_code=F("gift__sku__code"),
        specification=F("gift__sku__specification"),
        list_price_fen=F("gift__sku__price_fen"),
        product_name=F("gift__sku__product__name"),
        **more,
    )


def terms_of(rows: Iterable[Row]) -> list[PromotionTerms]:
    """Promotions as the rule and the pages read them. `named_skus` is what a promotion on products is about."""
    return [_terms(list(steps)) for _id, steps in groupby(rows, key=lambda row: row["promotion_id"])]


def stepless(promotion: Promotion) -> PromotionTerms:
    """A draft that gives nothing yet."""
    return PromotionTerms(promotion.code, promotion.kind, promotion.title, steps=())


def _terms(steps: list[Row]) -> PromotionTerms:
    first = steps[0]
    return PromotionTerms(
        code=first["code"],
        kind=first["kind"],
        title=first["title"],
        steps=tuple(_step_terms(step) for step in steps),
        sku_ids=frozenset(first.get("named_skus", ())) if first["scope"] == PromotionScope.PRODUCTS else None,
    )


def _step_terms(step: Row) -> StepTerms:
    return StepTerms(
        step_id=step["step_id"],
        threshold_fen=step["threshold_fen"],
        off_fen=step["off_fen"],
        gift=_gift_terms(step) if step["gift_id"] else None,
        coupon=step["coupon_name"] or "",
        points=step["points"],
    )


def _gift_terms(step: Row) -> GiftTerms:
    return GiftTerms(
        allotment_id=step["allotment_id"] or 0,
        pieces=step["gift_pieces"],
        left=step["left"],
        sku_id=step["sku_id"],
        sku_code=step["sku_code"],
        product_name=step["product_name"],
        specification=step["specification"],
        list_price_fen=step["list_price_fen"],
    )
