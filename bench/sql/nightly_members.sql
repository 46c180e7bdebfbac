-- What the night writes about members and about the days that are over, as one would type it: no lock, no check, no batch.
-- %(now)s is the moment, %(today)s its day, the other names are thresholds and the instants from which something counts.

-- Segments.
CREATE TEMP TABLE segmented ON COMMIT DROP AS
WITH belonging AS (
    SELECT own.user_id, bool_or(own.left_at IS NULL) AS lives_there,
           max(own.joined_at) FILTER (WHERE previous.id IS NULL) AS joined_at
      FROM community_membership own
      LEFT JOIN community_membership previous
        ON previous.user_id = own.user_id AND previous.left_at = own.joined_at AND previous.id < own.id
     GROUP BY own.user_id
), done AS (
    SELECT user_id, max(at) AS last_at, count(*) FILTER (WHERE at >= %(weeks_since)s) AS interactions
      FROM (SELECT buyer_id, paid_at FROM orders_order WHERE paid_at >= %(since)s
            UNION ALL SELECT author_id, written_at FROM community_review WHERE written_at >= %(since)s
            UNION ALL SELECT author_id, asked_at FROM community_question WHERE asked_at >= %(since)s
            UNION ALL SELECT sharer_id, made_at FROM community_sharelink WHERE made_at >= %(since)s
            UNION ALL SELECT user_id, day::timestamp AT TIME ZONE %(zone)s FROM community_checkin
                       WHERE day >= (%(since)s AT TIME ZONE %(zone)s)::date) AS interaction (user_id, at)
     GROUP BY user_id
), bought AS (
    SELECT user_id, count(*) AS orders, sum(fen) AS fen, max(paid_at) AS last_paid_at,
           coalesce(sum(fen) FILTER (WHERE paid_at >= %(month)s), 0) AS month_fen
      FROM (SELECT bought.buyer_id AS user_id, bought.paid_at,
                   bought.freight_fen - bought.freight_refunded_fen + sum(line.paid_fen - line.refunded_fen) AS fen
              FROM orders_order bought JOIN orders_orderline line ON line.order_id = bought.id
             WHERE bought.paid_at >= %(year)s AND bought.status NOT IN ('pending_payment', 'expired', 'cancelled')
             GROUP BY bought.id) AS purchase
     GROUP BY user_id
), scored AS (
    SELECT user_id, 1 + 5 * (rank() OVER (ORDER BY (last_paid_at AT TIME ZONE %(zone)s)::date) - 1) / count(*) OVER () AS r,
           1 + 5 * (rank() OVER (ORDER BY orders) - 1) / count(*) OVER () AS f,
           1 + 5 * (rank() OVER (ORDER BY fen) - 1) / count(*) OVER () AS m
      FROM bought JOIN belonging USING (user_id)
), figures AS (
    SELECT user_id, lives_there, %(today)s - (joined_at AT TIME ZONE %(zone)s)::date AS member_days,
           %(today)s - (greatest(joined_at, last_at) AT TIME ZONE %(zone)s)::date AS silent_days,
           coalesce(interactions, 0) AS interactions, coalesce(month_fen, 0) AS month_fen,
           greatest(coalesce(orders, 0) - 1, 0) AS repeats
      FROM belonging LEFT JOIN done USING (user_id) LEFT JOIN bought USING (user_id)
)
SELECT figures.user_id, coalesce(before.segment, '') AS was,
       CASE WHEN NOT lives_there OR silent_days >= %(silent_days)s THEN 'churned'
            WHEN month_fen >= %(high_value_fen)s AND repeats >= %(high_value_repeats)s THEN 'high_value'
            WHEN member_days > %(grown_days)s AND interactions < %(dormant_below)s * %(weeks)s THEN 'dormant'
            WHEN member_days > %(grown_days)s AND interactions >= %(active_from)s * %(weeks)s THEN 'active'
            WHEN repeats >= %(repeats)s THEN 'repeat'
            WHEN member_days <= %(grown_days)s THEN 'new'
            ELSE 'ordinary' END AS segment,
       to_jsonb(figures.*) - 'user_id' AS figures, coalesce(r, 0) AS r, coalesce(f, 0) AS f, coalesce(m, 0) AS m
  FROM figures LEFT JOIN scored USING (user_id)
  LEFT JOIN community_membersegment before ON before.user_id = figures.user_id;

INSERT INTO community_membersegment AS standing
       (user_id, segment, since, figures, computed_at, recency_score, frequency_score, monetary_score)
SELECT user_id, segment, %(now)s, figures, %(now)s, r, f, m FROM segmented
    ON CONFLICT (user_id) DO UPDATE SET
       segment = EXCLUDED.segment, figures = EXCLUDED.figures, computed_at = EXCLUDED.computed_at,
       since = CASE WHEN standing.segment = EXCLUDED.segment THEN standing.since ELSE EXCLUDED.since END,
       recency_score = EXCLUDED.recency_score, frequency_score = EXCLUDED.frequency_score,
       monetary_score = EXCLUDED.monetary_score;
INSERT INTO common_outboxevent (name, payload)
SELECT 'community.SegmentChanged', jsonb_build_object('user_id', user_id, 'was', was, 'now', segment)
  FROM segmented WHERE was <> segment;

-- Tiers.
CREATE TEMP TABLE judged ON COMMIT DROP AS
WITH spent AS (
    SELECT bought.buyer_id AS user_id, sum(line.paid_fen - line.refunded_fen) AS fen
      FROM orders_order bought JOIN orders_orderline line ON line.order_id = bought.id
     WHERE bought.status = 'completed' AND bought.paid_at >= %(year)s
     GROUP BY 1
), grown AS (
    SELECT user_id, sum(delta) AS points FROM community_pointsentry
     WHERE status = 'spendable' AND kind IN ('purchase', 'refund', 'review', 'check_in', 'invite')
       AND spendable_at >= %(year)s
     GROUP BY 1
), months AS (
    SELECT DISTINCT buyer_id AS user_id, date_trunc('month', paid_at AT TIME ZONE %(zone)s)::date AS month
      FROM orders_order
     WHERE status IN ('preparing', 'ready', 'received', 'completed') AND paid_at >= %(two_years)s
), runs AS (
    SELECT user_id, month, month - row_number() OVER (PARTITION BY user_id ORDER BY month) * interval '1 month' AS run
      FROM months
), streaks AS (
    SELECT user_id, count(*) AS months FROM runs GROUP BY user_id, run HAVING max(month) >= %(last_month)s
), figures AS (
    SELECT user_id, standing.tier_id, standing.review_on, coalesce(fen, 0) AS fen,
           greatest(coalesce(points, 0), 0) AS earned, coalesce(months, 0) AS months
      FROM community_memberstanding standing
      LEFT JOIN spent USING (user_id) LEFT JOIN grown USING (user_id) LEFT JOIN streaks USING (user_id)
     WHERE reviewed_at < %(midnight)s
)
SELECT user_id, fen, earned, months, review_on, reached.id AS reached, reached.rank - has.rank AS step,
       reached.rank > has.rank OR (reached.rank < has.rank AND coalesce(review_on <= %(today)s, false)) AS changes
  FROM figures JOIN community_membertier has ON has.id = tier_id
 CROSS JOIN LATERAL (
       SELECT id, rank FROM community_membertier tier
        WHERE rank = 0 OR fen >= spend_fen_12m OR earned >= growth OR months >= tier.streak_months
        ORDER BY rank DESC LIMIT 1) AS reached;

UPDATE community_memberstanding standing
   SET spend_12m_fen = fen, growth = earned, streak_months = months, reviewed_at = %(now)s,
       tier_id = CASE WHEN changes THEN reached ELSE tier_id END,
       since = CASE WHEN changes THEN %(now)s ELSE since END,
       review_on = CASE WHEN changes OR step >= 0 THEN NULL ELSE coalesce(standing.review_on, %(review_on)s) END
  FROM judged WHERE judged.user_id = standing.user_id;
INSERT INTO common_outboxevent (name, payload)
SELECT 'community.TierChanged', jsonb_build_object('user_id', user_id, 'tier_id', reached, 'up', step > 0)
  FROM judged WHERE changes
UNION ALL
SELECT 'community.TierAtRisk', jsonb_build_object('user_id', user_id, 'review_on', %(review_on)s::date::text)
  FROM judged WHERE NOT changes AND step < 0 AND review_on IS NULL;

-- Facts of the last days, of shops, campaigns and channels at once.
CREATE TEMP TABLE counted ON COMMIT DROP AS
WITH days AS (
    SELECT day::date, day AT TIME ZONE %(zone)s AS since, (day + interval '1 day') AT TIME ZONE %(zone)s AS until
      FROM generate_series(%(today)s::timestamp - interval '7 days', %(today)s::timestamp - interval '1 day', '1 day') day
), placed AS (
    SELECT day, merchant_id, code, channel_id, count(*) AS placed, count(DISTINCT buyer_id) AS joiners
      FROM days JOIN orders_order ON placed_at >= since AND placed_at < until
      LEFT JOIN marketing_channelorder came ON came.order_id = id
     CROSS JOIN LATERAL (SELECT source_code AS code) AS source
     GROUP BY day, GROUPING SETS ((merchant_id), (code), (channel_id))
), mine AS (
    SELECT day, orders_order.id, merchant_id, source_code AS code, channel_id, buyer_id, payable_fen,
           NOT EXISTS (SELECT FROM orders_order earlier
                        WHERE earlier.buyer_id = orders_order.buyer_id AND earlier.merchant_id = orders_order.merchant_id
                          AND earlier.paid_at < since) AS is_new
      FROM days JOIN orders_order ON paid_at >= since AND paid_at < until
      LEFT JOIN marketing_channelorder came ON came.order_id = orders_order.id
), paid AS (
    SELECT day, merchant_id, code, channel_id, count(*) AS orders, sum(payable_fen) AS paid_fen,
           sum(pieces) AS pieces, count(DISTINCT buyer_id) AS buyers,
           count(DISTINCT buyer_id) FILTER (WHERE is_new) AS new_customers,
           count(*) FILTER (WHERE has_benefit) AS benefit_orders,
           coalesce(sum(payable_fen) FILTER (WHERE has_benefit), 0) AS benefit_paid_fen,
           coalesce(sum(by_merchant), 0) AS merchant_benefit_fen, coalesce(sum(by_platform), 0) AS platform_benefit_fen
      FROM mine
      LEFT JOIN (SELECT order_id AS id, sum(quantity) AS pieces FROM orders_orderline
                  WHERE order_id IN (SELECT id FROM mine) GROUP BY 1) AS lines USING (id)
      LEFT JOIN (SELECT order_id AS id, true AS has_benefit, sum(-amount_fen) FILTER (WHERE funder = 'merchant') AS by_merchant,
                        sum(-amount_fen) FILTER (WHERE funder = 'platform') AS by_platform
                   FROM orders_priceline
                  WHERE order_id IN (SELECT id FROM mine)
                    AND code IN ('coupon', 'freight_coupon', 'gift', 'points', 'promotion')
                  GROUP BY 1) AS benefits USING (id)
     GROUP BY day, GROUPING SETS ((merchant_id), (code), (channel_id))
), back AS (
    SELECT day, merchant_id, code, channel_id, sum(amount) AS refunded_fen,
           coalesce(sum(amount) FILTER (WHERE returned), 0) AS returned_fen,
           count(DISTINCT refund_id) FILTER (WHERE returned) AS refunds
      FROM (SELECT day, part.merchant_id, source_code AS code, channel_id, part.amount_fen AS amount, part.refund_id,
                   part.kind <> 'tier_difference' AS returned
              FROM days JOIN orders_refundline part ON requested_at >= since AND requested_at < until
              JOIN orders_order bought ON bought.id = part.order_id
              LEFT JOIN marketing_channelorder came ON came.order_id = bought.id) AS parts
     GROUP BY day, GROUPING SETS ((merchant_id), (code), (channel_id))
), seen AS (
    SELECT visit.day, visit.merchant_id, campaign.code, channel_id, count(DISTINCT visitor) AS visitors
      FROM days JOIN analytics_visit visit ON seen_at >= since AND seen_at < until
      LEFT JOIN campaigns_campaign campaign ON campaign.id = campaign_id
     GROUP BY visit.day, GROUPING SETS ((visit.merchant_id), (campaign.code), (channel_id))
), decided AS (
    SELECT day, merchant_id, NULL AS code, NULL::bigint AS channel_id, count(*) AS decided,
           count(*) FILTER (WHERE status = 'succeeded') AS succeeded
      FROM days JOIN campaigns_campaign ON decided_at >= since AND decided_at < until
     WHERE status IN ('succeeded', 'failed')
     GROUP BY day, merchant_id
), arrived AS (
    SELECT day, NULL::bigint AS merchant_id, NULL AS code, channel_id, count(*) AS newcomers
      FROM days JOIN marketing_channelarrival ON arrived_at >= since AND arrived_at < until
     GROUP BY day, channel_id
), everything AS (
    SELECT day, merchant_id, code, channel_id, placed, joiners, 0 AS orders, 0 AS paid_fen, 0 AS pieces, 0 AS buyers,
           0 AS new_customers, 0 AS benefit_orders, 0 AS benefit_paid_fen, 0 AS merchant_benefit_fen,
           0 AS platform_benefit_fen, 0 AS refunded_fen, 0 AS returned_fen, 0 AS refunds, 0 AS visitors, 0 AS decided,
           0 AS succeeded, 0 AS newcomers
      FROM placed
    UNION ALL
    SELECT day, merchant_id, code, channel_id, 0, 0, orders, paid_fen, pieces, buyers, new_customers, benefit_orders,
           benefit_paid_fen, merchant_benefit_fen, platform_benefit_fen, 0, 0, 0, 0, 0, 0, 0
      FROM paid
    UNION ALL
    SELECT day, merchant_id, code, channel_id, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, refunded_fen, returned_fen, refunds,
           0, 0, 0, 0
      FROM back
    UNION ALL
    SELECT day, merchant_id, code, channel_id, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, visitors, 0, 0, 0 FROM seen
    UNION ALL
    SELECT day, merchant_id, code, channel_id, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, decided, succeeded, 0
      FROM decided
    UNION ALL
    SELECT day, merchant_id, code, channel_id, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, newcomers FROM arrived
)
SELECT day, merchant_id, code, channel_id, sum(placed) AS placed, sum(joiners) AS joiners, sum(orders) AS orders,
       sum(paid_fen) AS paid_fen, sum(pieces) AS pieces, sum(buyers) AS buyers, sum(new_customers) AS new_customers,
       sum(benefit_orders) AS benefit_orders, sum(benefit_paid_fen) AS benefit_paid_fen,
       sum(merchant_benefit_fen) AS merchant_benefit_fen, sum(platform_benefit_fen) AS platform_benefit_fen,
       sum(refunded_fen) AS refunded_fen, sum(returned_fen) AS returned_fen, sum(refunds) AS refunds,
       sum(visitors) AS visitors, sum(decided) AS decided, sum(succeeded) AS succeeded, sum(newcomers) AS newcomers
  FROM everything GROUP BY day, merchant_id, code, channel_id;

INSERT INTO analytics_merchantday
       (day, merchant_id, visitors, placed, joiners, orders, paid_fen, pieces, buyers, new_customers, refunds,
        refunded_fen, returned_fen, benefit_orders, benefit_paid_fen, merchant_benefit_fen, platform_benefit_fen,
        decided, succeeded)
SELECT day, merchant_id, visitors, placed, joiners, orders, paid_fen, pieces, buyers, new_customers, refunds,
       refunded_fen, returned_fen, benefit_orders, benefit_paid_fen, merchant_benefit_fen, platform_benefit_fen,
       decided, succeeded
  FROM counted WHERE merchant_id IS NOT NULL;
INSERT INTO analytics_campaignday
       (day, campaign_id, merchant_id, visitors, placed, joiners, orders, paid_fen, pieces, buyers, new_customers, refunds,
        refunded_fen, returned_fen, benefit_orders, benefit_paid_fen, merchant_benefit_fen, platform_benefit_fen)
SELECT day, campaign.id, campaign.merchant_id, visitors, placed, joiners, orders, paid_fen, pieces, buyers, new_customers, refunds,
       refunded_fen, returned_fen, benefit_orders, benefit_paid_fen, merchant_benefit_fen, platform_benefit_fen
  FROM counted JOIN campaigns_campaign campaign USING (code);
INSERT INTO analytics_channelday
       (day, channel_id, visitors, placed, joiners, orders, paid_fen, pieces, buyers, new_customers, refunds,
        refunded_fen, returned_fen, benefit_orders, benefit_paid_fen, merchant_benefit_fen, platform_benefit_fen,
        newcomers)
SELECT day, channel_id, visitors, placed, joiners, orders, paid_fen, pieces, buyers, new_customers, refunds,
       refunded_fen, returned_fen, benefit_orders, benefit_paid_fen, merchant_benefit_fen, platform_benefit_fen,
       newcomers
  FROM counted WHERE channel_id IS NOT NULL;
INSERT INTO analytics_closedday (day, counted_at)
SELECT %(today)s - past, %(now)s FROM generate_series(1, 7) past;
