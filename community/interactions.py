"""What counts as an interaction of a member with the community: one list, which the segments count.

Looking at a page is none, and neither is being invited: only what somebody did by themselves. Each source is a SELECT
of (user_id, at) that takes `%(since)s` and `%(zone)s`; an app above adds its own from a module of contributions.
"""

from common.registry import Registry

interactions: Registry[str] = Registry("interaction")

interactions.register(
    "order_paid", "SELECT buyer_id AS user_id, paid_at AS at FROM orders_order WHERE paid_at >= %(since)s"
)
interactions.register(
    "review",
    "SELECT author_id, written_at FROM community_review WHERE written_at >= %(since)s AND author_id IS NOT NULL",
)
interactions.register("question", "SELECT author_id, asked_at FROM community_question WHERE asked_at >= %(since)s")
interactions.register("share", "SELECT sharer_id, made_at FROM community_sharelink WHERE made_at >= %(since)s")
interactions.register(
    "check_in",
    "SELECT user_id, day::timestamp AT TIME ZONE %(zone)s FROM community_checkin "
    "WHERE day >= (%(since)s AT TIME ZONE %(zone)s)::date",
)
