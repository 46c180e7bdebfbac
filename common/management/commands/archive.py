from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from common.archiving import archive, due
from common.clock import database_now


class Command(BaseCommand):
    help = "Move audit entries older than AUDIT_AT_HAND into the archive, in batches; may be stopped at any time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count them and move nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        before = database_now() - settings.AUDIT_AT_HAND
        total, done = due(before=before), 0
        if options["dry_run"]:
            self.stdout.write(f"would archive {total} audit entries from before {before:%Y-%m-%d}")
            return
        for moved in archive(before=before):
            done += moved
            self.stdout.write(f"{done}/{total}")
        self.stdout.write(f"archived {done} audit entries from before {before:%Y-%m-%d}")
