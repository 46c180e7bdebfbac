from typing import ClassVar

from django.db import migrations

from common.sqlfiles import install


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("orders", "0013_index_what_a_day_sold")]
    operations = install("orders/sql/take_claims.sql")
