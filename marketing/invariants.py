"""What must always be true of marketing."""

from common.invariants import declare
from common.timelines import declare_timeline
from marketing.models import Coupon, CouponTemplate
from marketing.states import CouponStatus, TemplateStatus

declare(
    "coupons_are_counted",
    "As many coupons were issued of a template as there are, and never more than its total (I22).",
    """
    SELECT t.code, t.issued FROM marketing_coupontemplate t
     WHERE t.issued <> (SELECT count(*) FROM marketing_coupon WHERE template_id = t.id) OR t.issued > t.total
    """,
)
declare(
    "coupons_per_person",
    "What a person has had of a template is counted, and never more than one may have (I22).",
    """
    SELECT coalesce(h.template_id, c.template_id), coalesce(h.user_id, c.user_id), h.coupons, c.coupons
      FROM marketing_couponholder h
      FULL JOIN (SELECT template_id, user_id, count(*) AS coupons FROM marketing_coupon GROUP BY 1, 2) c
        ON c.template_id = h.template_id AND c.user_id = h.user_id
      LEFT JOIN marketing_coupontemplate t ON t.id = h.template_id
     WHERE coalesce(h.coupons, 0) <> coalesce(c.coupons, 0) OR h.coupons > t.per_person
    """,
)
declare(
    "coupons_follow_their_order",
    "A coupon is held by an order that waits for its payment, and used by one that was paid and not taken back (I21).",
    """
    SELECT c.code, c.status, o.status FROM marketing_coupon c
      JOIN marketing_coupontemplate t ON t.id = c.template_id
      LEFT JOIN orders_order o ON o.id = c.order_id
     WHERE (c.status = 'claimed') <> (c.order_id IS NULL)
        OR (c.status = 'held' AND o.status <> 'pending_payment')
        OR (c.status = 'used' AND (o.paid_at IS NULL OR c.used_at IS NULL))
        OR (c.status = 'used' AND o.status = 'cancelled' AND t.returns_on_refund)
    """,
)
declare(
    "coupons_of_an_order_are_claimed",
    "The coupon lines of an order are the coupons it claimed, and an order has no coupon that it did not claim (I21).",
    """
    SELECT c.code FROM marketing_coupon c
     WHERE c.order_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM orders_orderclaim k
         WHERE k.order_id = c.order_id AND k.kind = 'coupon' AND k.key = c.id::text
            AND (c.status = 'used' OR k.given_back_at IS NULL))
    UNION ALL
    SELECT k.key FROM orders_orderclaim k
      FULL JOIN (SELECT order_id, detail->>'coupon' AS code FROM orders_priceline
                  WHERE code IN ('coupon', 'freight_coupon') GROUP BY 1, 2) line
        JOIN marketing_coupon c ON c.code = line.code
        ON line.order_id = k.order_id AND k.kind = 'coupon' AND c.id::text = k.key
     WHERE (k.kind = 'coupon' AND line.order_id IS NULL) OR k.order_id IS NULL
    """,
)
declare(
    "coupons_belong_to_their_buyer",
    "Nobody uses another person's coupon, and a merchant's coupons are used on its own orders only (I29).",
    """
    SELECT c.code FROM marketing_coupon c
      JOIN marketing_coupontemplate t ON t.id = c.template_id
      JOIN orders_order o ON o.id = c.order_id
     WHERE c.user_id <> o.buyer_id OR t.merchant_id <> o.merchant_id
    """,
)
declare(
    "coupons_are_paid_for_by_their_maker",
    "Whose cost a coupon was stands on its price lines: the merchant's or the platform's, as its template says (G1).",
    """
    SELECT p.id FROM orders_priceline p
      JOIN marketing_coupon c ON c.code = p.detail->>'coupon'
      JOIN marketing_coupontemplate t ON t.id = c.template_id
     WHERE p.code IN ('coupon', 'freight_coupon') AND p.funder <> t.funder
    """,
)
declare(
    "codes_are_used_as_often_as_they_gave",
    "A code was used as often as it gave a coupon, and never more often than it may be (I22).",
    """
    SELECT k.text, k.uses FROM marketing_couponcode k
     WHERE k.uses > k.most_uses OR k.uses <> (
        SELECT count(*) FROM marketing_coupon c WHERE c.template_id = k.template_id AND c.source = 'code:' || k.id)
    """,
)
declare(
    "code_batches_are_whole",
    "A batch holds as many codes as were made of it, and is done when that is all of them (G1).",
    """
    SELECT b.code FROM marketing_codebatch b
     WHERE b.made <> (SELECT count(*) FROM marketing_couponcode WHERE batch_id = b.id)
        OR (b.made = b.quantity) <> (b.made_at IS NOT NULL)
    """,
)
declare_timeline(CouponTemplate, begins=[TemplateStatus.ACTIVE])
declare_timeline(Coupon, begins=[CouponStatus.CLAIMED])


declare(
    "channel_orders_are_of_their_shop",
    "渠道码带来的订单是这家店的；平台的渠道码哪家都可以（C3）",
    """
    SELECT bought.id FROM marketing_channelorder credited
    JOIN marketing_channelcode channel ON channel.id = credited.channel_id
    JOIN orders_order bought ON bought.id = credited.order_id
    WHERE channel.merchant_id <> bought.merchant_id
    """,
)
