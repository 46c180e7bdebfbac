from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from common.archiving import Archive, all_archives
from common.clock import database_now


class Command(BaseCommand):
    help = "Move rows that are long over into their archives, in batches; may be stopped at any time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count them and move nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        for archive in all_archives():
            self._archive(archive, is_dry_run=options["dry_run"])

    def _archive(self, archive: Archive, *, is_dry_run: bool) -> None:
        before = archive.before(database_now())
        what, total, done = f"{archive.name} from before {before:%Y-%m-%d}", archive.due(before=before), 0
        if is_dry_run:
            self.stdout.write(f"would archive {total} {what}")
            return
        for moved in archive.move(before=before):
            done += moved
            self.stdout.write(f"{done}/{total}")
        self.stdout.write(f"archived {done} {what}")
