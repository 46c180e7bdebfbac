-- Give money of a payment back. The same number again is the same refund, and an abnormal one is tried again. What
-- begins becomes as `plan` says (status, finishes_at, done_at), and its customer is sent the messages of the plan, if
-- there is an address to send them to. Refuses with unknown, not_paid, number_reused, not_enough_left.
CREATE OR REPLACE FUNCTION sandbox_give_back(
    payment_number text, refund_number text, amount bigint, plan jsonb, asked_at timestamptz
) RETURNS sandbox_refund
LANGUAGE plpgsql AS $$
DECLARE
    payment sandbox_payment;
    refund sandbox_refund;
BEGIN
    -- Whoever else gives back of this payment waits here, and counts what we gave.
    SELECT * INTO payment FROM sandbox_payment WHERE number = payment_number FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM common_refuse('unknown');
    END IF;
    SELECT * INTO refund FROM sandbox_refund WHERE number = refund_number;
    IF NOT FOUND THEN
        refund := sandbox_begin(payment, refund_number, amount, plan, asked_at);
    ELSIF refund.payment_id <> payment.id OR refund.amount_fen <> amount THEN
        PERFORM common_refuse('number_reused');
    ELSIF refund.status = 'abnormal' THEN
        UPDATE sandbox_refund SET status = plan->>'status', finishes_at = (plan->>'finishes_at')::timestamptz,
                                  done_at = (plan->>'done_at')::timestamptz
         WHERE id = refund.id RETURNING * INTO refund;
    ELSE
        UPDATE sandbox_refund SET status = 'done', done_at = finishes_at
         WHERE id = refund.id AND status = 'processing' AND finishes_at <= asked_at;
        SELECT * INTO refund FROM sandbox_refund WHERE id = refund.id;
        RETURN refund;
    END IF;
    INSERT INTO sandbox_delivery (event_id, url, body, due_at, attempts, forged, overtaken)
    SELECT event_id, payment.notify_url, body, due_at, 0, forged, overtaken
      FROM jsonb_to_recordset(plan->'messages')
           AS message (event_id text, body text, due_at timestamptz, forged boolean, overtaken boolean)
     WHERE payment.notify_url <> '';
    RETURN refund;
END $$;

-- A refund that nobody has asked for before, of a locked payment that has as much left.
CREATE OR REPLACE FUNCTION sandbox_begin(
    payment sandbox_payment, refund_number text, amount bigint, plan jsonb, asked_at timestamptz
) RETURNS sandbox_refund
LANGUAGE plpgsql AS $$
DECLARE
    refund sandbox_refund;
    given_back bigint := (SELECT coalesce(sum(amount_fen), 0) FROM sandbox_refund WHERE payment_id = payment.id);
BEGIN
    IF payment.status <> 'paid' THEN
        PERFORM common_refuse('not_paid');
    END IF;
    IF amount <= 0 OR given_back + amount > payment.amount_fen THEN
        PERFORM common_refuse('not_enough_left');
    END IF;
    INSERT INTO sandbox_refund (payment_id, number, amount_fen, accepted_at, status, finishes_at, done_at)
    VALUES (payment.id, refund_number, amount, asked_at, plan->>'status', (plan->>'finishes_at')::timestamptz,
            (plan->>'done_at')::timestamptz)
    RETURNING * INTO refund;
    RETURN refund;
END $$;
