from typing import Any

from django.core.management.base import BaseCommand

from accounts.services.operators import ensure_groups


class Command(BaseCommand):
    help = "Create the operators' groups, each with exactly the permissions it needs."

    def handle(self, *args: Any, **options: Any) -> None:
        for group in ensure_groups():
            self.stdout.write(f"{group.name}: {group.permissions.count()}")
