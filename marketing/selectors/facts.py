"""What the coupon rules must know of a basket; of who holds none, only that."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.expressions import Combinable, RawSQL
from django.db.models.functions import Coalesce

from accounts.models import Merchant, User
from campaigns.sources import SOURCE
from common.prepared import DrivenJson, Rows
from community.models import MemberSegment, Membership, MemberStanding, UserTag
from marketing.models import Coupon, CouponScope
from marketing.pricing import GOODS, HeldCoupon, Situation
from marketing.sources import CouponFacts
from marketing.states import CouponStatus, ScopeKind
from orders.facts import BUYER, MERCHANT, NOW, SKUS, Columns, FactsReader, Found
from orders.models import Order
from orders.quotes import Basket

# Whoever holds more is offered those that end first.
MOST_CONSIDERED = 100

# What a coupon says is what its template says.
OF_TEMPLATE = ("name", "kind", "amount_fen", "rate_bp", "cap_fen", "threshold_fen", "funder", "stacks")

LABELS = """
SELECT coalesce(json_agg(label), '[]') FROM (
WITH RECURSIVE shelf (sku, id, parent) AS (
    SELECT sku.id, category.id, category.parent_id FROM catalog_sku AS sku
      JOIN catalog_product AS product ON product.id = sku.product_id
      JOIN catalog_category AS category ON category.id = product.category_id
     WHERE sku.id = ANY(%s)
     UNION
    SELECT shelf.sku, above.id, above.parent_id FROM shelf JOIN catalog_category AS above ON above.id = shelf.parent
)
SELECT sku, 'category' AS kind, id::text AS key FROM shelf
 UNION ALL
SELECT sku.id, 'product', product.code FROM catalog_sku AS sku
  JOIN catalog_product AS product ON product.id = sku.product_id WHERE sku.id = ANY(%s)
) AS label
"""


def columns() -> Columns:
    """The buyer's coupons that are about this merchant; who asks, and what the goods are, where it matters."""
    mine = _held()
    tied = mine.filter(Exists(CouponScope.objects.filter(template=OuterRef("template"), kind__in=GOODS)))
    return {
        "coupons": Rows(_in_order(mine)),
        "who": Rows(_who().filter(Exists(mine))),
        "labels": Case(When(Exists(tied), then=RawSQL(LABELS, [SKUS, SKUS])), output_field=DrivenJson()),
    }


def read(found: Found, basket: Basket, now: dt.datetime) -> CouponFacts | None:
    """The coupons with what decides whether they apply; None without any."""
    if not found.get("coupons"):
        return None
    coupons = tuple(_coupon(row) for row in found["coupons"])
    return CouponFacts(coupons, _situation(found["who"][0], basket, now), _labels(found["labels"] or ()))


def looks(buyer: Combinable, _merchant: Combinable, now: Combinable) -> Columns:
    """Whether the buyer holds any coupon: one look at an index."""
    return {"held": Exists(Coupon.objects.filter(user=buyer, valid_until__gt=now).exclude(status=CouponStatus.USED))}


coupon_facts = FactsReader(
    read=read,
    looks=looks,
    columns=columns,
    asks=lambda seen, _basket, _now: seen["held"],
)


def _held() -> QuerySet[Coupon]:
    """Unused coupons whose time is not over."""
    of_whom = Q(template__merchant__isnull=True) | Q(template__merchant=MERCHANT)
    return Coupon.objects.filter(of_whom, user=BUYER, valid_until__gt=NOW).exclude(status=CouponStatus.USED)


def _in_order(coupons: QuerySet[Coupon]) -> QuerySet[Any, Any]:
    """Each with what its template says and what it is tied to."""
    scopes = CouponScope.objects.filter(template=OuterRef("template")).values("kind", "key")
    of_template = {name: F(f"template__{name}") for name in OF_TEMPLATE}
    found = coupons.values("id", "code", "status", "template_id", "valid_from", "valid_until", **of_template)
    return found.annotate(scopes=Rows(scopes)).order_by("valid_until", "pk")[:MOST_CONSIDERED]


def _who() -> QuerySet[Any, Any]:
    """The one row that is the same for all coupons: who asks."""
    bought = Order.objects.filter(buyer=BUYER, paid_at__isnull=False)
    lives = Membership.objects.filter(user=BUYER, left_at__isnull=True, community__is_active=True)
    standing = MemberStanding.objects.filter(user=BUYER)
    segment = MemberSegment.objects.filter(user=BUYER)
    tags = UserTag.objects.filter(user=BUYER)
    return User.objects.filter(pk=BUYER).values(
        has_bought=Exists(bought),
        has_bought_here=Exists(bought.filter(merchant=MERCHANT)),
        merchant_code=Subquery(Merchant.objects.filter(pk=MERCHANT).values("code")),
        community=Coalesce(Subquery(lives.values("community__code")[:1]), Value("")),
        tier=Coalesce(Subquery(standing.values("tier__code")), Value("")),
        segment=Coalesce(Subquery(segment.values("segment")[:1]), Value("")),
        tag_ids=ArraySubquery(tags.values("tag_id")),
    )


def _labels(pairs: Iterable[Mapping[str, Any]]) -> Mapping[int, frozenset[tuple[str, str]]]:
    """What the goods are, in the words of scopes: their product, and their shelf with every shelf it stands in."""
    labels: defaultdict[int, set[tuple[str, str]]] = defaultdict(set)
    for pair in pairs:
        labels[pair["sku"]].add((pair["kind"], pair["key"]))
    return {sku_id: frozenset(found) for sku_id, found in labels.items()}


def _situation(who: Mapping[str, Any], basket: Basket, now: dt.datetime) -> Situation:
    return Situation(
        now=now,
        merchant=who["merchant_code"],
        campaign=basket.source_code if basket.source_kind == SOURCE else "",
        community=who["community"],
        tier=who["tier"],
        segment=who["segment"],
        tags=frozenset(str(tag_id) for tag_id in who["tag_ids"]),
        new_to_platform=not who["has_bought"],
        new_to_merchant=not who["has_bought_here"],
    )


def _coupon(row: Mapping[str, Any]) -> HeldCoupon:
    scopes: defaultdict[str, set[str]] = defaultdict(set)
    for scope in row["scopes"]:
        scopes[ScopeKind(scope["kind"])].add(scope["key"])
    return HeldCoupon(
        coupon_id=row["id"],
        code=row["code"],
        template_id=row["template_id"],
        valid_from=dt.datetime.fromisoformat(row["valid_from"]),
        valid_until=dt.datetime.fromisoformat(row["valid_until"]),
        free=row["status"] == CouponStatus.CLAIMED,
        scopes={kind: frozenset(keys) for kind, keys in scopes.items()},
        **{name: row[name] for name in OF_TEMPLATE},
    )
