from typing import ClassVar

from django.db import migrations

from common.sqlfiles import install


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("orders", "0010_index_placed_orders"), ("catalog", "0005_reserving_in_one_call"), ("common", "0006_refusing_and_remembering")]
    operations = install("orders/sql/take_claims.sql", "orders/sql/place_order.sql")
