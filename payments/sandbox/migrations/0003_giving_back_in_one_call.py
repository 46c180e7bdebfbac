from typing import ClassVar

from django.db import migrations

from common.sqlfiles import install


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("sandbox", "0002_fault_player"), ("common", "0006_refusing_and_remembering")]
    operations = install("payments/sandbox/sql/give_back.sql")
