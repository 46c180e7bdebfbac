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
]
