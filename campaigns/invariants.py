"""What must always be true of campaigns."""

from campaigns.models import Campaign
from campaigns.states import CampaignStatus
from common.invariants import declare
from common.timelines import declare_timeline

declare_timeline(
    Campaign,
    begins=[CampaignStatus.DRAFT],
    because=["SELECT campaign_id FROM campaigns_campaignorder WHERE order_id = ANY({orders_order})"],
)

CAMPAIGNS = {"campaigns_campaign": "id = ANY({campaigns_campaign})"}
OFFERS = {"campaigns_campaignsku": "campaign_id = ANY({campaigns_campaign})"}
CLAIMS = {
    "orders_orderclaim": "order_id IN "
    "(SELECT order_id FROM campaigns_campaignorder WHERE campaign_id = ANY({campaigns_campaign}))"
}
ORDERS = {"orders_order": "id = ANY({orders_order})"}
LINES = {"orders_orderline": "order_id = ANY({orders_order})"}
PLACES = {"campaigns_campaignorder": "order_id = ANY({orders_order})"}
PEOPLE = {
    "campaigns_participant": "(campaign_id, user_id) IN (SELECT m.campaign_id, o.buyer_id "
    "FROM campaigns_campaignorder m JOIN orders_order o ON o.id = m.order_id WHERE o.id = ANY({orders_order}))"
}

declare(
    "counters_match_orders",
    "The paid people and pieces of a campaign are those of its counted orders that did not leave (I05).",
    """
    SELECT c.code, g.paid_participants, g.paid_pieces, count(DISTINCT o.buyer_id), coalesce(sum(m.pieces), 0)
      FROM campaigns_campaign c
      JOIN campaigns_campaignprogress g ON g.campaign_id = c.id
      LEFT JOIN campaigns_campaignorder m
        ON m.campaign_id = c.id AND m.counted_at IS NOT NULL AND m.left_at IS NULL
      LEFT JOIN orders_order o ON o.id = m.order_id
     GROUP BY c.id, c.code, g.paid_participants, g.paid_pieces
    HAVING g.paid_participants <> count(DISTINCT o.buyer_id) OR g.paid_pieces <> coalesce(sum(m.pieces), 0)
    """,
    lately=CAMPAIGNS,
)
declare(
    "counted_means_paid",
    "An order is in the count exactly when its payment was applied (I05).",
    """
    SELECT o.number FROM campaigns_campaignorder m JOIN orders_order o ON o.id = m.order_id
     WHERE (m.counted_at IS NOT NULL) <> (o.paid_at IS NOT NULL)
    """,
    lately=ORDERS,
)
declare(
    "pieces_are_lines",
    "The pieces a campaign counts for an order are the pieces on its lines (I05).",
    """
    SELECT m.order_id FROM campaigns_campaignorder m
     WHERE m.pieces <> (SELECT coalesce(sum(quantity), 0) FROM orders_orderline
                       WHERE order_id = m.order_id AND NOT is_gift)
    """,
    lately=PLACES,
)
declare(
    "person_row_matches_orders",
    "What a person holds in a campaign is the sum of their live orders, and nobody holds more than the limit (I06).",
    """
    SELECT p.id FROM campaigns_participant p
      JOIN campaigns_campaign c ON c.id = p.campaign_id
      LEFT JOIN LATERAL (
          SELECT coalesce(sum(m.pieces), 0) AS pieces, count(*) AS orders
            FROM campaigns_campaignorder m JOIN orders_order o ON o.id = m.order_id
           WHERE m.campaign_id = p.campaign_id AND o.buyer_id = p.user_id
             AND o.status NOT IN ('expired', 'cancelled')
      ) live ON true
      LEFT JOIN LATERAL (
          SELECT count(*) AS orders FROM campaigns_campaignorder m JOIN orders_order o ON o.id = m.order_id
           WHERE m.campaign_id = p.campaign_id AND o.buyer_id = p.user_id
             AND m.counted_at IS NOT NULL AND m.left_at IS NULL
      ) counted ON true
     WHERE p.live_pieces <> live.pieces OR p.live_orders <> live.orders OR p.paid_orders <> counted.orders
        OR (c.limit_per_person IS NOT NULL AND p.live_pieces > c.limit_per_person)
    """,
    lately=PEOPLE,
)
declare(
    "places_are_people",
    "Where people are capped, the places taken are the people with a live order, and never more than the cap (I06).",
    """
    SELECT c.code FROM campaigns_campaign c JOIN campaigns_campaignprogress g ON g.campaign_id = c.id
     WHERE c.max_participants IS NOT NULL
       AND (g.places_taken > c.max_participants
            OR g.places_taken <> (SELECT count(*) FROM campaigns_participant p
                                   WHERE p.campaign_id = c.id AND p.live_orders > 0))
    """,
    lately=CAMPAIGNS,
)
declare(
    "early_birds_are_orders",
    "The early-bird slots taken are the live early-bird orders, and never more than there are (I06).",
    """
    SELECT c.code FROM campaigns_campaign c JOIN campaigns_campaignprogress g ON g.campaign_id = c.id
     WHERE c.early_bird_orders IS NOT NULL
       AND (g.early_birds > c.early_bird_orders
            OR g.early_birds <> (SELECT count(*) FROM campaigns_campaignorder m
                                   JOIN orders_order o ON o.id = m.order_id
                                  WHERE m.campaign_id = c.id AND m.early_bird
                                    AND o.status NOT IN ('expired', 'cancelled')))
    """,
    lately=CAMPAIGNS,
)
declare(
    "prices_fall",
    "Every step of a ladder costs less than the one before, and every SKU has a price on every step (I08).",
    """
    SELECT a.id FROM campaigns_campaignsku k
      JOIN campaigns_tierprice a ON a.campaign_sku_id = k.id
      JOIN campaigns_tier ta ON ta.id = a.tier_id
      JOIN campaigns_tierprice b ON b.campaign_sku_id = k.id
      JOIN campaigns_tier tb ON tb.id = b.tier_id
     WHERE ta.threshold < tb.threshold AND a.unit_price_fen <= b.unit_price_fen
    UNION ALL
    SELECT k.id FROM campaigns_campaignsku k
     WHERE (SELECT count(*) FROM campaigns_tierprice WHERE campaign_sku_id = k.id)
        <> (SELECT count(*) FROM campaigns_tier WHERE campaign_id = k.campaign_id)
    """,
    lately=OFFERS,
)
declare(
    "outcome_follows_the_rules",
    "A campaign succeeded at the highest step its frozen count reached, or by subsidy at the lowest; it failed below "
    "its minimum (I07).",
    """
    SELECT c.code FROM campaigns_campaign c
     WHERE c.status = 'succeeded' AND NOT c.subsidised
       AND (c.final_count < c.minimum OR c.final_tier_id IS DISTINCT FROM
            (SELECT id FROM campaigns_tier t WHERE t.campaign_id = c.id AND t.threshold <= c.final_count
              ORDER BY t.threshold DESC LIMIT 1))
    UNION ALL
    SELECT c.code FROM campaigns_campaign c
     WHERE c.subsidised
       AND (c.when_missed <> 'subsidy' OR c.final_count >= c.minimum OR c.final_tier_id IS DISTINCT FROM
            (SELECT id FROM campaigns_tier t WHERE t.campaign_id = c.id ORDER BY t.threshold LIMIT 1))
    UNION ALL
    SELECT c.code FROM campaigns_campaign c WHERE c.status = 'failed' AND c.final_count >= c.minimum
    """,
    lately=CAMPAIGNS,
)
declare(
    "frozen_count_stands",
    "Once the counts are fixed, the frozen count is the counter (I05, I07).",
    """
    SELECT c.code FROM campaigns_campaign c JOIN campaigns_campaignprogress g ON g.campaign_id = c.id
     WHERE c.final_count IS NOT NULL
       AND (g.counts_fixed_at IS NULL OR c.final_count <>
            CASE c.basis WHEN 'participants' THEN g.paid_participants ELSE g.paid_pieces END)
    """,
    lately=CAMPAIGNS,
)
declare(
    "goods_go_out_after_success",
    "An order of a campaign goes on only when the campaign succeeded (I09).",
    """
    SELECT o.number FROM orders_order o
      JOIN campaigns_campaignorder m ON m.order_id = o.id
      JOIN campaigns_campaign c ON c.id = m.campaign_id
     WHERE o.status IN ('preparing', 'ready', 'received', 'completed') AND c.status <> 'succeeded'
    """,
    lately=ORDERS,
)
declare(
    "everybody_pays_the_final_price",
    "In a settled campaign each line costs the lower of what was paid and the final step, and the difference is "
    "refunded to the fen (I19).",
    """
    SELECT l.id FROM orders_orderline l
      JOIN campaigns_campaignorder m ON m.order_id = l.order_id AND m.settled_at IS NOT NULL
      JOIN campaigns_campaign c ON c.id = m.campaign_id AND c.status = 'succeeded'
      JOIN campaigns_campaignsku k ON k.campaign_id = c.id AND k.sku_id = l.sku_id
      JOIN campaigns_tierprice t ON t.campaign_sku_id = k.id AND t.tier_id = c.final_tier_id
     WHERE NOT l.is_gift AND (l.final_unit_price_fen IS DISTINCT FROM least(l.unit_price_fen, t.unit_price_fen)
        OR least((l.unit_price_fen - l.final_unit_price_fen) * l.quantity, l.paid_fen) <>
           (SELECT coalesce(sum(part.amount_fen), 0) FROM orders_refundline part
              JOIN payments_refund r ON r.id = part.refund_id AND r.kind = 'tier_difference'
             WHERE part.line_id = l.id))
    """,
    lately=LINES,
)
declare(
    "settled_leaves_nobody_waiting",
    "In a settled campaign no order waits any more, and what was not sold is back on the shelf (I17).",
    """
    SELECT o.number FROM orders_order o
      JOIN campaigns_campaignorder m ON m.order_id = o.id
      JOIN campaigns_campaign c ON c.id = m.campaign_id AND c.settled_at IS NOT NULL
     WHERE o.status IN ('pending_payment', 'paid')
    UNION ALL
    SELECT c.code FROM campaigns_campaign c
      JOIN campaigns_campaignsku k ON k.campaign_id = c.id
      JOIN catalog_allotment a ON a.id = k.allotment_id
     WHERE c.settled_at IS NOT NULL AND a.returned_at IS NULL
    """,
    lately=ORDERS | OFFERS,
)
declare(
    "orders_belong_to_their_campaign",
    "An order of a campaign names it as its source and buys from its merchant (I29).",
    """
    SELECT o.number FROM orders_order o
      LEFT JOIN campaigns_campaignorder m ON m.order_id = o.id
      LEFT JOIN campaigns_campaign c ON c.id = m.campaign_id
     WHERE (o.source_kind = 'campaign' OR m.order_id IS NOT NULL)
       AND (o.source_kind, o.source_code, o.merchant_id) IS DISTINCT FROM ('campaign', c.code, c.merchant_id)
    """,
    lately=ORDERS,
)
declare(
    "gate_matches_state",
    "Pieces of a campaign can be taken only while it is open (I05).",
    """
    SELECT c.code FROM campaigns_campaign c
      JOIN campaigns_campaignsku k ON k.campaign_id = c.id
      JOIN catalog_allotment a ON a.id = k.allotment_id
     WHERE (c.status = 'open') <> a.is_open
    """,
    lately=CAMPAIGNS,
)
declare(
    "no_campaign_is_stuck",
    "A campaign is settled within ten minutes of its deadline; where a gateway is silent, within an hour (I26).",
    """
    SELECT c.code FROM campaigns_campaign c
     WHERE c.status = 'open' AND c.closes_at < now() - interval '10 minutes'
    UNION ALL
    SELECT c.code FROM campaigns_campaign c
     WHERE c.closing_since < now() - interval '10 minutes' AND c.settled_at IS NULL
       AND (c.closing_since < now() - interval '1 hour' OR NOT EXISTS (
           SELECT 1 FROM orders_order o
             JOIN payments_payment p ON p.subject_kind = 'order' AND p.subject_number = o.number
            WHERE o.source_kind = 'campaign' AND o.source_code = c.code AND p.status = 'pending'))
    """,
    settled=True,
)
declare(
    "pieces_are_claimed",
    "What an allotment has reserved are the pieces that its waiting orders claim, and what it has sold those of the "
    "orders that went on (I02).",
    """
    SELECT c.code, a.reserved, claimed.waiting, a.sold, claimed.sold FROM campaigns_campaign c
      JOIN campaigns_campaignsku k ON k.campaign_id = c.id
      JOIN catalog_allotment a ON a.id = k.allotment_id
      LEFT JOIN (
          SELECT claim.key, sum(quantity) FILTER (WHERE o.status IN ('pending_payment', 'paid')) AS waiting,
                 sum(quantity) FILTER (WHERE o.status NOT IN ('pending_payment', 'paid')) AS sold
            FROM orders_orderclaim claim JOIN orders_order o ON o.id = claim.order_id
           WHERE claim.kind = 'allotment' AND claim.given_back_at IS NULL
           GROUP BY claim.key
      ) claimed ON claimed.key = a.id::text
     WHERE (a.reserved, a.sold) <> (coalesce(claimed.waiting, 0), coalesce(claimed.sold, 0))
    """,
    lately=CAMPAIGNS | CLAIMS,
)
declare(
    "campaigns_sell_what_their_merchant_has",
    "The goods and the pick-up points of a campaign are its merchant's own (I29).",
    """
    SELECT c.code FROM campaigns_campaign c
      JOIN campaigns_campaignsku k ON k.campaign_id = c.id
      JOIN catalog_sku s ON s.id = k.sku_id
      JOIN catalog_product p ON p.id = s.product_id
     WHERE p.merchant_id <> c.merchant_id
    UNION ALL
    SELECT c.code FROM campaigns_campaign c
      JOIN campaigns_campaign_pickup_points offered ON offered.campaign_id = c.id
      JOIN orders_pickuppoint t ON t.id = offered.pickuppoint_id
     WHERE t.merchant_id <> c.merchant_id
    """,
    lately=CAMPAIGNS,
)
