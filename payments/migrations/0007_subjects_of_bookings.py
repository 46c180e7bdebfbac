from django.db import migrations

# Bookings made before they named their subject get it from their payment; the one time that the ledger is written to.
NAME = """
ALTER TABLE payments_ledgertransaction DISABLE TRIGGER ledger_transaction_append_only;
UPDATE payments_ledgertransaction booking
   SET subject_kind = payment.subject_kind, subject_number = payment.subject_number, merchant_id = payment.merchant_id
  FROM payments_payment payment WHERE payment.id = booking.payment_id;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE payments_ledgertransaction ENABLE TRIGGER ledger_transaction_append_only;
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0006_money_core")]
    operations = [migrations.RunSQL(NAME, migrations.RunSQL.noop)]
