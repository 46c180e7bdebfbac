"""Harm to neighbours."""

HARM: list[tuple[str, str]] = [
    ("one_community_at_a_time", "UPDATE community_membership SET left_at = NULL"),
    (
        "links_credit_their_sharer",
        "UPDATE community_invitation SET inviter_id = invitee_id",
    ),
    ("links_credit_their_sharer", "UPDATE community_sharelink SET subject_code = 'another'"),
    (
        "links_credit_their_sharer",
        "UPDATE orders_order o SET buyer_id = link.sharer_id FROM community_sharedorder shared "
        "JOIN community_sharelink link ON link.id = shared.link_id WHERE o.id = shared.order_id",
    ),
    ("reviews_of_own_goods", "UPDATE community_review SET author_id = author_id + 1"),
    ("reviews_of_own_goods", "UPDATE community_review SET product_id = product_id + 1"),
    ("reviews_of_own_goods", "UPDATE orders_order SET received_at = NULL"),
    ("points_add_up", "UPDATE community_pointsaccount SET balance = balance + 1 WHERE balance > 0"),
    ("points_add_up", "UPDATE community_pointsaccount SET pending = pending + 1"),
    ("points_add_up", "UPDATE community_pointsentry SET delta = delta + 1"),
    ("points_add_up", "DELETE FROM community_pointsaccount"),
    ("points_never_below_zero", "UPDATE community_pointsaccount SET balance = -1"),
    ("points_never_below_zero", "UPDATE community_pointsaccount SET debt = 1 WHERE balance > 0"),
    ("points_once_per_source", "UPDATE community_pointsentry SET kind = 'gift', source = 'one'"),
    ("points_owed_in_the_books", "UPDATE community_pointsaccount SET balance = balance + 1"),
    ("points_owed_in_the_books", "UPDATE payments_ledgeraccount SET kind = 'bank' WHERE kind = 'points'"),
    (
        "points_pending_only_while_open",
        "UPDATE orders_order SET status = 'completed', completed_at = now() - interval '1 hour' WHERE status = 'paid'",
    ),
    ("points_spent_by_orders", "UPDATE community_pointsentry SET delta = delta - 1 WHERE kind = 'spent'"),
    ("points_spent_by_orders", "UPDATE community_pointsentry SET user_id = user_id + 1 WHERE kind = 'spent'"),
    ("points_spent_by_orders", "DELETE FROM community_pointsentry WHERE kind = 'spent'"),
    ("points_spent_by_orders", "DELETE FROM community_pointsentry WHERE kind = 'returned'"),
    ("points_spent_by_orders", "UPDATE orders_priceline SET amount_fen = amount_fen - 1 WHERE code = 'points'"),
    ("standings_of_real_tiers", "UPDATE community_memberstanding SET tier_id = 0"),
    ("standings_of_real_tiers", "UPDATE community_membertier SET rank = rank + 10"),
    ("segments_are_of_members", "DELETE FROM community_membership"),
    (
        "members_are_in_a_segment",
        "WITH gone AS (DELETE FROM community_membersegment) UPDATE community_membership SET joined_at = '2020-01-01'",
    ),
    ("who_left_is_churned", "UPDATE community_membersegment SET figures = '{\"lives_there\": false}'"),
    ("tags_stay_with_their_merchant", "UPDATE orders_order SET paid_at = NULL"),
    (
        "tags_stay_with_their_merchant",
        "UPDATE community_usertag SET user_id = (SELECT MAX(user_id) FROM accounts_staffmember)",
    ),
]
