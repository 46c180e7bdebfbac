-- Keep coupons for an order of their owner. Each is one compare-and-set: a coupon is in one order at a time. One that
-- ended since the price was quoted still counts: what was quoted is what is charged.
CREATE OR REPLACE FUNCTION marketing_hold_coupons(placed orders_order, claims jsonb, quoted_at timestamptz)
RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
    wanted bigint;
BEGIN
    FOR wanted IN SELECT key FROM jsonb_to_recordset(claims) AS claim (key bigint) ORDER BY key LOOP
        UPDATE marketing_coupon SET status = 'held', order_id = placed.id
         WHERE id = wanted AND user_id = placed.buyer_id AND status = 'claimed' AND valid_until > quoted_at;
        IF NOT FOUND THEN
            PERFORM common_refuse('coupon_taken');
        END IF;
        INSERT INTO common_transition (entity, object_id, from_state, to_state, reason, actor_id, at)
        VALUES ('marketing.coupon', wanted, 'claimed', 'held', '', placed.buyer_id, placed.placed_at);
    END LOOP;
    RETURN NULL;
END $$;

-- That an order was placed with these steps of promotions.
CREATE OR REPLACE FUNCTION marketing_use_promotions(placed orders_order, claims jsonb, quoted_at timestamptz)
RETURNS jsonb
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO marketing_promotionuse (order_id, promotion_id, step_id)
    SELECT placed.id, step.promotion_id, step.id
      FROM jsonb_to_recordset(claims) AS claim (key bigint)
      JOIN marketing_promotionstep AS step ON step.id = claim.key;
    RETURN NULL;
END $$;
