from typing import Any

from django.core.management.base import BaseCommand

from common import events
from common.clock import database_now


class Command(BaseCommand):
    help = "Deliver every event that is due to its handlers."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{events.drain(now=database_now())} steps")
