"""Reviews from another shop, in bulk: every row is looked at, each bad one named, and then all are kept or none.

`product_sn,text` in CSV; products are found by the merchant's number. A column of stars is passed over: some sheets
say one star beside glowing words, and stars given by the rules of others are not for this house to count. So an
imported review carries no stars, stays out of the average and is marked with the shop it comes from. The same words
about the same product from the same shop are one review, which makes an import repeatable.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant
from catalog.errors import ImportRefused
from catalog.sheets import Sheets
from catalog.sheets.tables import read_cells
from common import audit
from common.errors import Invalid, InvalidField
from community.models import Review
from community.services.reviews import LONGEST_TEXT
from community.services.words import cleaned, on_one_line

SHEET = "reviews.csv"
COLUMNS = ("product_sn", "text")
LONGEST_SOURCE = 40
BATCH = 500


@dataclass(frozen=True)
class ImportReport:
    """What an import did, or in a dry run would do: new reviews, rows that say nothing new, products spoken of."""

    created: int
    repeated: int
    products: int


def import_reviews(
    *, merchant: Merchant, source: str, content: bytes, actor_id: int | None, dry_run: bool, now: dt.datetime
) -> ImportReport:
    """Keep what a sheet says of the merchant's products. Raises ImportRefused (`rows`), InvalidField (`source`)."""
    shop = on_one_line(source, field="source", longest=LONGEST_SOURCE)
    reviews = _read(merchant, shop, content, now)
    with transaction.atomic():
        fresh = _without_known(reviews)
        report = ImportReport(len(fresh), len(reviews) - len(fresh), len({review.product_id for review in fresh}))
        Review.objects.bulk_create(fresh, batch_size=BATCH, ignore_conflicts=True)
        subject = f"merchant:{merchant.code}"
        audit.record(actor_id=actor_id, action="review.import", subject=subject, source=shop, **vars(report))
        transaction.set_rollback(dry_run)
    return report


def _read(merchant: Merchant, shop: str, content: bytes, now: dt.datetime) -> list[Review]:
    """A review for each row. Raises ImportRefused naming every row that makes none."""
    products = dict(merchant.products.exclude(external_id="").values_list("external_id", "pk"))
    sheets, reviews = Sheets(), []
    for line, cells in read_cells(sheets, SHEET, content, COLUMNS):
        try:
            reviews.append(_review(products, shop, cells, now))
        except Invalid as refusal:
            sheets.refuse(SHEET, line, refusal)
    if sheets.bad:
        raise ImportRefused(count=len(sheets.bad), rows=sheets.bad)
    return reviews


def _review(products: dict[str, int], shop: str, cells: dict[str, str], now: dt.datetime) -> Review:
    number = cells["product_sn"]
    if number not in products:
        raise InvalidField("product_sn", _("没有这个商品：%(number)s") % {"number": number})
    text = cleaned(cells["text"], longest=LONGEST_TEXT)
    key = hashlib.sha256(f"{shop}\n{text}".encode()).hexdigest()
    return Review(product_id=products[number], text=text, source=shop, import_key=key, written_at=now)


def _without_known(reviews: list[Review]) -> list[Review]:
    """The reviews that neither an earlier import nor an earlier row has brought."""
    first = {(review.product_id, review.import_key): review for review in reviews}
    imported = Review.objects.filter(product_id__in={product_id for product_id, _key in first}, source__gt="")
    known = set(imported.values_list("product_id", "import_key"))
    return [review for key, review in first.items() if key not in known]
