from typing import ClassVar

from django.db import migrations

from common.sqlfiles import install


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("common", "0009_lean_keys")]
    operations = install("common/sql/remember.sql")
