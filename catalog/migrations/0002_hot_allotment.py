from django.db import migrations

# Room on every page for the next versions of the row: an update of the counters then touches no index.
CREATE = "ALTER TABLE catalog_allotment SET (fillfactor = 25, autovacuum_vacuum_scale_factor = 0.02);"
DROP = "ALTER TABLE catalog_allotment RESET (fillfactor, autovacuum_vacuum_scale_factor);"


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]
