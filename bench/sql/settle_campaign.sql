-- What settling writes for a campaign of paid orders, as one would type it: no lock, no check, no batch.
-- %(campaign)s is its key, %(code)s its code, %(fen)s the final price, %(now)s the moment.
CREATE TEMP TABLE mine AS
SELECT nextval('payments_refund_id_seq') AS refund_id, bought.id AS order_id, bought.number, bought.merchant_id,
       line.id AS line_id, line.quantity, payment.id AS payment_id, payment.gateway, allotment.id AS allotment_id, allotment.sku_id,
       line.quantity * (line.unit_price_fen - %(fen)s) AS back_fen
  FROM orders_order AS bought
  JOIN orders_orderline AS line ON line.order_id = bought.id
  JOIN payments_payment AS payment ON payment.subject_kind = 'order' AND payment.subject_number = bought.number
  JOIN catalog_allotment AS allotment ON allotment.purpose = 'campaign:' || %(code)s
 WHERE bought.source_code = %(code)s AND bought.status = 'paid';

UPDATE orders_orderline AS line SET final_unit_price_fen = %(fen)s, refunded_fen = line.refunded_fen + mine.back_fen
  FROM mine WHERE line.id = mine.line_id;
UPDATE payments_payment AS payment
   SET refund_fen = payment.refund_fen + mine.back_fen, refund_count = payment.refund_count + 1
  FROM mine WHERE payment.id = mine.payment_id;
INSERT INTO payments_refund
       (id, payment_id, kind, amount_fen, route, reference, reason, status, attempts, due_at, requested_at, error)
SELECT refund_id, payment_id, 'tier_difference', back_fen, 'original', '', '成团差价', 'requested', 0, %(now)s, %(now)s, ''
  FROM mine;
INSERT INTO orders_refundline (refund_id, order_id, line_id, amount_fen, merchant_id, kind, requested_at)
SELECT refund_id, order_id, line_id, back_fen, merchant_id, 'tier_difference', %(now)s FROM mine;
WITH booked AS (
    INSERT INTO payments_ledgertransaction
           (key, subject_kind, subject_number, merchant_id, payment_id, refund_id, booked_at)
    SELECT 'refund:' || refund_id, 'order', number, merchant_id, payment_id, refund_id, %(now)s FROM mine
    RETURNING id, refund_id
)
INSERT INTO payments_ledgerentry (transaction_id, account_id, side, amount_fen)
SELECT booked.id, account.id, CASE account.kind WHEN 'escrow' THEN 'D' ELSE 'C' END, mine.back_fen
  FROM booked
  JOIN mine USING (refund_id)
  JOIN payments_ledgeraccount AS account
    ON (account.kind = 'escrow' AND account.merchant_id = mine.merchant_id)
    OR (account.kind = 'refund_in_flight' AND account.gateway = mine.gateway);
UPDATE orders_hold SET released_at = %(now)s FROM mine WHERE orders_hold.order_id = mine.order_id;
UPDATE orders_order SET status = 'preparing' FROM mine WHERE orders_order.id = mine.order_id;
INSERT INTO common_transition (entity, object_id, from_state, to_state, reason, at)
SELECT 'payments.refund', refund_id, '', 'requested', '', %(now)s::timestamptz FROM mine
UNION ALL
SELECT 'orders.order', order_id, 'paid', 'preparing', '', %(now)s FROM mine;
INSERT INTO catalog_stockmovement
       (sku_id, kind, quantity, available_delta, allotted_delta, sold_delta, reserved_delta, allotment_id, document,
        reason, at)
SELECT sku_id, 'commit', quantity, 0, -quantity, quantity, -quantity, allotment_id, number, '', %(now)s FROM mine;
UPDATE catalog_allotment AS allotment
   SET reserved = reserved - sold_now.pieces, sold = sold + sold_now.pieces
  FROM (SELECT allotment_id, sum(quantity) AS pieces FROM mine GROUP BY allotment_id) AS sold_now
 WHERE allotment.id = sold_now.allotment_id;
UPDATE catalog_stock AS stock SET allotted = allotted - sold_now.pieces, sold = sold + sold_now.pieces
  FROM (SELECT sku_id, sum(quantity) AS pieces FROM mine GROUP BY sku_id) AS sold_now
 WHERE stock.sku_id = sold_now.sku_id;
INSERT INTO common_outboxevent (name, payload)
SELECT 'campaigns.OrderSettled',
       jsonb_build_object('campaign_id', %(campaign)s, 'order_id', order_id, 'difference_fen', back_fen)
  FROM mine;
UPDATE campaigns_campaignorder SET settled_at = %(now)s FROM mine WHERE campaigns_campaignorder.order_id = mine.order_id;
