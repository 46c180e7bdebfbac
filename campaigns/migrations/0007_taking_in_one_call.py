from typing import ClassVar

from django.db import migrations

from common.sqlfiles import install


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("campaigns", "0006_head_start"), ("orders", "0011_placing_in_one_call")]
    operations = install("campaigns/sql/take_claims.sql")
