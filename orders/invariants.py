"""What must always be true of orders."""

from common.invariants import declare

declare(
    "order_lines_add_up",
    "What is paid for the lines of an order is its goods, and its price lines add up to what is payable.",
    """
    SELECT o.number FROM orders_order o
     WHERE o.goods_fen <> (SELECT coalesce(sum(paid_fen), 0) FROM orders_orderline WHERE order_id = o.id)
        OR o.payable_fen <> (SELECT coalesce(sum(amount_fen), 0) FROM orders_priceline WHERE order_id = o.id)
    """,
)
declare(
    "price_lines_explain_each_line",
    "The price lines of an order line add up to what is paid for it.",
    """
    SELECT l.id FROM orders_orderline l
     WHERE l.paid_fen <> (SELECT coalesce(sum(amount_fen), 0) FROM orders_priceline WHERE line_id = l.id)
    """,
)
declare(
    "paid_orders_are_paid",
    "An order is paid exactly when its applied payments, from gateway and balance, add up to all that is payable.",
    """
    SELECT o.number FROM orders_order o
      LEFT JOIN LATERAL (
          SELECT sum(p.amount_fen) AS fen FROM payments_payment p
           WHERE p.subject_kind = 'order' AND p.subject_number = o.number AND p.applied
      ) paid ON true
     WHERE (o.paid_at IS NOT NULL) <> (paid.fen IS NOT NULL)
        OR paid.fen <> o.payable_fen
        OR (o.status IN ('paid', 'preparing', 'ready', 'received', 'completed') AND o.paid_at IS NULL)
        OR (o.status IN ('pending_payment', 'expired') AND o.paid_at IS NOT NULL)
    """,
)
declare(
    "balance_parts_wait_for_the_rest",
    "What a balance paid towards an order is applied with the rest, waits while the order waits, or is given back.",
    """
    SELECT p.number FROM payments_payment p
      JOIN orders_order o ON p.subject_kind = 'order' AND p.subject_number = o.number
     WHERE p.gateway = 'balance' AND p.status = 'captured' AND NOT p.applied
       AND o.status <> 'pending_payment' AND p.refund_fen <> p.amount_fen
    """,
)
declare(
    "refund_parts_add_up",
    "A refund of an applied payment is the sum of its parts, and lines and freight know what they gave back.",
    """
    SELECT r.number FROM payments_refund r
      JOIN payments_payment p ON p.id = r.payment_id AND p.subject_kind = 'order' AND p.applied
     WHERE r.amount_fen <> (SELECT coalesce(sum(amount_fen), 0) FROM orders_refundline WHERE refund_id = r.id)
    UNION ALL
    SELECT l.id::text FROM orders_orderline l
     WHERE l.refunded_fen <> (SELECT coalesce(sum(amount_fen), 0) FROM orders_refundline WHERE line_id = l.id)
    UNION ALL
    SELECT o.number FROM orders_order o
     WHERE o.freight_refunded_fen <>
           (SELECT coalesce(sum(amount_fen), 0) FROM orders_refundline WHERE order_id = o.id AND line_id IS NULL)
    """,
)
declare(
    "ended_orders_hold_nothing",
    "An expired or cancelled order has given back every claim, and a live one none.",
    """
    SELECT o.number FROM orders_order o JOIN orders_orderclaim c ON c.order_id = o.id
     WHERE (o.status IN ('expired', 'cancelled')) <> (c.given_back_at IS NOT NULL)
    """,
)
declare(
    "cancelled_paid_orders_are_refunded",
    "A paid order that was cancelled has all its money on the way back.",
    """
    SELECT o.number FROM orders_order o
      JOIN payments_payment p ON p.subject_kind = 'order' AND p.subject_number = o.number AND p.applied
     WHERE o.status = 'cancelled' AND p.refund_fen <> p.amount_fen
    """,
)
declare(
    "held_orders_wait",
    "A paid order waits exactly as long as somebody holds it.",
    """
    SELECT o.number FROM orders_order o
     WHERE o.status = 'paid'
       AND NOT EXISTS (SELECT 1 FROM orders_hold h WHERE h.order_id = o.id AND h.released_at IS NULL)
    UNION ALL
    SELECT o.number FROM orders_order o JOIN orders_hold h ON h.order_id = o.id AND h.released_at IS NULL
     WHERE o.status IN ('preparing', 'ready', 'received', 'completed')
    """,
)
declare(
    "order_belongs_to_its_merchant",
    "Every line of an order, and its pick-up point, belong to the order's merchant.",
    """
    SELECT o.number FROM orders_order o
      JOIN orders_orderline l ON l.order_id = o.id
      JOIN catalog_sku s ON s.id = l.sku_id
      JOIN catalog_product p ON p.id = s.product_id
     WHERE p.merchant_id <> o.merchant_id
    UNION ALL
    SELECT o.number FROM orders_order o JOIN orders_pickuppoint t ON t.id = o.pickup_point_id
     WHERE t.merchant_id <> o.merchant_id
    """,
)
declare(
    "timeline_is_a_chain",
    "The timeline of an order begins once, each step follows the one before, and the last one is where it stands.",
    """
    WITH steps AS (
        SELECT object_id, from_state, to_state,
               lag(to_state, 1, '') OVER (PARTITION BY object_id ORDER BY id) AS before,
               lead(id) OVER (PARTITION BY object_id ORDER BY id) IS NULL AS is_last
          FROM common_transition WHERE entity = 'orders.order'
    )
    SELECT object_id::text FROM steps WHERE from_state <> before
    UNION ALL
    SELECT o.number FROM orders_order o LEFT JOIN steps s ON s.object_id = o.id AND s.is_last
     WHERE s.to_state IS DISTINCT FROM o.status
    """,
)
declare(
    "no_order_waits_for_ever",
    "An unpaid order does not outlive its deadline by more than an hour, unless its gateway is silent.",
    """
    SELECT o.number FROM orders_order o
     WHERE o.status = 'pending_payment' AND o.pay_by < now() - interval '1 hour'
       AND NOT EXISTS (SELECT 1 FROM payments_payment p
                        WHERE p.subject_kind = 'order' AND p.subject_number = o.number AND p.status = 'pending')
    """,
    settled=True,
)
