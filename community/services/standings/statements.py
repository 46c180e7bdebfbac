"""SQL over many members at once: their figures, the tier these reach, and what follows."""

# Goods of completed orders less refunds, points earned by doing something, and months in a row with a purchase up to
# this month or the last. Who has no standing yet begins in the first tier.
FIGURES = """
WITH people AS (SELECT DISTINCT unnest(%(people)s::bigint[]) AS user_id),
spent AS (
    SELECT bought.buyer_id AS user_id, sum(line.paid_fen - line.refunded_fen) AS fen
      FROM orders_order bought JOIN orders_orderline line ON line.order_id = bought.id
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
)
INSERT INTO community_memberstanding
       (user_id, tier_id, since, spend_12m_fen, growth, streak_months, reviewed_at)
SELECT user_id, first.id, %(now)s, coalesce(fen, 0), greatest(coalesce(points, 0), 0), coalesce(months, 0), %(now)s
  FROM people
  JOIN community_membertier first ON first.rank = 0
  LEFT JOIN spent USING (user_id) LEFT JOIN grown USING (user_id) LEFT JOIN streaks USING (user_id)
 ORDER BY user_id
    ON CONFLICT (user_id) DO UPDATE
   SET spend_12m_fen = EXCLUDED.spend_12m_fen, growth = EXCLUDED.growth, streak_months = EXCLUDED.streak_months,
       reviewed_at = EXCLUDED.reviewed_at
"""

_REACHED = """
WITH reached AS (
    SELECT DISTINCT ON (standing.user_id) standing.user_id, tier.id, tier.rank
      FROM community_memberstanding standing
      JOIN community_membertier tier ON tier.rank = 0 OR standing.spend_12m_fen >= tier.spend_fen_12m
           OR standing.growth >= tier.growth OR standing.streak_months >= tier.streak_months
     WHERE standing.user_id = ANY(%(people)s)
     ORDER BY standing.user_id, tier.rank DESC
)
UPDATE community_memberstanding standing SET
"""
_OF_TIER = """
  FROM reached, community_membertier has
 WHERE has.id = standing.tier_id AND reached.user_id = standing.user_id
"""

RAISE = f"""{_REACHED} tier_id = reached.id, since = %(now)s, review_on = NULL
{_OF_TIER} AND reached.rank > has.rank
RETURNING standing.user_id, reached.id
"""
LOWER = f"""{_REACHED} tier_id = reached.id, since = %(now)s, review_on = NULL
{_OF_TIER} AND reached.rank < has.rank AND review_on <= %(today)s
RETURNING standing.user_id, reached.id
"""
SPARE = f"""{_REACHED} review_on = NULL
{_OF_TIER} AND reached.rank >= has.rank AND review_on IS NOT NULL
"""
WARN = f"""{_REACHED} review_on = %(review_on)s
{_OF_TIER} AND reached.rank < has.rank AND review_on IS NULL
RETURNING standing.user_id
"""
