"""What must always be true of marketing."""

from common.invariants import declare
from common.timelines import declare_timeline
from marketing.models import Coupon, CouponTemplate, Promotion, Reward
from marketing.states import CouponStatus, PromotionStatus, RewardStatus, TemplateStatus

PRICES = {"orders_priceline": "order_id = ANY({orders_order})"}
CLAIMED = PRICES | {
    "orders_orderclaim": "order_id = ANY({orders_order})",
    "marketing_coupon": "order_id = ANY({orders_order})",
}
USES = {"marketing_promotionuse": "order_id = ANY({orders_order})"}
GIFTS = {"orders_orderclaim": "order_id IN (SELECT order_id FROM marketing_promotionuse)"}

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
    lately=CLAIMED,
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
    lately=PRICES,
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


declare(
    "promotion_gifts_are_set_aside",
    "The gifts of a promotion are set aside when it goes live, stand at its gate, and return once (G2, I01).",
    """
    SELECT p.code, g.sku_id FROM marketing_promotion p
      JOIN marketing_promotiongift g ON g.promotion_id = p.id
      LEFT JOIN catalog_allotment a ON a.id = g.allotment_id
     WHERE (p.status = 'draft') <> (a.id IS NULL)
        OR (a.id IS NOT NULL AND (a.sku_id <> g.sku_id OR a.quantity <> g.pieces
            OR a.purpose <> 'promotion:' || p.code OR a.is_open <> (p.status = 'live')
            OR (a.returned_at IS NOT NULL) <> (p.settled_at IS NOT NULL)))
    """,
)
declare(
    "promotion_gifts_are_claimed",
    "The gifts that are reserved and given are those that orders claim (G2, I02).",
    """
    SELECT a.id, a.reserved, a.sold FROM marketing_promotiongift g
      JOIN catalog_allotment a ON a.id = g.allotment_id
      LEFT JOIN (
          SELECT claim.key, sum(quantity) FILTER (WHERE o.status IN ('pending_payment', 'paid')) AS waiting,
                 sum(quantity) FILTER (WHERE o.status NOT IN ('pending_payment', 'paid')) AS given
            FROM orders_orderclaim claim JOIN orders_order o ON o.id = claim.order_id
           WHERE claim.kind = 'allotment' AND claim.given_back_at IS NULL
           GROUP BY claim.key
      ) claimed ON claimed.key = a.id::text
     WHERE (a.reserved, a.sold) <> (coalesce(claimed.waiting, 0), coalesce(claimed.given, 0))
    """,
    lately=GIFTS,
)
declare(
    "promotion_uses_are_priced",
    "An order carries what the steps it used take off, at its own merchant's cost, and no other promotion (G2, G13).",
    """
    SELECT o.number FROM marketing_promotionuse used
      JOIN marketing_promotion p ON p.id = used.promotion_id
      JOIN marketing_promotionstep s ON s.id = used.step_id
      JOIN orders_order o ON o.id = used.order_id
     WHERE s.promotion_id <> p.id OR p.merchant_id <> o.merchant_id
        OR s.off_fen <> coalesce((
            SELECT -sum(line.amount_fen) FROM orders_priceline line
             WHERE line.order_id = o.id AND line.code = 'promotion' AND line.detail ->> 'promotion' = p.code), 0)
        OR s.gift_pieces <> coalesce((
            SELECT claim.quantity FROM orders_orderclaim claim JOIN marketing_promotiongift g ON g.id = s.gift_id
             WHERE claim.order_id = o.id AND claim.kind = 'allotment' AND claim.key = g.allotment_id::text), 0)
    UNION ALL
    SELECT o.number FROM orders_priceline line JOIN orders_order o ON o.id = line.order_id
     WHERE line.code IN ('promotion', 'promotion_reward') AND (line.funder <> 'merchant' OR NOT EXISTS (
        SELECT FROM marketing_promotionuse used JOIN marketing_promotion p ON p.id = used.promotion_id
         WHERE used.order_id = line.order_id AND p.code = line.detail ->> 'promotion'))
    """,
    lately=PRICES | USES,
)
declare(
    "promotions_give_what_their_merchant_has",
    "Goods, campaigns, gifts and coupons of a promotion are its merchant's own (I29).",
    """
    SELECT p.code FROM marketing_promotion p
      JOIN marketing_promotiongift g ON g.promotion_id = p.id
      JOIN catalog_sku s ON s.id = g.sku_id JOIN catalog_product goods ON goods.id = s.product_id
     WHERE goods.merchant_id <> p.merchant_id
    UNION ALL
    SELECT p.code FROM marketing_promotion p
      JOIN marketing_promotion_products named ON named.promotion_id = p.id
      JOIN catalog_product goods ON goods.id = named.product_id
     WHERE goods.merchant_id <> p.merchant_id
    UNION ALL
    SELECT p.code FROM marketing_promotion p
      JOIN marketing_promotion_campaigns named ON named.promotion_id = p.id
      JOIN campaigns_campaign c ON c.id = named.campaign_id
     WHERE c.merchant_id <> p.merchant_id
    UNION ALL
    SELECT p.code FROM marketing_promotion p
      JOIN marketing_promotionstep s ON s.promotion_id = p.id
      JOIN marketing_coupontemplate t ON t.id = s.coupon_id
     WHERE t.merchant_id IS DISTINCT FROM p.merchant_id
    """,
)
declare(
    "no_promotion_is_stuck",
    "A promotion ends when its time is over, and what nobody holds of its gifts is back on the shelf soon (G2).",
    """
    SELECT code FROM marketing_promotion
     WHERE status = 'live' AND ends_at < now() - interval '15 minutes'
    UNION ALL
    SELECT p.code FROM marketing_promotion p
     WHERE p.status = 'ended' AND p.settled_at IS NULL AND p.ended_at < now() - interval '15 minutes'
       AND NOT EXISTS (
            SELECT FROM marketing_promotiongift g JOIN catalog_allotment a ON a.id = g.allotment_id
             WHERE g.promotion_id = p.id
               AND (a.reserved > 0 OR EXISTS (
                    SELECT FROM catalog_stockmovement moved WHERE moved.allotment_id = a.id AND moved.sku_id = a.sku_id
                       AND moved.kind IN ('release', 'commit') AND moved.at > now() - interval '15 minutes')))
    """,
)
declare(
    "rewards_are_given_once",
    "A granted reward has given exactly its coupons, points and money; any other has given nothing (G5, G8).",
    """
    WITH given AS (
        SELECT r.id, r.status, r.points, r.cash_fen,
               (SELECT count(*) FROM marketing_reward_coupons named WHERE named.reward_id = r.id) AS promised,
               (SELECT count(*) FROM marketing_coupon c
                 WHERE c.user_id = r.user_id AND c.source = r.source) AS coupons,
               (SELECT coalesce(sum(e.delta), 0) FROM community_pointsentry e
                 WHERE e.user_id = r.user_id AND e.source = r.source) AS points_given,
               (SELECT coalesce(sum(entry.amount_fen), 0) FROM payments_ledgertransaction booking
                  JOIN payments_ledgerentry entry ON entry.transaction_id = booking.id AND entry.side = 'C'
                  JOIN payments_ledgeraccount account ON account.id = entry.account_id
                   AND account.kind = 'balance' AND account.user_id = r.user_id
                 WHERE booking.key = 'reward:' || r.code) AS cash_given
          FROM marketing_reward r
    )
    SELECT id, status FROM given
     WHERE (coupons, points_given, cash_given) <> (CASE WHEN status = 'granted' THEN promised ELSE 0 END,
            CASE WHEN status = 'granted' THEN points ELSE 0 END, CASE WHEN status = 'granted' THEN cash_fen ELSE 0 END)
    """,
)
declare(
    "rewards_cost_whom_they_should",
    "The money of every reward is booked for a reward there is, and points that a merchant bears are charged to it "
    "(G2, G5).",
    """
    SELECT booking.key FROM payments_ledgertransaction booking
     WHERE booking.subject_kind = 'reward'
       AND NOT EXISTS (SELECT FROM marketing_reward r WHERE r.code = booking.subject_number)
    UNION ALL
    SELECT r.code FROM marketing_reward r
     WHERE r.status = 'granted' AND r.payer_id IS NOT NULL AND r.points > 0 AND NOT EXISTS (
        SELECT FROM payments_ledgertransaction booking
         WHERE booking.key = 'reward-cost:' || r.code AND booking.merchant_id = r.payer_id)
    """,
)
declare(
    "referral_rewards_follow_invitations",
    "Who is rewarded for bringing somebody is who brought them, by the one table of invitations (G5, C3).",
    """
    SELECT r.code FROM marketing_reward r
      LEFT JOIN community_invitation i ON i.invitee_id = r.invitee_id
     WHERE r.kind = 'referral'
       AND (i.invitee_id IS NULL OR r.user_id <> CASE r.side WHEN 'inviter' THEN i.inviter_id ELSE i.invitee_id END)
    """,
)
declare_timeline(Promotion, begins=[PromotionStatus.DRAFT])
declare_timeline(Reward, begins=[RewardStatus.WAITING])
