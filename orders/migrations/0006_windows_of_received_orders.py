from django.db import migrations

# The window as it is at hand-over: the longest right to return, and 48 hours at least.
OPEN_WINDOWS = """
UPDATE orders_order o
   SET completes_at = o.received_at + greatest(interval '48 hours', coalesce((
           SELECT max(l.return_days) FROM orders_orderline l WHERE l.order_id = o.id AND l.no_reason_return
       ), 0) * interval '1 day')
 WHERE o.status = 'received' AND o.completes_at IS NULL
"""
# Nothing has gone back after hand-over yet: what is left of the lines is what is left of the goods.
ACCRUE_COMMISSIONS = """
WITH accrued AS (
    INSERT INTO payments_commission (subject_kind, subject_number, merchant_id, payer_id, beneficiary_id, role, rate_bp,
                                     base_fen, amount_fen, status, accrued_at)
    SELECT 'order', o.number, o.merchant_id, o.buyer_id, o.leader_id, 'leader', o.leader_rate_bp, goods.fen,
           (goods.fen * o.leader_rate_bp * 2 + 10000) / 20000, 'frozen', o.received_at
      FROM orders_order o
      JOIN LATERAL (
          SELECT sum(l.paid_fen - l.refunded_fen) AS fen FROM orders_orderline l WHERE l.order_id = o.id
      ) goods ON true
     WHERE o.status = 'received' AND o.leader_id <> o.buyer_id AND o.leader_rate_bp > 0
       AND (goods.fen * o.leader_rate_bp * 2 + 10000) / 20000 > 0
    ON CONFLICT DO NOTHING
    RETURNING id, accrued_at
)
INSERT INTO common_transition (entity, object_id, from_state, to_state, reason, at)
SELECT 'payments.commission', id, '', 'frozen', '', accrued_at FROM accrued
"""


class Migration(migrations.Migration):
    dependencies = [
        ("common", "0002_initial"),
        ("orders", "0005_quick_refunds"),
        ("payments", "0007_subjects_of_bookings"),
    ]

    operations = [
        migrations.RunSQL(OPEN_WINDOWS, migrations.RunSQL.noop),
        migrations.RunSQL(ACCRUE_COMMISSIONS, migrations.RunSQL.noop),
    ]
