"""What must always be true of orders."""

from common.invariants import declare
from common.moving import declare_moving
from common.timelines import declare_timeline
from orders.models import Order, RefundLine
from orders.states import OrderStatus

# How every order stands in the books.
IN_THE_BOOKS = """
    SELECT booking.subject_number AS number,
           coalesce(sum(signed.fen) FILTER (WHERE account.kind = 'escrow'), 0) AS held,
           coalesce(sum(signed.fen) FILTER (WHERE account.kind = 'merchant_payable'), 0) AS merchant,
           coalesce(sum(signed.fen) FILTER (WHERE account.kind = 'platform_fee'), 0) AS fee,
           coalesce(sum(signed.fen) FILTER (WHERE account.kind = 'commission_payable'), 0) AS commission,
           coalesce(-sum(signed.fen) FILTER (WHERE account.kind = 'subsidy'), 0) AS granted
      FROM payments_ledgerentry entry
      JOIN payments_ledgeraccount account ON account.id = entry.account_id
      JOIN payments_ledgertransaction booking ON booking.id = entry.transaction_id
      JOIN LATERAL (SELECT CASE entry.side WHEN 'C' THEN amount_fen ELSE -amount_fen END AS fen) signed ON true
     WHERE booking.subject_kind = 'order'
     GROUP BY booking.subject_number
"""

declare_moving(RefundLine)
declare_timeline(
    Order,
    begins=[OrderStatus.PENDING_PAYMENT],
    because=[
        "SELECT order_id FROM orders_refundline WHERE id = ANY({orders_refundline})",
        "SELECT o.id FROM orders_order o JOIN payments_ledgertransaction b ON b.subject_number = o.number "
        "WHERE b.subject_kind = 'order' AND b.id = ANY({payments_ledgertransaction})",
        "SELECT o.id FROM orders_order o JOIN payments_payment p ON p.subject_number = o.number "
        "WHERE p.subject_kind = 'order' AND p.id = ANY({payments_payment})",
    ],
)

ORDERS = {"orders_order": "id = ANY({orders_order})"}
LINES = {"orders_orderline": "order_id = ANY({orders_order})"}
PRICES = {"orders_priceline": "order_id = ANY({orders_order})"}
PARTS = {"orders_refundline": "order_id = ANY({orders_order})"}
REFUNDS = {"payments_refund": "id = ANY({payments_refund})"}
BOOKS = ORDERS | {
    "payments_ledgertransaction": "subject_kind = 'order' AND subject_number IN (SELECT number FROM orders_order)"
}

declare(
    "order_lines_add_up",
    "What is paid for the lines of an order is its goods, and its price lines add up to what is payable (I15).",
    """
    SELECT o.number FROM orders_order o
     WHERE o.goods_fen <> (SELECT coalesce(sum(paid_fen), 0) FROM orders_orderline WHERE order_id = o.id)
        OR o.payable_fen <> (SELECT coalesce(sum(amount_fen), 0) FROM orders_priceline WHERE order_id = o.id)
    """,
    lately=ORDERS,
)
declare(
    "price_lines_explain_each_line",
    "The price lines of an order line add up to what is paid for it (I15).",
    """
    SELECT l.id FROM orders_orderline l
     WHERE l.paid_fen <> (SELECT coalesce(sum(amount_fen), 0) FROM orders_priceline WHERE line_id = l.id)
    """,
    lately=LINES,
)
declare(
    "paid_orders_are_paid",
    "An order is paid exactly when its applied payments, from gateway and balance, add up to what is payable "
    "(I14, I16).",
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
    lately=ORDERS,
)
declare(
    "balance_parts_wait_for_the_rest",
    "What a balance paid towards an order is applied with the rest, waits as the order does, or is given back (I14).",
    """
    SELECT p.number FROM payments_payment p
      JOIN orders_order o ON p.subject_kind = 'order' AND p.subject_number = o.number
     WHERE p.gateway = 'balance' AND p.status = 'captured' AND NOT p.applied
       AND o.status <> 'pending_payment' AND p.refund_fen <> p.amount_fen
    """,
    lately=ORDERS,
)
declare(
    "refund_parts_add_up",
    "A refund of an applied payment is the sum of its parts, and lines and freight know what they gave back (I13).",
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
    lately=ORDERS | LINES | REFUNDS,
)
declare(
    "ended_orders_hold_nothing",
    "An expired or cancelled order has given back every claim, and a live one none (I02).",
    """
    SELECT o.number FROM orders_order o JOIN orders_orderclaim c ON c.order_id = o.id
     WHERE (o.status IN ('expired', 'cancelled')) <> (c.given_back_at IS NOT NULL)
    """,
    lately=ORDERS,
)
declare(
    "cancelled_paid_orders_are_refunded",
    "A paid order that was cancelled has all its money on the way back (I17).",
    """
    SELECT o.number FROM orders_order o
      JOIN payments_payment p ON p.subject_kind = 'order' AND p.subject_number = o.number AND p.applied
     WHERE o.status = 'cancelled' AND p.refund_fen <> p.amount_fen
    """,
    lately=ORDERS,
)
declare(
    "held_orders_wait",
    "A paid order waits exactly as long as somebody holds it; only its settlement may be held later, until it "
    "is over (I09).",
    """
    SELECT o.number FROM orders_order o
     WHERE o.status = 'paid'
       AND NOT EXISTS (SELECT 1 FROM orders_hold h WHERE h.order_id = o.id AND h.released_at IS NULL)
    UNION ALL
    SELECT o.number FROM orders_order o JOIN orders_hold h ON h.order_id = o.id AND h.released_at IS NULL
     WHERE o.status = 'completed' OR (o.status IN ('preparing', 'ready') AND h.kind NOT LIKE 'freeze%')
    """,
    lately=ORDERS,
)
declare(
    "order_belongs_to_its_merchant",
    "Every line of an order, and its pick-up point, belong to the order's merchant (I29).",
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
    lately=ORDERS,
)
declare(
    "no_order_waits_for_ever",
    "An unpaid order does not outlive its deadline by more than an hour, unless its gateway is silent (I26).",
    """
    SELECT o.number FROM orders_order o
     WHERE o.status = 'pending_payment' AND o.pay_by < now() - interval '1 hour'
       AND NOT EXISTS (SELECT 1 FROM payments_payment p
                        WHERE p.subject_kind = 'order' AND p.subject_number = o.number AND p.status = 'pending')
    """,
    settled=True,
)
declare(
    "completed_orders_were_due",
    "A completed order was received, its after-sales window was over and nothing held it; nothing of it is in "
    "escrow (I24).",
    f"""
    WITH books AS ({IN_THE_BOOKS})
    SELECT o.number FROM orders_order o LEFT JOIN books ON books.number = o.number
     WHERE o.status = 'completed'
       AND (o.received_at IS NULL OR o.completed_at IS NULL OR o.completes_at IS NULL
            OR o.completed_at < o.completes_at OR o.completes_at < o.received_at + interval '48 hours'
            OR books.held <> 0)
    UNION ALL
    SELECT o.number FROM orders_order o
     WHERE (o.status = 'completed') <> (o.completed_at IS NOT NULL)
        OR (o.status IN ('received', 'completed')) <> (o.completes_at IS NOT NULL)
    UNION ALL
    SELECT o.number FROM orders_order o JOIN orders_hold h ON h.order_id = o.id
     WHERE o.status = 'completed' AND h.released_at > o.completed_at
    """,
    lately=BOOKS,
)
declare(
    "settled_when_completed",
    "Merchant, platform and leader get their shares of an order when it is completed, and not a day before (I24).",
    f"""
    WITH books AS ({IN_THE_BOOKS})
    SELECT o.number FROM orders_order o JOIN books ON books.number = o.number
     WHERE o.status <> 'completed' AND (books.merchant <> 0 OR books.fee <> 0 OR books.commission <> 0)
    """,
    lately=BOOKS,
)
declare(
    "shares_follow_the_rates",
    "Of a completed order the platform has its rate of the goods that were not paid back, and the merchant "
    "the rest (F4).",
    f"""
    WITH books AS ({IN_THE_BOOKS}), goods AS (
        SELECT o.id, coalesce(sum(l.paid_fen - l.refunded_fen), 0) AS fen
          FROM orders_order o JOIN orders_orderline l ON l.order_id = o.id WHERE o.status = 'completed' GROUP BY o.id
    )
    SELECT o.number, books.merchant, books.fee FROM orders_order o
      JOIN goods ON goods.id = o.id
      JOIN books ON books.number = o.number
     WHERE NOT EXISTS (SELECT 1 FROM orders_priceline p WHERE p.order_id = o.id AND p.funder = 'platform')
       AND (books.fee <> least((goods.fen * o.platform_fee_bp * 2 + 10000) / 20000, goods.fen - books.commission)
            OR books.merchant <> goods.fen + o.freight_fen - o.freight_refunded_fen - books.fee - books.commission)
    """,
    lately=BOOKS,
)
declare(
    "commissions_are_earned",
    "A commission is the leader's, at the order's rate, on an order of somebody else: frozen until it is "
    "completed (I24).",
    """
    SELECT o.number, c.status FROM payments_commission c
      JOIN orders_order o ON c.subject_kind = 'order' AND c.subject_number = o.number
     WHERE c.payer_id <> o.buyer_id OR c.beneficiary_id = o.buyer_id OR c.beneficiary_id IS DISTINCT FROM o.leader_id
        OR c.rate_bp <> o.leader_rate_bp
        OR (c.status = 'released') <> (o.status = 'completed') AND c.status <> 'void'
        OR c.released_at < o.completes_at
        OR o.status NOT IN ('received', 'completed')
    """,
    lately=ORDERS,
)
declare(
    "platform_discounts_are_booked",
    "What the platform gives towards a paid order stands in its books, less what returned with goods paid back (I12).",
    f"""
    WITH books AS ({IN_THE_BOOKS}), discounts AS (
        SELECT order_id, -sum(amount_fen) AS fen FROM orders_priceline WHERE funder = 'platform' GROUP BY order_id
    ), gone_back AS (
        SELECT part.order_id FROM orders_refundline part JOIN payments_refund r ON r.id = part.refund_id
         WHERE r.kind <> 'tier_difference' GROUP BY part.order_id
    )
    SELECT o.number FROM orders_order o
      LEFT JOIN discounts ON discounts.order_id = o.id
      LEFT JOIN books ON books.number = o.number
     WHERE coalesce(books.granted, 0) NOT BETWEEN 0 AND coalesce(discounts.fen, 0)
        OR (o.paid_at IS NULL OR o.status = 'cancelled') AND books.granted <> 0
        OR o.paid_at IS NOT NULL AND o.id NOT IN (SELECT order_id FROM gone_back)
           AND coalesce(books.granted, 0) <> coalesce(discounts.fen, 0)
    """,
    lately=BOOKS | PRICES | PARTS,
)
declare(
    "no_received_order_waits_for_ever",
    "A received order is completed within a quarter of an hour of its window's end, unless something holds it (I27).",
    """
    SELECT o.number FROM orders_order o
     WHERE o.status = 'received' AND o.completes_at < now() - interval '15 minutes'
       AND NOT EXISTS (SELECT 1 FROM orders_hold h WHERE h.order_id = o.id AND h.released_at IS NULL)
    """,
    settled=True,
)
declare(
    "payments_are_of_their_order",
    "An order is paid for by its buyer, to its merchant, and refunded out of its own payments (I29).",
    """
    SELECT o.number FROM orders_order o
      JOIN payments_payment p ON p.subject_kind = 'order' AND p.subject_number = o.number
     WHERE p.merchant_id <> o.merchant_id OR p.payer_id <> o.buyer_id
    UNION ALL
    SELECT o.number FROM orders_refundline part
      JOIN orders_order o ON o.id = part.order_id
      JOIN payments_refund r ON r.id = part.refund_id
      JOIN payments_payment p ON p.id = r.payment_id
     WHERE p.subject_kind <> 'order' OR p.subject_number <> o.number
    """,
    lately=ORDERS,
)
declare(
    "parts_of_refunds_say_what_their_refund_says",
    "A part of a refund has its order's merchant, its refund's kind and time, and is of applied money (I29).",
    """
    SELECT r.number FROM orders_refundline part
      JOIN orders_order o ON o.id = part.order_id
      JOIN payments_refund r ON r.id = part.refund_id
      JOIN payments_payment p ON p.id = r.payment_id
     WHERE (part.merchant_id, part.kind, part.requested_at) <> (o.merchant_id, r.kind, r.requested_at) OR NOT p.applied
    """,
    lately=PARTS,
)
