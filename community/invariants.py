"""What must always be true of communities."""

from common.invariants import declare

declare(
    "one_community_at_a_time",
    "一个人同一时间只属于一个社区",
    """
    SELECT one.id, other.id FROM community_membership one
    JOIN community_membership other ON other.user_id = one.user_id AND other.id > one.id
    WHERE one.joined_at < COALESCE(other.left_at, 'infinity') AND other.joined_at < COALESCE(one.left_at, 'infinity')
    """,
)
