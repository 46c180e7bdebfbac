"""Harm to campaigns."""

from tests.invariants.harm.orders import A_LINE, AN_ORDER

SETTLED = "(SELECT id FROM campaigns_campaign WHERE title = '成了')"
OPEN = "(SELECT id FROM campaigns_campaign WHERE title = '开着')"
MISSED = "(SELECT id FROM campaigns_campaign WHERE title = '没成')"
SUBSIDISED = "(SELECT id FROM campaigns_campaign WHERE title = '补贴')"

HARM: list[tuple[str, str]] = [
    ("counters_match_orders", "UPDATE campaigns_campaignprogress SET paid_participants = paid_participants + 1"),
    ("counters_match_orders", "UPDATE campaigns_campaignprogress SET paid_pieces = paid_pieces + 1"),
    ("counters_match_orders", "UPDATE campaigns_campaignorder SET left_at = NULL"),
    ("counted_means_paid", "UPDATE campaigns_campaignorder SET counted_at = NULL"),
    ("counted_means_paid", "UPDATE campaigns_campaignorder SET counted_at = now()"),
    ("pieces_are_lines", "UPDATE campaigns_campaignorder SET pieces = pieces + 1"),
    ("person_row_matches_orders", "UPDATE campaigns_participant SET live_pieces = live_pieces + 1"),
    ("person_row_matches_orders", "UPDATE campaigns_participant SET live_orders = live_orders + 1"),
    ("person_row_matches_orders", "UPDATE campaigns_participant SET paid_orders = paid_orders + 1"),
    ("person_row_matches_orders", f"UPDATE campaigns_campaign SET limit_per_person = 1 WHERE id = {OPEN}"),
    ("places_are_people", f"UPDATE campaigns_campaign SET max_participants = 1 WHERE id = {OPEN}"),
    ("places_are_people", "UPDATE campaigns_campaignprogress SET places_taken = places_taken + 1"),
    ("early_birds_are_orders", f"UPDATE campaigns_campaign SET early_bird_orders = 0 WHERE id = {OPEN}"),
    ("early_birds_are_orders", "UPDATE campaigns_campaignprogress SET early_birds = early_birds + 1"),
    ("prices_fall", "UPDATE campaigns_tierprice SET unit_price_fen = 2990"),
    (
        "prices_fall",
        "DELETE FROM campaigns_tierprice WHERE id = (SELECT max(id) FROM campaigns_tierprice)",
    ),
    ("outcome_follows_the_rules", f"UPDATE campaigns_campaign SET minimum = 99 WHERE id = {SETTLED}"),
    (
        "outcome_follows_the_rules",
        "UPDATE campaigns_campaign c SET final_tier_id = (SELECT id FROM campaigns_tier t WHERE t.campaign_id = c.id "
        f"ORDER BY threshold DESC LIMIT 1) WHERE id = {SETTLED}",
    ),
    ("outcome_follows_the_rules", f"UPDATE campaigns_campaign SET final_count = minimum WHERE id = {MISSED}"),
    ("outcome_follows_the_rules", f"UPDATE campaigns_campaign SET when_missed = 'refund' WHERE id = {SUBSIDISED}"),
    ("frozen_count_stands", f"UPDATE campaigns_campaign SET final_count = final_count + 1 WHERE id = {SETTLED}"),
    ("frozen_count_stands", "UPDATE campaigns_campaignprogress SET counts_fixed_at = NULL"),
    ("goods_go_out_after_success", f"UPDATE orders_order SET status = 'preparing' WHERE id = {AN_ORDER % 'paid'}"),
    (
        "everybody_pays_the_final_price",
        f"UPDATE orders_orderline SET final_unit_price_fen = final_unit_price_fen - 1 WHERE id = {A_LINE}",
    ),
    ("everybody_pays_the_final_price", f"DELETE FROM orders_refundline WHERE line_id = {A_LINE}"),
    ("settled_leaves_nobody_waiting", f"UPDATE campaigns_campaign SET settled_at = now() WHERE id = {OPEN}"),
    ("settled_leaves_nobody_waiting", "UPDATE catalog_allotment SET returned_at = NULL"),
    ("orders_belong_to_their_campaign", f"UPDATE orders_order SET source_code = '' WHERE id = {AN_ORDER % 'paid'}"),
    (
        "orders_belong_to_their_campaign",
        f"UPDATE campaigns_campaign SET merchant_id = merchant_id + 1 WHERE id = {OPEN}",
    ),
    ("pieces_are_claimed", "UPDATE catalog_allotment SET reserved = reserved + 1"),
    ("pieces_are_claimed", "UPDATE catalog_allotment SET sold = sold + 1"),
    ("pieces_are_claimed", "UPDATE orders_orderclaim SET quantity = quantity + 1"),
    ("pieces_are_claimed", "UPDATE orders_orderclaim SET given_back_at = NULL"),
    ("campaigns_sell_what_their_merchant_has", "UPDATE catalog_product SET merchant_id = merchant_id + 1"),
    ("campaigns_sell_what_their_merchant_has", "UPDATE orders_pickuppoint SET merchant_id = merchant_id + 1"),
    ("gate_matches_state", "UPDATE catalog_allotment SET is_open = NOT is_open"),
    (
        "no_campaign_is_stuck",
        "UPDATE campaigns_campaign SET opens_at = now() - interval '2 hours', closes_at = now() - interval '1 hour'",
    ),
    (
        "no_campaign_is_stuck",
        f"UPDATE campaigns_campaign SET settled_at = NULL, closing_since = now() - interval '1 hour' "
        f"WHERE id = {SETTLED}",
    ),
    (
        "no_campaign_is_stuck",
        "UPDATE campaigns_campaign c SET settled_at = NULL, closing_since = now() - interval '2 hours' FROM "
        "orders_order o JOIN payments_payment p ON p.subject_number = o.number AND p.status = 'pending' "
        f"WHERE c.id = {OPEN} AND o.source_code = c.code",
    ),
]
