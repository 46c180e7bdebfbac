from typing import ClassVar

from django.db import migrations

from common.sqlfiles import install


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("catalog", "0004_movement_once_per_allotment"), ("common", "0006_refusing_and_remembering")]
    operations = install("catalog/sql/reserve.sql")
