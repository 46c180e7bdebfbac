from typing import Any

from django.core.management.base import BaseCommand

from common.clock import database_now
from orders.services.ending import expire_due


class Command(BaseCommand):
    help = "Expire unpaid orders whose payment deadline is over."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{expire_due(now=database_now())} orders expired")
