"""What must always be true of facts. Only yesterday is compared: the night has counted it, and it is quick to ask."""

from common.invariants import declare

declare(
    "facts_of_a_closed_day_equal_the_tables",
    "昨天结账以后，每家店的日报和订单、退款对得上；还有事件在路上、等着重算的店不比（J1）",
    """
    WITH yesterday AS (
        SELECT day, day::timestamp AT TIME ZONE 'Asia/Shanghai' AS since,
            (day + 1)::timestamp AT TIME ZONE 'Asia/Shanghai' AS until
        FROM analytics_closedday WHERE day = (now() AT TIME ZONE 'Asia/Shanghai')::date - 1
    ), on_its_way AS (
        SELECT merchant_id FROM analytics_staleday JOIN yesterday USING (day) WHERE merchant_id IS NOT NULL
        UNION
        SELECT bought.merchant_id FROM common_outboxevent event
        JOIN orders_order bought ON bought.id = (event.payload ->> 'order_id')::bigint
        WHERE event.relayed_at IS NULL OR event.id IN (
            SELECT event_id FROM common_eventdelivery WHERE status = 'waiting' AND handler LIKE 'analytics.%'
        )
    ), said AS (
        SELECT merchant_id, orders, paid_fen, refunded_fen FROM analytics_merchantday JOIN yesterday USING (day)
    ), paid AS (
        SELECT merchant_id, count(*) AS orders, sum(payable_fen) AS paid_fen
        FROM accounts_merchant merchant CROSS JOIN yesterday
        JOIN orders_order ON merchant_id = merchant.id AND paid_at >= since AND paid_at < until
        GROUP BY merchant_id
    ), back AS (
        SELECT bought.merchant_id, sum(part.amount_fen) AS refunded_fen
        FROM yesterday JOIN payments_refund refund ON requested_at >= since AND requested_at < until
        JOIN payments_payment payment ON payment.id = refund.payment_id AND payment.applied
        JOIN orders_refundline part ON part.refund_id = refund.id
        JOIN orders_order bought ON bought.id = part.order_id
        GROUP BY bought.merchant_id
    )
    SELECT merchant_id, said.orders, paid.orders, said.paid_fen, paid.paid_fen, said.refunded_fen, back.refunded_fen
    FROM said FULL JOIN paid USING (merchant_id) FULL JOIN back USING (merchant_id)
    WHERE (COALESCE(said.orders, 0), COALESCE(said.paid_fen, 0), COALESCE(said.refunded_fen, 0))
        <> (COALESCE(paid.orders, 0), COALESCE(paid.paid_fen, 0), COALESCE(back.refunded_fen, 0))
        AND merchant_id NOT IN (SELECT merchant_id FROM on_its_way)
    """,
)

declare(
    "facts_keep_up",
    "变动过的日子 15 分钟内重新算过（J1）",
    "SELECT day, merchant_id FROM analytics_staleday WHERE marked_at < now() - interval '15 minutes'",
    settled=True,
)
