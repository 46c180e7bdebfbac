from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from accounts.phones import normalise
from accounts.services import operators
from common.clock import database_now
from common.errors import Refusal


class Command(BaseCommand):
    help = "Let a registered user into the admin, in one or more of the operators' groups."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("phone")
        parser.add_argument("groups", nargs="*", help="operations, support, content, finance, risk")
        parser.add_argument("--superuser", action="store_true", help="may do everything and appoints the others")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["groups"] and not options["superuser"]:
            raise CommandError("Name at least one group, or --superuser.")
        operators.ensure_groups()
        try:
            user = User.objects.with_phone(normalise(options["phone"])).get()
            operators.appoint(user=user, groups=options["groups"], actor_id=None, now=database_now())
            if options["superuser"]:
                operators.entrust(user=user, actor_id=None, now=database_now())
        except User.DoesNotExist:
            raise CommandError("Nobody has registered with this number yet.") from None
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{user}: {', '.join(options['groups'])}")
