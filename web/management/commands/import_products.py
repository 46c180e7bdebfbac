from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Merchant
from catalog.errors import ImportRefused
from catalog.services.importing import import_products
from catalog.sheets import CATEGORIES, PRODUCTS, SKUS, read_sheets
from common.clock import database_now

STEP = 50


class Command(BaseCommand):
    help = "Import categories.csv, products.csv and skus.csv of a folder for a merchant: all rows or none."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--merchant", required=True, help="the merchant's code")
        parser.add_argument("--dry-run", action="store_true", help="name the bad rows and write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        merchant = Merchant.objects.filter(code=options["merchant"]).first()
        if merchant is None:
            raise CommandError(f"there is no merchant {options['merchant']}")
        folder: Path = options["folder"]
        if not (folder / PRODUCTS).is_file():
            raise CommandError(f"there is no {PRODUCTS} in {folder}")
        try:
            report = import_products(
                merchant=merchant,
                sheets=read_sheets(
                    products=_content(folder / PRODUCTS),
                    skus=_content(folder / SKUS),
                    categories=_content(folder / CATEGORIES),
                ),
                actor_id=None,
                dry_run=options["dry_run"],
                now=database_now(),
                progress=self._tell,
            )
        except ImportRefused as refusal:
            for row in refusal.params["rows"]:
                self.stderr.write(f"{row.sheet}:{row.line}: {row.reason}")
            raise CommandError(str(refusal)) from refusal
        what = "would import" if options["dry_run"] else "imported"
        self.stdout.write(
            f"{what} {report.categories} categories, {report.created} new and {report.updated} changed products,"
            f" {report.skus} SKUs"
        )

    def _tell(self, done: int, total: int) -> None:
        if done % STEP == 0 or done == total:
            self.stdout.write(f"{done}/{total}")


def _content(file: Path) -> bytes:
    return file.read_bytes() if file.is_file() else b""
