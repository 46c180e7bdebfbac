from typing import ClassVar

from django.db import migrations

from common.sqlfiles import install


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("marketing", "0005_segment_words"), ("orders", "0011_placing_in_one_call")]
    operations = install("marketing/sql/take_claims.sql")
