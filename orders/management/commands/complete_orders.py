from typing import Any

from django.core.management.base import BaseCommand

from common.clock import database_now
from orders.services.completing import complete_due


class Command(BaseCommand):
    help = "Complete received orders whose after-sales window is over."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{complete_due(now=database_now())} orders completed")
