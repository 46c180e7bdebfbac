"""SQL over many members at once: their figures, the tier these reach, and what follows."""

# Goods of completed orders less refunds, points earned by doing something, and months in a row with a purchase up to
# this month or the last. Lines are found order by order: how many there are is guessed badly.
_FIGURES = """
WITH people AS (SELECT DISTINCT unnest(%(people)s::bigint[]) AS user_id),
spent AS (
    SELECT bought.buyer_id AS user_id, sum((
               SELECT sum(line.paid_fen - line.refunded_fen) FROM orders_orderline line WHERE line.order_id = bought.id
           )) AS fen
      FROM orders_order bought
     WHERE bought.buyer_id = ANY(%(people)s) AND bought.status = 'completed' AND bought.paid_at >= %(year)s
     GROUP BY 1
), grown AS (
    SELECT user_id, sum(delta) AS points FROM community_pointsentry
     WHERE user_id = ANY(%(people)s) AND status = 'spendable' AND kind = ANY(%(growing)s) AND spendable_at >= %(year)s
     GROUP BY 1
), months AS (
    SELECT DISTINCT buyer_id AS user_id, date_trunc('month', paid_at AT TIME ZONE %(zone)s)::date AS month
      FROM orders_order
     WHERE buyer_id = ANY(%(people)s) AND status = ANY(%(went_on)s) AND paid_at >= %(two_years)s
), runs AS (
    SELECT user_id, month,
           month - row_number() OVER (PARTITION BY user_id ORDER BY month) * interval '1 month' AS run
      FROM months
), streaks AS (
    SELECT user_id, count(*) AS months FROM runs GROUP BY user_id, run HAVING max(month) >= %(last_month)s
), figures AS (
    SELECT user_id, coalesce(fen, 0) AS fen, greatest(coalesce(points, 0), 0) AS points, coalesce(months, 0) AS months
      FROM people LEFT JOIN spent USING (user_id) LEFT JOIN grown USING (user_id) LEFT JOIN streaks USING (user_id)
)
"""

# Who has no standing yet begins in the first tier.
COUNT = f"""{_FIGURES}
INSERT INTO community_memberstanding
       (user_id, tier_id, since, spend_12m_fen, growth, streak_months, reviewed_at)
SELECT user_id, first.id, %(now)s, fen, points, months, %(now)s
  FROM figures JOIN community_membertier first ON first.rank = 0
 ORDER BY user_id
    ON CONFLICT (user_id) DO UPDATE
   SET spend_12m_fen = EXCLUDED.spend_12m_fen, growth = EXCLUDED.growth, streak_months = EXCLUDED.streak_months,
       reviewed_at = EXCLUDED.reviewed_at
"""

RAISE = """
WITH reached AS (
    SELECT DISTINCT ON (standing.user_id) standing.user_id, tier.id, tier.rank
      FROM community_memberstanding standing
      JOIN community_membertier tier ON tier.rank = 0 OR standing.spend_12m_fen >= tier.spend_fen_12m
           OR standing.growth >= tier.growth OR standing.streak_months >= tier.streak_months
     WHERE standing.user_id = ANY(%(people)s)
     ORDER BY standing.user_id, tier.rank DESC
)
UPDATE community_memberstanding standing SET tier_id = reached.id, since = %(now)s, review_on = NULL
  FROM reached, community_membertier has
 WHERE has.id = standing.tier_id AND reached.user_id = standing.user_id AND reached.rank > has.rank
RETURNING standing.user_id, reached.id
"""

# Of locked standings. Whoever reaches more rises, whose day has come falls, who reaches what they have again is spared,
# and who would fall is warned. Answers what came of it, where somebody is to be told.
REVIEW = f"""{_FIGURES}, judged AS (
    SELECT user_id, fen, points, months, reached.id AS reached,
           CASE WHEN reached.rank > has.rank THEN 'raised' WHEN reached.rank = has.rank THEN 'kept'
                WHEN review_on <= %(today)s THEN 'lowered' WHEN review_on IS NULL THEN 'warned' ELSE 'awaited'
           END AS verdict
      FROM community_memberstanding JOIN figures USING (user_id) JOIN community_membertier has ON has.id = tier_id
     CROSS JOIN LATERAL (
           SELECT id, rank FROM community_membertier tier
            WHERE rank = 0 OR fen >= spend_fen_12m OR points >= tier.growth OR months >= tier.streak_months
            ORDER BY rank DESC LIMIT 1
     ) AS reached
     WHERE user_id = ANY(%(people)s)
), written AS (
    UPDATE community_memberstanding standing
       SET spend_12m_fen = fen, growth = points, streak_months = months, reviewed_at = %(now)s,
           tier_id = CASE WHEN verdict IN ('raised', 'lowered') THEN reached ELSE tier_id END,
           since = CASE WHEN verdict IN ('raised', 'lowered') THEN %(now)s ELSE since END,
           review_on = CASE verdict WHEN 'warned' THEN %(review_on)s WHEN 'awaited' THEN review_on END
      FROM judged WHERE judged.user_id = standing.user_id AND standing.user_id = ANY(%(people)s)
    RETURNING judged.user_id, tier_id, verdict
)
SELECT user_id, tier_id, verdict FROM written WHERE verdict IN ('raised', 'lowered', 'warned') ORDER BY user_id
"""
