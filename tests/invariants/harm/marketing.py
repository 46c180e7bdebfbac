"""Harm to coupons."""

A_USED = "(SELECT min(id) FROM marketing_coupon WHERE status = 'used')"
A_HELD = "(SELECT min(id) FROM marketing_coupon WHERE status = 'held')"
A_FREE = "(SELECT min(id) FROM marketing_coupon WHERE status = 'claimed')"

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
]
