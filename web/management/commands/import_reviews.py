from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Merchant
from catalog.errors import ImportRefused
from common.clock import database_now
from common.errors import InvalidField
from community.services.importing import import_reviews


class Command(BaseCommand):
    help = (
        "Import reviews of a merchant's products from another shop (CSV: product_sn,text): all rows or none. "
        "Stars given there are not taken over; imported reviews are marked with their source and not averaged."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--merchant", required=True, help="the merchant's code")
        parser.add_argument("--source", required=True, help="the shop they were given in, as pages name it")
        parser.add_argument("--dry-run", action="store_true", help="name the bad rows and write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        merchant = Merchant.objects.filter(code=options["merchant"]).first()
        if merchant is None:
            raise CommandError(f"there is no merchant {options['merchant']}")
        file: Path = options["file"]
        if not file.is_file():
            raise CommandError(f"there is no file {file}")
        try:
            report = import_reviews(
                merchant=merchant,
                source=options["source"],
                content=file.read_bytes(),
                actor_id=None,
                dry_run=options["dry_run"],
                now=database_now(),
            )
        except ImportRefused as refusal:
            for row in refusal.params["rows"]:
                self.stderr.write(f"{file.name}:{row.line}: {row.reason}")
            raise CommandError(str(refusal)) from refusal
        except InvalidField as refusal:
            raise CommandError(f"{refusal.params['field']}: {refusal}") from refusal
        what = "would import" if options["dry_run"] else "imported"
        self.stdout.write(
            f"{what} {report.created} reviews of {report.products} products; {report.repeated} rows said nothing new"
        )
