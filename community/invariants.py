"""What must always be true of communities."""

from django.conf import settings

from common.invariants import declare
from common.moving import declare_moving
from community.models import PointsEntry, Review

declare_moving(PointsEntry)
declare_moving(Review)

MOVED = (
    "user_id IN (SELECT user_id FROM community_pointsentry WHERE id = ANY({community_pointsentry}) UNION "
    "SELECT subject_number::bigint FROM payments_ledgertransaction "
    "WHERE subject_kind = 'points' AND id = ANY({payments_ledgertransaction}))"
)
PEOPLE = {"community_pointsentry": MOVED, "community_pointsaccount": MOVED}
ENTRIES = {
    "community_pointsentry": "(kind, source) IN "
    "(SELECT kind, source FROM community_pointsentry WHERE id = ANY({community_pointsentry}))"
}
SPENT = {
    "orders_order": "id = ANY({orders_order})",
    "community_pointsentry": "subject IN (SELECT number FROM orders_order)",
}
REVIEWS = {"community_review": "id = ANY({community_review})"}

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
    lately=REVIEWS,
)

declare(
    "points_add_up",
    "积分账户等于它的明细之和：可用减欠抵等于已生效的，待生效等于还没生效的（H6）",
    """
    WITH entries AS (
        SELECT user_id,
               coalesce(sum(delta) FILTER (WHERE status = 'spendable'), 0) AS spendable,
               coalesce(sum(delta) FILTER (WHERE status = 'pending'), 0) AS pending
          FROM community_pointsentry GROUP BY user_id
    )
    SELECT user_id, balance, debt, account.pending, spendable, entries.pending
      FROM community_pointsaccount account FULL JOIN entries USING (user_id)
     WHERE coalesce(balance - debt, 0) <> coalesce(spendable, 0)
        OR coalesce(account.pending, 0) <> coalesce(entries.pending, 0)
    """,
    lately=PEOPLE,
)

declare(
    "points_never_below_zero",
    "可用积分不为负；有欠抵的没有可用积分（H6）",
    "SELECT user_id FROM community_pointsaccount WHERE balance < 0 OR debt < 0 OR (balance > 0 AND debt > 0)",
)

declare(
    "points_once_per_source",
    "同一件事只给一次积分（H6）",
    "SELECT kind, source FROM community_pointsentry GROUP BY 1, 2 HAVING count(*) > 1",
    lately=ENTRIES,
)

declare(
    "points_owed_in_the_books",
    "账本里的积分负债等于所有人的可用积分（H6、I11）",
    f"""
    SELECT owed.fen, spendable.points
      FROM (SELECT coalesce(sum(CASE side WHEN 'C' THEN amount_fen ELSE -amount_fen END), 0) AS fen
              FROM payments_ledgerentry entry JOIN payments_ledgeraccount account ON account.id = entry.account_id
             WHERE kind = 'points') owed,
           (SELECT coalesce(sum(balance), 0) AS points FROM community_pointsaccount) spendable
     WHERE owed.fen <> spendable.points * {settings.POINTS_VALUE_FEN}
    """,
    only_walked=True,
)

declare(
    "points_pending_only_while_open",
    "订单完成或结束 15 分钟后，它的积分不再是待生效（H6）",
    """
    SELECT entry.id FROM community_pointsentry entry JOIN orders_order bought ON bought.number = entry.subject
     WHERE entry.status = 'pending' AND entry.kind IN ('purchase', 'refund')
       AND bought.status IN ('completed', 'expired', 'cancelled')
       AND coalesce(bought.completed_at, bought.ended_at) < now() - interval '15 minutes'
    """,
    settled=True,
)

declare(
    "points_spent_by_orders",
    "订单用掉的积分记在买家名下，抵扣的金额相符；退回的不超过用掉的，订单结束时全部退回（H6）",
    f"""
    WITH moved AS (
        SELECT subject AS number, user_id,
               coalesce(-sum(delta) FILTER (WHERE kind = 'spent'), 0) AS spent,
               coalesce(sum(delta) FILTER (WHERE kind = 'returned'), 0) AS returned
          FROM community_pointsentry WHERE kind IN ('spent', 'returned') AND subject <> '' GROUP BY 1, 2
    ), claimed AS (
        SELECT bought.number, bought.buyer_id AS user_id, claim.quantity, claim.given_back_at IS NOT NULL AS is_back,
               (SELECT coalesce(-sum(amount_fen), 0) FROM orders_priceline line
                 WHERE line.order_id = bought.id AND line.code = 'points') AS fen
          FROM orders_orderclaim claim JOIN orders_order bought ON bought.id = claim.order_id
         WHERE claim.kind = 'points'
    )
    SELECT number, user_id, spent, returned, quantity, fen FROM moved FULL JOIN claimed USING (number, user_id)
     WHERE coalesce(spent, 0) <> coalesce(quantity, 0) OR returned > spent OR (is_back AND returned <> quantity)
        OR fen <> quantity * {settings.POINTS_VALUE_FEN}
    """,
    lately=SPENT,
)

declare(
    "standings_of_real_tiers",
    "会员的等级存在，人人都有的那一级存在（B8）",
    """
    SELECT standing.user_id FROM community_memberstanding standing
      LEFT JOIN community_membertier tier ON tier.id = standing.tier_id
     WHERE tier.id IS NULL OR NOT EXISTS (SELECT 1 FROM community_membertier WHERE rank = 0)
    """,
)

declare(
    "segments_are_of_members",
    "分层里的人都加入过社区（H7）",
    """
    SELECT standing.user_id FROM community_membersegment standing
    WHERE NOT EXISTS (SELECT 1 FROM community_membership own WHERE own.user_id = standing.user_id)
    """,
)

declare(
    "members_are_in_a_segment",
    "加入社区超过一天的人都有分层（H7）",
    """
    SELECT own.user_id FROM community_membership own
    LEFT JOIN community_membersegment standing ON standing.user_id = own.user_id
    WHERE standing.id IS NULL AND own.joined_at < now() - interval '1 day'
    """,
    settled=True,
)

declare(
    "who_left_is_churned",
    "离开了社区的人都算流失（H7）",
    """
    SELECT id FROM community_membersegment
    WHERE figures ->> 'lives_there' = 'false' AND segment <> 'churned'
    """,
)

declare(
    "tags_stay_with_their_merchant",
    "商家的标签只贴在自己的顾客身上（H7）",
    """
    SELECT worn.id FROM community_usertag worn JOIN community_tag tag ON tag.id = worn.tag_id
    WHERE tag.merchant_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM orders_order bought
        WHERE bought.buyer_id = worn.user_id AND bought.merchant_id = tag.merchant_id AND bought.paid_at IS NOT NULL
    )
    """,
)
