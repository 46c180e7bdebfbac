"""What has become of coupons: how many were taken, are held and used, and what they brought and cost."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet

from accounts.models import Merchant
from marketing.errors import NoSuchCoupon
from marketing.models import Coupon, CouponTemplate

RESULTS = """
SELECT c.template_id,
       count(*) FILTER (WHERE c.status = 'held'),
       count(*) FILTER (WHERE c.status = 'used'),
       count(DISTINCT o.id),
       coalesce(sum(o.payable_fen - o.freight_refunded_fen - line.refunded_fen), 0),
       coalesce(-sum(price.fen), 0)
  FROM marketing_coupon c
  LEFT JOIN orders_order o ON o.id = c.order_id AND c.status = 'used'
  LEFT JOIN LATERAL (SELECT coalesce(sum(refunded_fen), 0) AS refunded_fen
                       FROM orders_orderline WHERE order_id = o.id) line ON true
  LEFT JOIN LATERAL (SELECT sum(amount_fen) AS fen FROM orders_priceline
                      WHERE order_id = o.id AND detail->>'coupon' = c.code) price ON true
 WHERE c.template_id = ANY(%(templates)s)
 GROUP BY c.template_id
"""


@dataclass(frozen=True)
class Results:
    """Of one template. Revenue is what buyers paid for the orders that used one, less what has gone back to them."""

    held: int = 0
    used: int = 0
    orders: int = 0
    revenue_fen: int = 0
    discount_fen: int = 0

    @property
    def brought_per_yuan(self) -> int | None:
        """Whole yuan of revenue for each yuan given; None while nothing was given."""
        return self.revenue_fen // self.discount_fen if self.discount_fen else None


def results_of(templates: Iterable[CouponTemplate]) -> dict[int, Results]:
    """By the id of the template, in one query; one that nobody took has none."""
    with connection.cursor() as cursor:
        cursor.execute(RESULTS, {"templates": [template.pk for template in templates]})
        return {template_id: Results(*map(int, figures)) for template_id, *figures in cursor.fetchall()}


def of_merchant(merchant: Merchant) -> QuerySet[CouponTemplate]:
    """A merchant's coupons, the newest first."""
    mine = CouponTemplate.objects.filter(merchant=merchant)
    return mine.select_related("merchant").prefetch_related("scopes").order_by("-pk")


def template_of(merchant: Merchant, code: str) -> CouponTemplate:
    """One of a merchant's coupons. Raises NoSuchCoupon."""
    template = of_merchant(merchant).filter(code=code).first()
    if template is None:
        raise NoSuchCoupon
    return template


def holders_of(template: CouponTemplate) -> QuerySet[Coupon]:
    """Whoever has one, the latest first."""
    return template.coupons.select_related("user", "order").order_by("-pk")
