"""Harm to coupons, promotions and rewards."""

A_USED = "(SELECT min(id) FROM marketing_coupon WHERE status = 'used')"
A_HELD = "(SELECT min(id) FROM marketing_coupon WHERE status = 'held')"
A_FREE = "(SELECT min(id) FROM marketing_coupon WHERE status = 'claimed')"

GIFTS = "catalog_allotment a SET {} FROM marketing_promotiongift g WHERE g.allotment_id = a.id"
USED = "(SELECT min(order_id) FROM marketing_promotionuse)"

HARM: list[tuple[str, str]] = [
    (
        "channel_orders_are_of_their_shop",
        "UPDATE marketing_channelcode SET merchant_id = (SELECT max(id) FROM accounts_merchant)",
    ),
    ("coupons_are_counted", "UPDATE marketing_coupontemplate SET issued = issued + 1"),
    ("coupons_are_counted", "UPDATE marketing_coupontemplate SET total = 1"),
    ("coupons_per_person", "UPDATE marketing_couponholder SET coupons = coupons + 1"),
    ("coupons_per_person", "DELETE FROM marketing_couponholder"),
    ("coupons_per_person", "UPDATE marketing_coupontemplate SET per_person = 0"),
    ("coupons_follow_their_order", f"UPDATE marketing_coupon SET order_id = NULL WHERE id = {A_USED}"),
    ("coupons_follow_their_order", f"UPDATE marketing_coupon SET status = 'held' WHERE id = {A_USED}"),
    ("coupons_follow_their_order", f"UPDATE marketing_coupon SET status = 'used' WHERE id = {A_HELD}"),
    (
        "coupons_follow_their_order",
        "UPDATE orders_order SET status = 'expired' WHERE id = "
        f"(SELECT order_id FROM marketing_coupon WHERE id = {A_HELD})",
    ),
    (
        "coupons_follow_their_order",
        "UPDATE orders_order SET status = 'cancelled' WHERE id = "
        f"(SELECT order_id FROM marketing_coupon WHERE id = {A_USED})",
    ),
    ("coupons_of_an_order_are_claimed", "DELETE FROM orders_orderclaim WHERE kind = 'coupon'"),
    ("coupons_of_an_order_are_claimed", "DELETE FROM orders_priceline WHERE code = 'coupon'"),
    ("coupons_of_an_order_are_claimed", "UPDATE orders_orderclaim SET given_back_at = now() WHERE kind = 'coupon'"),
    (
        "coupons_belong_to_their_buyer",
        f"UPDATE marketing_coupon SET user_id = (SELECT user_id FROM marketing_coupon WHERE id = {A_FREE}) "
        f"WHERE id = {A_HELD}",
    ),
    (
        "coupons_belong_to_their_buyer",
        "UPDATE marketing_coupontemplate SET merchant_id = (SELECT max(id) FROM accounts_merchant)",
    ),
    ("coupons_are_paid_for_by_their_maker", "UPDATE orders_priceline SET funder = 'platform' WHERE code = 'coupon'"),
    ("coupons_are_paid_for_by_their_maker", "UPDATE marketing_coupontemplate SET funder = 'platform'"),
    ("codes_are_used_as_often_as_they_gave", "UPDATE marketing_couponcode SET uses = 1"),
    ("codes_are_used_as_often_as_they_gave", "UPDATE marketing_couponcode SET uses = 0"),
    ("code_batches_are_whole", "UPDATE marketing_codebatch SET made = made - 1"),
    ("code_batches_are_whole", "UPDATE marketing_codebatch SET made_at = NULL"),
    ("timeline.coupon", f"UPDATE marketing_coupon SET status = 'held' WHERE id = {A_USED}"),
    ("timeline.coupon", "DELETE FROM common_transition WHERE entity = 'marketing.coupon' AND from_state = ''"),
    ("timeline.coupontemplate", "UPDATE marketing_coupontemplate SET status = 'stopped'"),
    ("promotion_gifts_are_set_aside", "UPDATE marketing_promotiongift SET allotment_id = NULL"),
    ("promotion_gifts_are_set_aside", f"UPDATE {GIFTS.format('is_open = false')}"),
    ("promotion_gifts_are_set_aside", f"UPDATE {GIFTS.format('purpose = chr(112)')}"),
    ("promotion_gifts_are_set_aside", "UPDATE marketing_promotiongift SET pieces = pieces + 1"),
    ("promotion_gifts_are_set_aside", "UPDATE marketing_promotion SET settled_at = now()"),
    ("promotion_gifts_are_claimed", f"UPDATE {GIFTS.format('reserved = reserved + 1')}"),
    ("promotion_gifts_are_claimed", f"UPDATE {GIFTS.format('sold = sold + 1')}"),
    ("promotion_uses_are_priced", "DELETE FROM marketing_promotionuse"),
    ("promotion_uses_are_priced", "UPDATE marketing_promotionstep SET off_fen = off_fen + 1 WHERE off_fen > 0"),
    (
        "promotion_uses_are_priced",
        "UPDATE marketing_promotionstep SET gift_pieces = gift_pieces + 1 WHERE gift_pieces > 0",
    ),
    ("promotion_uses_are_priced", "UPDATE orders_priceline SET funder = 'platform' WHERE code = 'promotion'"),
    ("promotion_uses_are_priced", f"DELETE FROM orders_priceline WHERE code = 'promotion' AND order_id = {USED}"),
    ("promotions_give_what_their_merchant_has", "UPDATE catalog_product SET merchant_id = merchant_id + 1"),
    ("promotions_give_what_their_merchant_has", "UPDATE campaigns_campaign SET merchant_id = merchant_id + 1"),
    ("promotions_give_what_their_merchant_has", "UPDATE marketing_coupontemplate SET merchant_id = NULL"),
    (
        "no_promotion_is_stuck",
        "UPDATE marketing_promotion SET starts_at = now() - interval '2 days', ends_at = now() - interval '1 day'",
    ),
    (
        "no_promotion_is_stuck",
        "UPDATE marketing_promotion SET settled_at = NULL, ended_at = now() - interval '1 hour' WHERE status = 'ended'",
    ),
    ("rewards_are_given_once", "UPDATE marketing_reward SET points = points + 1 WHERE status = 'granted'"),
    ("rewards_are_given_once", "UPDATE marketing_reward SET cash_fen = cash_fen + 1 WHERE status = 'granted'"),
    ("rewards_are_given_once", "UPDATE marketing_reward SET status = 'void'"),
    ("rewards_are_given_once", "DELETE FROM marketing_reward_coupons"),
    ("rewards_cost_whom_they_should", "UPDATE marketing_reward SET code = lower(code)"),
    (
        "rewards_cost_whom_they_should",
        "DELETE FROM payments_ledgertransaction WHERE key LIKE 'reward-cost:%'",
    ),
    ("referral_rewards_follow_invitations", "DELETE FROM community_invitation"),
    ("referral_rewards_follow_invitations", "UPDATE community_invitation SET inviter_id = inviter_id + 1"),
]
