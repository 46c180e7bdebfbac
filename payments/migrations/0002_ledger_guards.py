from django.db import migrations

CREATE = """
CREATE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only: correct a booking by a reversal' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER ledger_transaction_append_only BEFORE UPDATE OR DELETE ON payments_ledgertransaction
    FOR EACH ROW EXECUTE FUNCTION ledger_append_only();
CREATE TRIGGER ledger_entry_append_only BEFORE UPDATE OR DELETE ON payments_ledgerentry
    FOR EACH ROW EXECUTE FUNCTION ledger_append_only();

CREATE FUNCTION ledger_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    lines integer;
    difference bigint;
BEGIN
    SELECT count(*), coalesce(sum(CASE side WHEN 'D' THEN amount_fen ELSE -amount_fen END), 0)
      INTO lines, difference FROM payments_ledgerentry WHERE transaction_id = NEW.transaction_id;
    IF lines < 2 OR difference <> 0 THEN
        RAISE EXCEPTION 'booking % does not balance: % lines, difference % fen', NEW.transaction_id, lines, difference
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER ledger_entry_balanced AFTER INSERT ON payments_ledgerentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_balanced();
"""
DROP = """
DROP TRIGGER ledger_entry_balanced ON payments_ledgerentry;
DROP FUNCTION ledger_balanced();
DROP TRIGGER ledger_entry_append_only ON payments_ledgerentry;
DROP TRIGGER ledger_transaction_append_only ON payments_ledgertransaction;
DROP FUNCTION ledger_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]
