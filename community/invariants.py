"""What must always be true of communities."""

from common.invariants import declare

declare(
    "one_community_at_a_time",
    "一个人同一时间只属于一个社区（C2）",
    """
    SELECT one.id, other.id FROM community_membership one
    JOIN community_membership other ON other.user_id = one.user_id AND other.id > one.id
    WHERE one.joined_at < COALESCE(other.left_at, 'infinity') AND other.joined_at < COALESCE(one.left_at, 'infinity')
    """,
)

declare(
    "links_credit_their_sharer",
    "邀请记在链接主人名下，分享订单来自同一个团、不是自己的链接（C3）",
    """
    SELECT 'invitation', invitation.invitee_id FROM community_invitation invitation
    JOIN community_sharelink link ON link.id = invitation.link_id
    WHERE link.sharer_id <> invitation.inviter_id
    UNION ALL
    SELECT 'order', shared.order_id FROM community_sharedorder shared
    JOIN community_sharelink link ON link.id = shared.link_id
    JOIN orders_order bought ON bought.id = shared.order_id
    WHERE link.sharer_id = bought.buyer_id
        OR (link.subject_kind, link.subject_code) IS DISTINCT FROM (bought.source_kind, bought.source_code)
    """,
)

declare(
    "reviews_of_own_goods",
    "评价的是自己收到的那件货（B7）",
    """
    SELECT review.id FROM community_review review
    JOIN orders_orderline line ON line.id = review.order_line_id
    JOIN orders_order bought ON bought.id = line.order_id
    JOIN catalog_sku sku ON sku.id = line.sku_id
    WHERE bought.buyer_id <> review.author_id OR sku.product_id <> review.product_id OR bought.received_at IS NULL
    """,
)
