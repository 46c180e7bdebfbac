from typing import ClassVar

from django.db import migrations

from common.sqlfiles import install


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("common", "0005_exports")]
    operations = install("common/sql/refuse.sql", "common/sql/remember.sql")
