from typing import ClassVar

from django.db import migrations

# Tabs and sums are answered by indexes alone as long as vacuum has seen the rows. By default it comes when a fifth of
# the table is new, which is months of a large shop.
TABLES = ("orders_order", "orders_orderline")
SOON = "ALTER TABLE {} SET (autovacuum_vacuum_insert_scale_factor = 0.01, autovacuum_vacuum_scale_factor = 0.02)"
USUAL = "ALTER TABLE {} RESET (autovacuum_vacuum_insert_scale_factor, autovacuum_vacuum_scale_factor)"


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("orders", "0014_planned_dispatch")]
    operations = [migrations.RunSQL(SOON.format(table), USUAL.format(table)) for table in TABLES]
