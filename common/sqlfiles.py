"""Functions of the database, kept as readable .sql files beside the services that call them.

A migration installs them, and a change of a file needs another migration that installs it again: every statement in
them is CREATE OR REPLACE.
"""

from django.conf import settings
from django.db import migrations


def install(*paths: str) -> list[migrations.RunSQL]:
    """Run these files, named from the project's root such as "orders/sql/place_order.sql", one after the other."""
    return [
        migrations.RunSQL((settings.BASE_DIR / path).read_text(encoding="utf-8"), migrations.RunSQL.noop)
        for path in paths
    ]
