from typing import Any

from django.core.management.base import BaseCommand

from common.clock import database_now
from payments.services.sending import send_due


class Command(BaseCommand):
    help = "Send every refund that is due to its gateway, and ask about those that were accepted."

    def handle(self, *args: Any, **options: Any) -> None:
        total = 0
        while answered := send_due(now=database_now()):
            total += answered
        self.stdout.write(f"{total} refunds advanced")
