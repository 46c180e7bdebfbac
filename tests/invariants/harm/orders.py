"""Harm to orders."""

A_LINE = "(SELECT l.id FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id WHERE o.status = 'preparing' "
A_LINE += "ORDER BY l.id LIMIT 1)"
AN_ORDER = "(SELECT id FROM orders_order WHERE status = '%s' ORDER BY id LIMIT 1)"

HARM: list[tuple[str, str]] = [
    ("order_lines_add_up", f"UPDATE orders_orderline SET paid_fen = paid_fen + 1 WHERE id = {A_LINE}"),
    ("order_lines_add_up", f"UPDATE orders_order SET goods_fen = goods_fen - 1 WHERE id = {AN_ORDER % 'paid'}"),
    ("price_lines_explain_each_line", f"UPDATE orders_priceline SET line_id = NULL WHERE line_id = {A_LINE}"),
    ("paid_orders_are_paid", f"UPDATE orders_order SET paid_at = NULL WHERE id = {AN_ORDER % 'paid'}"),
    ("paid_orders_are_paid", f"UPDATE orders_order SET paid_at = now() WHERE id = {AN_ORDER % 'pending_payment'}"),
    ("paid_orders_are_paid", f"UPDATE orders_order SET status = 'ready' WHERE id = {AN_ORDER % 'pending_payment'}"),
    ("paid_orders_are_paid", "UPDATE payments_payment SET amount_fen = amount_fen - 1 WHERE applied"),
    (
        "balance_parts_wait_for_the_rest",
        "UPDATE payments_payment SET refund_fen = 0 WHERE gateway = 'balance' AND NOT applied",
    ),
    ("refund_parts_add_up", "UPDATE orders_refundline SET amount_fen = amount_fen + 1"),
    ("refund_parts_add_up", f"UPDATE orders_orderline SET refunded_fen = refunded_fen + 1 WHERE id = {A_LINE}"),
    ("refund_parts_add_up", "DELETE FROM orders_refundline"),
    ("refund_parts_add_up", "UPDATE orders_order SET freight_refunded_fen = 1"),
    ("ended_orders_hold_nothing", "UPDATE orders_orderclaim SET given_back_at = NULL"),
    ("ended_orders_hold_nothing", "UPDATE orders_orderclaim SET given_back_at = now()"),
    (
        "cancelled_paid_orders_are_refunded",
        "UPDATE payments_payment SET refund_fen = refund_fen - 1 WHERE subject_number IN "
        "(SELECT number FROM orders_order WHERE status = 'cancelled')",
    ),
    ("held_orders_wait", "UPDATE orders_hold SET released_at = now()"),
    ("held_orders_wait", "UPDATE orders_hold SET released_at = NULL"),
    ("held_orders_wait", "UPDATE orders_order SET status = 'completed' WHERE status = 'paid'"),
    ("completed_orders_were_due", "UPDATE orders_order SET completed_at = completes_at - interval '1 second'"),
    ("completed_orders_were_due", "UPDATE orders_order SET completes_at = NULL WHERE status = 'received'"),
    ("completed_orders_were_due", "UPDATE orders_hold SET released_at = now() + interval '1000 years'"),
    ("completed_orders_were_due", "UPDATE payments_ledgertransaction SET subject_kind = '' WHERE key ~ '^release:'"),
    ("settled_when_completed", "UPDATE orders_order SET status = 'received' WHERE status = 'completed'"),
    ("shares_follow_the_rates", "UPDATE orders_order SET platform_fee_bp = 300 WHERE status = 'completed'"),
    ("shares_follow_the_rates", "UPDATE orders_orderline SET refunded_fen = refunded_fen + 100"),
    ("commissions_are_earned", "UPDATE payments_commission SET beneficiary_id = payer_id"),
    ("commissions_are_earned", "UPDATE payments_commission SET rate_bp = rate_bp + 1"),
    (
        "commissions_are_earned",
        "UPDATE payments_commission SET status = 'released', released_at = accrued_at WHERE status = 'frozen'",
    ),
    (
        "commissions_are_earned",
        "UPDATE payments_commission SET released_at = released_at - interval '1 hour' WHERE status = 'released'",
    ),
    ("platform_discounts_are_booked", f"UPDATE orders_priceline SET funder = 'platform' WHERE line_id = {A_LINE}"),
    ("no_received_order_waits_for_ever", "UPDATE orders_order SET completes_at = now() - interval '20 minutes'"),
    ("order_belongs_to_its_merchant", "UPDATE orders_pickuppoint SET merchant_id = merchant_id + 1000"),
    ("order_belongs_to_its_merchant", "UPDATE catalog_product SET merchant_id = merchant_id + 1"),
    ("payments_are_of_their_order", "UPDATE payments_payment SET merchant_id = merchant_id + 1"),
    ("payments_are_of_their_order", "UPDATE payments_payment SET payer_id = payer_id + 1"),
    (
        "payments_are_of_their_order",
        f"UPDATE orders_refundline SET order_id = {AN_ORDER % 'pending_payment'} WHERE line_id IS NOT NULL",
    ),
    (
        "parts_of_refunds_say_what_their_refund_says",
        "UPDATE orders_refundline SET requested_at = requested_at + interval '1 second'",
    ),
    (
        "parts_of_refunds_say_what_their_refund_says",
        "UPDATE orders_refundline SET kind = 'late'",
    ),
    ("no_order_waits_for_ever", "UPDATE orders_order SET pay_by = now() - interval '2 hours'"),
]
