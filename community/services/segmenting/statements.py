"""The SQL that looks at many members at once. Days are those of the house, counted from midnight to midnight."""

from community.interactions import interactions

# Those whose keys lie between two: neighbours in every index, and no list of thousands in the statement.
AMONG = "BETWEEN %(first)s AND %(last)s"

# Moving house is not leaving: a membership that began at the instant another ended carries its beginning on.
BELONGING = f"""
    SELECT own.user_id,
        MAX(own.joined_at) FILTER (WHERE previous.id IS NULL) AS joined_at,
        BOOL_OR(own.left_at IS NULL) AS lives_there
    FROM community_membership own
    LEFT JOIN community_membership previous
        ON previous.user_id = own.user_id AND previous.left_at = own.joined_at AND previous.id < own.id
            AND previous.user_id {AMONG}
    WHERE own.user_id {AMONG}
    GROUP BY own.user_id
"""

# Orders of the year that were paid and not cancelled, with what is left of them after refunds.
PURCHASES = """
    SELECT buyer_id AS user_id, paid_at, freight_fen - freight_refunded_fen + (
            SELECT SUM(line.paid_fen - line.refunded_fen) FROM orders_orderline line WHERE line.order_id = bought.id
        ) AS fen
    FROM orders_order bought
    WHERE paid_at >= %(year)s AND status NOT IN ('pending_payment', 'expired', 'cancelled')
"""
BOUGHT = """
    SELECT user_id, COUNT(*) AS orders, SUM(fen)::bigint AS fen,
        (MAX(paid_at) AT TIME ZONE %(zone)s)::date AS last_paid_on,
        COALESCE(SUM(fen) FILTER (WHERE paid_at >= %(month)s), 0) AS month_fen
    FROM purchases GROUP BY user_id
"""

# Fifths among the members who bought in the last year: from which day, number of orders and amount on somebody is in
# the second, third, fourth and fifth. Equal figures are in the same, the lower one.
FIFTHS = f"""
    WITH purchases AS MATERIALIZED ({PURCHASES}),
    bought AS ({BOUGHT}),
    ranked AS (
        SELECT last_paid_on, orders, fen,
            5 * (RANK() OVER (ORDER BY last_paid_on) - 1) / COUNT(*) OVER () AS recency,
            5 * (RANK() OVER (ORDER BY orders) - 1) / COUNT(*) OVER () AS frequency,
            5 * (RANK() OVER (ORDER BY fen) - 1) / COUNT(*) OVER () AS monetary
        FROM bought WHERE EXISTS (SELECT FROM community_membership own WHERE own.user_id = bought.user_id)
    ),
    bounds AS (
        SELECT fifth, MIN(last_paid_on) FILTER (WHERE recency >= fifth) AS recent_from,
            MIN(orders) FILTER (WHERE frequency >= fifth) AS frequent_from,
            MIN(fen) FILTER (WHERE monetary >= fifth) AS spending_from
        FROM ranked CROSS JOIN generate_series(1, 4) fifth GROUP BY fifth
    )
    SELECT COALESCE(array_agg(recent_from ORDER BY fifth) FILTER (WHERE recent_from IS NOT NULL), '{{}}'),
        COALESCE(array_agg(frequent_from ORDER BY fifth) FILTER (WHERE frequent_from IS NOT NULL), '{{}}'),
        COALESCE(array_agg(spending_from ORDER BY fifth) FILTER (WHERE spending_from IS NOT NULL), '{{}}')
    FROM bounds
"""

# In the order in which they are tested; the names are those of community.states.Segment.
SEGMENT = """
    CASE
        WHEN NOT lives_there OR silent_days >= %(silent_days)s THEN 'churned'
        WHEN month_fen >= %(high_value_fen)s AND repeats >= %(high_value_repeats)s THEN 'high_value'
        WHEN member_days > %(grown_days)s AND interactions < %(dormant_below)s * %(weeks)s THEN 'dormant'
        WHEN member_days > %(grown_days)s AND interactions >= %(active_from)s * %(weeks)s THEN 'active'
        WHEN repeats >= %(repeats)s THEN 'repeat'
        WHEN member_days <= %(grown_days)s THEN 'new'
        ELSE 'ordinary'
    END
"""

SCORES = """
    SELECT user_id, 1 + width_bucket(last_paid_on, %(recent_from)s::date[]) AS recency,
        1 + width_bucket(orders, %(frequent_from)s::bigint[]) AS frequency,
        1 + width_bucket(fen, %(spending_from)s::bigint[]) AS monetary
    FROM bought
"""
NO_SCORES = "SELECT NULL::bigint AS user_id, 0 AS recency, 0 AS frequency, 0 AS monetary"
NEW_SCORES = """,
    recency_score = EXCLUDED.recency_score, frequency_score = EXCLUDED.frequency_score,
    monetary_score = EXCLUDED.monetary_score
"""


def classify(*, scoring: bool) -> str:
    """Write each member's segment and its figures; answers (user, segment before, segment now) where it changed.

    Without `scoring` scores that stand are left alone: nobody asked for the fifths of everybody.
    """
    sources = " UNION ALL ".join(
        f"SELECT * FROM ({source}) AS {name} (user_id, at)" for name, source in interactions.items()
    )
    return f"""
    WITH belonging AS ({BELONGING}),
    done AS (
        SELECT user_id, MAX(at) AS last_at, COUNT(*) FILTER (WHERE at >= %(weeks_since)s) AS interactions
        FROM ({sources}) AS interaction
        WHERE user_id {AMONG}
        GROUP BY user_id
    ),
    purchases AS MATERIALIZED ({PURCHASES} AND buyer_id {AMONG}),
    bought AS ({BOUGHT}),
    scored AS ({SCORES if scoring else NO_SCORES}),
    figures AS (
        SELECT user_id, lives_there,
            %(today)s - (joined_at AT TIME ZONE %(zone)s)::date AS member_days,
            %(today)s - (GREATEST(joined_at, last_at) AT TIME ZONE %(zone)s)::date AS silent_days,
            COALESCE(interactions, 0) AS interactions,
            COALESCE(month_fen, 0) AS month_fen,
            GREATEST(COALESCE(orders, 0) - 1, 0) AS repeats
        FROM belonging LEFT JOIN done USING (user_id) LEFT JOIN bought USING (user_id)
    ),
    before AS (SELECT user_id, segment FROM community_membersegment WHERE user_id {AMONG}),
    written AS (
        INSERT INTO community_membersegment AS standing
            (user_id, segment, since, figures, computed_at, recency_score, frequency_score, monetary_score)
        SELECT user_id, {SEGMENT}, %(now)s, to_jsonb(figures) - 'user_id', %(now)s,
            COALESCE(recency, 0), COALESCE(frequency, 0), COALESCE(monetary, 0)
        FROM figures LEFT JOIN scored USING (user_id) ORDER BY user_id
        ON CONFLICT (user_id) DO UPDATE SET
            segment = EXCLUDED.segment, figures = EXCLUDED.figures, computed_at = EXCLUDED.computed_at,
            since = CASE WHEN standing.segment = EXCLUDED.segment THEN standing.since ELSE EXCLUDED.since END
            {NEW_SCORES if scoring else ""}
        RETURNING user_id, segment
    )
    SELECT user_id, COALESCE(before.segment, ''), written.segment
    FROM written LEFT JOIN before USING (user_id)
    WHERE before.segment IS DISTINCT FROM written.segment
    ORDER BY user_id
    """
