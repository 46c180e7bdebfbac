"""What the coupon rules must know of a basket: read once for each quote, in two queries at most."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject

from accounts.models import Merchant
from campaigns.sources import SOURCE
from community.models import MemberSegment, Membership, MemberStanding, UserTag
from marketing.models import Coupon, CouponScope
from marketing.pricing import GOODS, HeldCoupon, Situation
from marketing.sources import CouponFacts
from marketing.states import CouponStatus, ScopeKind
from orders.models import Order
from orders.quotes import Basket

# Whoever holds more is offered those that end first.
MOST_CONSIDERED = 100

LABELS = """
WITH RECURSIVE shelf (sku, id, parent) AS (
    SELECT sku.id, category.id, category.parent_id FROM catalog_sku AS sku
      JOIN catalog_product AS product ON product.id = sku.product_id
      JOIN catalog_category AS category ON category.id = product.category_id
     WHERE sku.id = ANY(%(skus)s)
     UNION
    SELECT shelf.sku, above.id, above.parent_id FROM shelf JOIN catalog_category AS above ON above.id = shelf.parent
)
SELECT sku, 'category', id::text FROM shelf
 UNION ALL
SELECT sku.id, 'product', product.code FROM catalog_sku AS sku
  JOIN catalog_product AS product ON product.id = sku.product_id WHERE sku.id = ANY(%(skus)s)
"""


def coupon_facts(basket: Basket, now: dt.datetime) -> CouponFacts | None:
    """The buyer's coupons that are about this merchant, with what decides whether they apply; None without any."""
    found = list(_held(basket, now))
    if not found:
        return None
    coupons = tuple(_coupon(row) for row in found)
    tied = any(coupon.scopes.keys() & set(GOODS) for coupon in coupons)
    labels = labels_of(item.sku_id for item in basket.items) if tied else {}
    return CouponFacts(coupons, _situation(found[0], basket, now), labels)


def labels_of(sku_ids: Iterable[int]) -> Mapping[int, frozenset[tuple[str, str]]]:
    """What these goods are, in the words of scopes: their product, and their shelf with every shelf it stands in."""
    labels: defaultdict[int, set[tuple[str, str]]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(LABELS, {"skus": list(sku_ids)})
        for sku_id, kind, key in cursor.fetchall():
            labels[sku_id].add((kind, key))
    return {sku_id: frozenset(found) for sku_id, found in labels.items()}


def _held(basket: Basket, now: dt.datetime) -> QuerySet[Any]:
    """Unused coupons whose time is not over, each with its scopes and with what is the same for all: who asks."""
    of_whom = Q(template__merchant__isnull=True) | Q(template__merchant=basket.merchant_id)
    mine = Coupon.objects.filter(of_whom, user_id=basket.buyer_id, valid_until__gt=now)
    scopes = CouponScope.objects.filter(template=OuterRef("template"))
    bought = Order.objects.filter(buyer_id=basket.buyer_id, paid_at__isnull=False)
    return (
        mine.exclude(status=CouponStatus.USED)
        .select_related("template")
        .annotate(
            scopes=ArraySubquery(scopes.values(row=JSONObject(kind=F("kind"), key=F("key")))),
            has_bought=Exists(bought),
            has_bought_here=Exists(bought.filter(merchant=basket.merchant_id)),
            **_who(basket),
        )
        .order_by("valid_until", "pk")[:MOST_CONSIDERED]
    )


def _who(basket: Basket) -> dict[str, Any]:
    lives = Membership.objects.filter(user=basket.buyer_id, left_at__isnull=True, community__is_active=True)
    standing = MemberStanding.objects.filter(user=basket.buyer_id)
    segment = MemberSegment.objects.filter(user=basket.buyer_id)
    tags = UserTag.objects.filter(user=basket.buyer_id)
    return {
        "merchant_code": Subquery(Merchant.objects.filter(pk=basket.merchant_id).values("code")[:1]),
        "community": Coalesce(Subquery(lives.values("community__code")[:1]), Value("")),
        "tier": Coalesce(Subquery(standing.values("tier__code")[:1]), Value("")),
        "segment": Coalesce(Subquery(segment.values("segment")[:1]), Value("")),
        "tags": ArraySubquery(tags.values("tag_id")),
    }


def _situation(row: Any, basket: Basket, now: dt.datetime) -> Situation:
    return Situation(
        now=now,
        merchant=row.merchant_code,
        campaign=basket.source_code if basket.source_kind == SOURCE else "",
        community=row.community,
        tier=row.tier,
        segment=row.segment,
        tags=frozenset(str(tag_id) for tag_id in row.tags),
        new_to_platform=not row.has_bought,
        new_to_merchant=not row.has_bought_here,
    )


def _coupon(row: Any) -> HeldCoupon:
    template = row.template
    scopes: defaultdict[str, set[str]] = defaultdict(set)
    for scope in row.scopes:
        scopes[ScopeKind(scope["kind"])].add(scope["key"])
    return HeldCoupon(
        coupon_id=row.pk,
        code=row.code,
        template_id=template.pk,
        name=template.name,
        kind=template.kind,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        amount_fen=template.amount_fen,
        rate_bp=template.rate_bp,
        cap_fen=template.cap_fen,
        threshold_fen=template.threshold_fen,
        funder=template.funder,
        stacks=template.stacks,
        free=row.status == CouponStatus.CLAIMED,
        scopes={kind: frozenset(keys) for kind, keys in scopes.items()},
    )
