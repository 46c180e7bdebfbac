"""The comparison in SQL, for all lines of a bill at once. Each runs on one attempt of one run and may be repeated."""

# Where a line with this document stands: on this reading of this bill, or on what counts of any other one.
STANDS_ON_A_BILL = """
    SELECT 1 FROM payments_reconciliationline line
      JOIN payments_reconciliationrun run ON run.id = line.run_id AND run.gateway = %(gateway)s
     WHERE line.kind = {kind} AND line.number = {number} AND line.position IS NOT NULL
       AND line.attempt = CASE run.id WHEN %(run)s THEN %(attempt)s ELSE run.finished_attempt END
"""

FORGET_MISSING = """
DELETE FROM payments_reconciliationline WHERE run_id = %(run)s AND attempt = %(attempt)s AND position IS NULL
"""

# A refund that the bill shows on its way may have arrived since; one that it shows as abnormal may have been sent again
# after that day, or have left by another way.
MATCH = """
WITH line AS (
    SELECT line.*, row_number() OVER (PARTITION BY kind, number ORDER BY position) AS nth
      FROM payments_reconciliationline line
     WHERE run_id = %(run)s AND attempt = %(attempt)s
), found AS (
    SELECT line.id,
           coalesce(payment.amount_fen, refund.amount_fen) AS our_fen,
           coalesce(payment.status, refund.status, '') AS our_status,
           CASE
           WHEN line.nth > 1 OR EXISTS (
                SELECT 1 FROM payments_reconciliationline other
                  JOIN payments_reconciliationrun run
                    ON run.id = other.run_id AND run.finished_attempt = other.attempt
                 WHERE run.gateway = %(gateway)s AND run.day < %(day)s AND other.position IS NOT NULL
                   AND other.kind = line.kind AND other.number = line.number)
                THEN 'duplicate'
           WHEN coalesce(payment.id, refund.id) IS NULL THEN 'missing_here'
           WHEN coalesce(payment.amount_fen, refund.amount_fen) <> line.their_fen THEN 'amount'
           WHEN payment.status = 'captured' AND line.their_status <> 'captured' THEN 'status'
           WHEN payment.status <> 'captured' AND line.their_status = 'captured' THEN 'missing_here'
           WHEN payment.id IS NOT NULL THEN ''
           WHEN refund.route <> 'original' AND line.their_status = 'abnormal' THEN ''
           WHEN refund.route <> 'original' THEN 'status'
           WHEN refund.status = line.their_status THEN ''
           WHEN line.their_status = 'processing' AND refund.status IN ('done', 'abnormal') THEN ''
           WHEN line.their_status = 'abnormal' AND refund.done_at >= %(end)s THEN ''
           ELSE 'status'
           END AS difference
      FROM line
      LEFT JOIN payments_payment payment
        ON line.kind = 'payment' AND payment.number = line.number AND payment.gateway = %(gateway)s
      LEFT JOIN (payments_refund refund
                 JOIN payments_payment origin ON origin.id = refund.payment_id AND origin.gateway = %(gateway)s)
        ON line.kind = 'refund' AND refund.number = line.number
)
UPDATE payments_reconciliationline AS line
   SET our_fen = found.our_fen, our_status = found.our_status, difference = found.difference
  FROM found
 WHERE line.id = found.id
   AND (line.our_fen, line.our_status, line.difference)
       IS DISTINCT FROM (found.our_fen, found.our_status, found.difference)
"""

# Payments by the gateway's clock. A refund stands on the bill of the day it was accepted, which lies between the day it
# was sent and the day it arrived: it is missed on the latter, if the bill of the former was read.
FIND_MISSING = f"""
INSERT INTO payments_reconciliationline
       (run_id, attempt, kind, number, gateway_number, at, their_status, our_fen, our_status, difference)
SELECT %(run)s, %(attempt)s, 'payment', payment.number, payment.gateway_number, payment.captured_at, '',
       payment.amount_fen, payment.status, 'missing_there'
  FROM payments_payment payment
 WHERE payment.gateway = %(gateway)s AND payment.status = 'captured'
   AND payment.captured_at >= %(start)s AND payment.captured_at < %(end)s
   AND NOT EXISTS ({STANDS_ON_A_BILL.format(kind="'payment'", number="payment.number")})
UNION ALL
SELECT %(run)s, %(attempt)s, 'refund', refund.number, origin.gateway_number, refund.done_at, '',
       refund.amount_fen, refund.status, 'missing_there'
  FROM payments_refund refund
  JOIN payments_payment origin ON origin.id = refund.payment_id
 WHERE origin.gateway = %(gateway)s AND refund.route = 'original' AND refund.status = 'done'
   AND refund.done_at >= %(start)s AND refund.done_at < %(end)s
   AND (refund.sent_at >= %(start)s OR EXISTS (
        SELECT 1 FROM payments_reconciliationrun earlier
         WHERE earlier.gateway = %(gateway)s AND earlier.finished_attempt > 0
           AND earlier.day = (refund.sent_at AT TIME ZONE %(zone)s)::date))
   AND NOT EXISTS ({STANDS_ON_A_BILL.format(kind="'refund'", number="refund.number")})
"""

# One case for a difference of a document, whichever day found it first.
OPEN_CASES = """
INSERT INTO payments_reconciliationcase
       (run_id, gateway, day, kind, number, difference, gateway_number, payment_id, refund_id,
        their_fen, their_status, our_fen, our_status, status, opened_at, answer_status, outcome, note, error)
SELECT DISTINCT ON (line.kind, line.number, line.difference)
       %(run)s, %(gateway)s, %(day)s, line.kind, line.number, line.difference, line.gateway_number,
       coalesce(payment.id, origin.id), refund.id,
       line.their_fen, line.their_status, line.our_fen, line.our_status, 'open', %(now)s, '', '', '', ''
  FROM payments_reconciliationline line
  LEFT JOIN payments_payment payment
    ON line.kind = 'payment' AND payment.number = line.number AND payment.gateway = %(gateway)s
  LEFT JOIN (payments_refund refund
             JOIN payments_payment origin ON origin.id = refund.payment_id AND origin.gateway = %(gateway)s)
    ON line.kind = 'refund' AND refund.number = line.number
 WHERE line.run_id = %(run)s AND line.attempt = %(attempt)s AND line.difference <> ''
 ORDER BY line.kind, line.number, line.difference, line.position
    ON CONFLICT (gateway, kind, number, difference) DO NOTHING
RETURNING id
"""
