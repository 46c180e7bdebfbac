from typing import ClassVar

from django.db import migrations

# A rush leaves thousands of orders that are not paid yet in a table where there were next to none: whoever plans by what
# was before reads all of them one by one. By default a tenth of the table must be new, which is weeks of a large shop.
SOON = "ALTER TABLE orders_order SET (autovacuum_analyze_scale_factor = 0.005)"
USUAL = "ALTER TABLE orders_order RESET (autovacuum_analyze_scale_factor)"


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("orders", "0015_vacuum_soon")]
    operations = [migrations.RunSQL(SOON, USUAL)]
