import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analytics.selectors.measures import first_day
from analytics.services.folding import rebuild
from common.clock import database_now, day_of


class Command(BaseCommand):
    help = "Count the facts of days again from the tables; without bounds, of every day there is something of."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="since", type=dt.date.fromisoformat, help="the first day, as 2026-11-01")
        parser.add_argument("--to", dest="until", type=dt.date.fromisoformat, help="the last day; today")

    def handle(self, *args: Any, **options: Any) -> None:
        now = database_now()
        until = options["until"] or day_of(now)
        since = options["since"] or first_day() or until
        if since > until:
            raise CommandError("--from lies after --to")
        self.stdout.write(f"{rebuild(since=since, until=until, now=now)} days counted")
