from typing import Any

from django.core.management.base import BaseCommand

from campaigns.services.opening import open_due
from campaigns.services.settling import settle_due
from common.clock import database_now


class Command(BaseCommand):
    help = "Open and settle every campaign that is due by the database's clock."

    def handle(self, *args: Any, **options: Any) -> None:
        now = database_now()
        self.stdout.write(f"{open_due(now=now)} campaigns opened, {settle_due(now=now)} settled")
