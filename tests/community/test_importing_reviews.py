"""B7: reviews from another shop come in all or not at all, carry no stars, and can be brought again."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Merchant
from catalog.errors import ImportRefused
from common.errors import InvalidField
from common.models import AuditEntry
from community.models import Review
from community.selectors.reviews import summary, unanswered
from community.services.importing import ImportReport, import_reviews
from tests.factories.accounts import make_merchant
from tests.factories.catalog import make_product

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_broken")]

NOW = timezone.now()
SHEET = """product_sn,stars,text
A1,1,布料很厚实，触感不错
A1,1,"洗过之后不缩水，
不掉色"
A2,5,很好
A2,1,很好
"""


@pytest.fixture
def merchant() -> Merchant:
    shop = make_merchant()
    make_product(shop, external_id="A1")
    make_product(shop, external_id="A2")
    return shop


def bring(merchant: Merchant, sheet: str = SHEET, *, source: str = "严选", dry_run: bool = False) -> ImportReport:
    return import_reviews(
        merchant=merchant, source=source, content=sheet.encode(), actor_id=None, dry_run=dry_run, now=NOW
    )


def test_what_was_said_elsewhere_is_taken_in_without_its_stars(merchant: Merchant) -> None:
    """B7: one star beside glowing words counts for nothing here; the same words twice are one review."""
    assert bring(merchant) == ImportReport(created=3, repeated=1, products=2)
    rows = Review.objects.order_by("pk").values_list("product__external_id", "stars", "text", "source")
    assert list(rows) == [
        ("A1", None, "布料很厚实，触感不错", "严选"),
        ("A1", None, "洗过之后不缩水，\n不掉色", "严选"),
        ("A2", None, "很好", "严选"),
    ]
    assert not Review.objects.filter(author__isnull=False).exists()
    found = summary(merchant.products.values_list("pk", flat=True))
    assert (found.count, found.average_tenths) == (3, None)
    assert unanswered(merchant.pk) == 0
    assert AuditEntry.objects.get(action="review.import").detail["created"] == 3


def test_the_same_sheet_again_brings_nothing_new(merchant: Merchant) -> None:
    bring(merchant)
    before = list(Review.objects.order_by("pk").values())
    assert bring(merchant) == ImportReport(created=0, repeated=4, products=0)
    assert list(Review.objects.order_by("pk").values()) == before
    assert bring(merchant, SHEET + "A2,1,又买了一次\n") == ImportReport(created=1, repeated=4, products=1)


def test_the_same_words_from_another_shop_are_another_review(merchant: Merchant) -> None:
    bring(merchant)
    assert bring(merchant, source="京东").created == 3


def test_a_dry_run_reports_and_writes_nothing(merchant: Merchant) -> None:
    assert bring(merchant, dry_run=True) == ImportReport(created=3, repeated=1, products=2)
    assert not Review.objects.exists()
    assert not AuditEntry.objects.filter(action="review.import").exists()


def test_each_bad_row_is_named_and_nothing_is_imported(merchant: Merchant) -> None:
    """B7: all or nothing; also a number of another merchant's product is unknown here."""
    make_product(make_merchant("别家"), external_id="B1")
    long = "好" * 1001
    with pytest.raises(ImportRefused) as refused:
        bring(merchant, SHEET + f"B1,1,别家的\nA1,1,\nA1,1,{long}\nA1,1,多了,一列\n")
    assert [(row.line, row.reason) for row in refused.value.params["rows"]] == [
        (7, "没有这个商品：B1"),
        (8, "写几个字再发布"),
        (9, "最多 1000 个字"),
        (10, "这一行的列比表头多，逗号要用引号括起来"),
    ]
    assert not Review.objects.exists()


def test_a_sheet_without_its_columns_is_refused(merchant: Merchant) -> None:
    with pytest.raises(ImportRefused) as refused:
        bring(merchant, "sn,text\nA1,好\n")
    assert [(row.line, row.reason) for row in refused.value.params["rows"]] == [(1, "缺少列：product_sn")]


def test_a_source_has_a_name(merchant: Merchant) -> None:
    with pytest.raises(InvalidField):
        bring(merchant, source=" ")
    assert not Review.objects.exists()


def test_the_command_imports_a_file(merchant: Merchant, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "reviews.csv"
    file.write_text(SHEET, encoding="utf-8")
    call_command("import_reviews", str(file), merchant=merchant.code, source="严选", dry_run=True)
    assert not Review.objects.exists()
    call_command("import_reviews", str(file), merchant=merchant.code, source="严选")
    assert Review.objects.count() == 3
    assert capsys.readouterr().out.splitlines() == [
        "would import 3 reviews of 2 products; 1 rows said nothing new",
        "imported 3 reviews of 2 products; 1 rows said nothing new",
    ]


def test_the_command_names_each_bad_row(merchant: Merchant, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "theirs.csv"
    file.write_text(SHEET + "Z9,1,没有\n", encoding="utf-8")
    with pytest.raises(CommandError, match="有 1 行不对，什么都没有导入"):
        call_command("import_reviews", str(file), merchant=merchant.code, source="严选")
    assert capsys.readouterr().err == "theirs.csv:7: 没有这个商品：Z9\n"


def test_the_command_needs_a_merchant_a_file_and_a_source(merchant: Merchant, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no merchant"):
        call_command("import_reviews", str(tmp_path), merchant="NOBODY", source="严选")
    with pytest.raises(CommandError, match="no file"):
        call_command("import_reviews", str(tmp_path / "none.csv"), merchant=merchant.code, source="严选")
    (tmp_path / "reviews.csv").write_text(SHEET, encoding="utf-8")
    with pytest.raises(CommandError, match="source: "):
        call_command("import_reviews", str(tmp_path / "reviews.csv"), merchant=merchant.code, source="")
