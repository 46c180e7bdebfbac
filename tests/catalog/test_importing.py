import datetime as dt
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.services.merchants import suspend
from catalog.errors import ImportRefused
from catalog.models import Category, Product, Sku, Stock, StockMovement
from catalog.services.importing import ImportReport, import_products
from catalog.services.stock import adjust
from catalog.sheets import BadRow, read_sheets
from catalog.states import ProductStatus
from common.models import AuditEntry
from tests.factories.accounts import make_merchant, owner_of
from tests.factories.catalog import make_category

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_broken")]

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)

CATEGORIES = """id,parent_id,name,description
12,1,苹果,脆甜
1,0,水果,当季
"""
PRODUCTS = """sn,category_id,name,brief,unit,market_price,price,keywords,on_sale
A1,12,红富士苹果,"烟台直发，脆甜",箱,59.90,39.90,,1
A2,12,青苹果,,箱,,29.9,,1
A3,1,礼盒,,,,99.00,,0
A4,,缺货的梨,,斤,,5.00,,1
"""
SKUS = """product_sn,specification,price,stock
A1,5 斤装 / 红,39.90,80
A1,10 斤装 / 红,69.90,0
A2,标准,29.90,100
A3,标准,99.00,7
"""


def run(merchant, *, products=PRODUCTS, skus=SKUS, categories=CATEGORIES, dry_run=False) -> ImportReport:
    sheets = read_sheets(products=products.encode(), skus=skus.encode(), categories=categories.encode())
    return import_products(merchant=merchant, sheets=sheets, actor_id=None, dry_run=dry_run, now=NOW)


def bad_rows(**sheets: str) -> list[tuple[str, int, str]]:
    """What is refused, and proof that then nothing at all was imported."""
    with pytest.raises(ImportRefused) as refused:
        run(make_merchant(), **sheets)
    assert not Product.objects.exists()
    assert not Category.objects.exists()
    assert str(refused.value) == f"有 {len(refused.value.params['rows'])} 行不对，什么都没有导入"
    return [(row.sheet, row.line, row.reason) for row in refused.value.params["rows"]]


def test_a_merchant_brings_the_whole_shop():
    """B2: categories in any order of rows, products on the shelf where there is stock, SKUs with their first stock."""
    assert run(make_merchant()) == ImportReport(categories=2, created=4, updated=0, skus=5)
    apples = Product.objects.get(external_id="A1")
    assert (apples.name, apples.brief, apples.unit) == ("红富士苹果", "烟台直发，脆甜", "箱")
    assert apples.category == Category.objects.get(name="苹果", parent__name="水果", parent__parent=None)
    assert apples.options == [
        {"name": "规格一", "values": ["5 斤装", "10 斤装"]},
        {"name": "规格二", "values": ["红"]},
    ]
    rows = apples.skus.order_by("position").values_list("specification", "price_fen", "stock__available")
    assert list(rows) == [("5 斤装 / 红", 3990, 80), ("10 斤装 / 红", 6990, 0)]
    statuses = dict(Product.objects.values_list("external_id", "status"))
    assert statuses == {"A1": "on_shelf", "A2": "on_shelf", "A3": "draft", "A4": "draft"}
    assert AuditEntry.objects.get(action="product.import").detail["created"] == 4


def test_the_only_specification_needs_no_name_and_a_unit_has_a_default():
    run(make_merchant())
    gift = Sku.objects.get(product__external_id="A3")
    assert (gift.specification, gift.price_fen, gift.product.unit) == ("", 9900, "件")


def test_a_product_without_a_sku_row_gets_one_at_its_price_without_stock():
    run(make_merchant())
    pears = Sku.objects.get(product__external_id="A4")
    assert (pears.specification, pears.price_fen, pears.stock.available) == ("", 500, 0)


def test_a_second_import_changes_what_it_made_and_leaves_the_stock_alone():
    """B2: found by the merchant's number; what has been sold meanwhile stays sold."""
    merchant = make_merchant()
    run(merchant)
    code = Sku.objects.get(product__external_id="A2").code
    adjust(sku_id=Sku.objects.get(code=code).pk, quantity=-60, reason="卖出", actor_id=None, now=NOW)
    report = run(
        merchant,
        products=PRODUCTS.replace("青苹果", "青苹果王"),
        skus=SKUS.replace("29.90", "31.00") + "A2,大箱,55.00,9\n",
        categories=CATEGORIES.replace("脆甜", "").replace("苹果", "苹果类"),
    )
    assert report == ImportReport(categories=2, created=0, updated=4, skus=6)
    sku = Sku.objects.get(code=code)
    assert (sku.product.name, sku.retired_at) == ("青苹果王", NOW)
    rows = Sku.objects.filter(product__external_id="A2", retired_at=None).order_by("position")
    assert list(rows.values_list("specification", "price_fen", "stock__available")) == [
        ("标准", 3100, 100),
        ("大箱", 5500, 9),
    ]
    assert set(Category.objects.values_list("name", flat=True)) == {"水果", "苹果类"}


def test_the_same_sheets_again_change_nothing():
    merchant = make_merchant()
    run(merchant)
    before = list(Sku.objects.order_by("id").values()), StockMovement.objects.count()
    run(merchant)
    assert (list(Sku.objects.order_by("id").values()), StockMovement.objects.count()) == before
    assert Product.objects.get(external_id="A1").status == ProductStatus.ON_SHELF


def test_what_no_column_tells_stays_as_the_merchant_set_it():
    merchant = make_merchant()
    run(merchant)
    Product.objects.filter(external_id="A2").update(description="<p>甜</p>", no_reason_return=True, return_days=7)
    Sku.objects.filter(product__external_id="A2").update(cost_fen=1200)
    run(merchant)
    product = Product.objects.get(external_id="A2")
    assert (product.description, product.no_reason_return, product.return_days) == ("<p>甜</p>", True, 7)
    assert product.skus.get().cost_fen == 1200


def test_the_same_number_at_another_merchant_is_another_product():
    run(make_merchant())
    run(make_merchant("别家"))
    assert Product.objects.filter(external_id="A1").count() == 2
    assert Category.objects.count() == 2


def test_a_dry_run_reports_and_writes_nothing():
    """B2."""
    assert run(make_merchant(), dry_run=True) == ImportReport(categories=2, created=4, updated=0, skus=5)
    assert not Product.objects.exists()
    assert not Stock.objects.exists()
    assert not Category.objects.exists()


def test_each_bad_row_is_named_with_its_reason_and_nothing_is_imported():
    """B2: all or nothing; every bad row at once, not one after the other."""
    products = PRODUCTS + (
        "A5,12,太便宜,,件,,0.00,,1\n"
        "A6,12,不是价格,,件,,十元,,1\n"
        "A7,12,,,件,,1.00,,1\n"
        "A8,12,上架吗,,件,,1.00,,是\n"
        "A1,12,重复的,,件,,1.00,,1\n"
        "A9,99,没有类目,,件,,1.00,,1\n"
        "B1,12,单位太长了,,一二三四五六七八九十一,,1.00,,1\n"
        "B2,12,多,了,一,列,1,2,1,x\n"
    )
    skus = SKUS + "A1,15 斤装,1.00,一百\nA1,5 斤装 / 红,1.00,5\nZ9,标准,1.00,5\nA1,15 斤装,-1,5\n"
    assert bad_rows(products=products, skus=skus) == [
        ("products.csv", 6, "价格要大于 0"),
        ("products.csv", 7, "金额要写成数字，最多两位小数，比如 29.90"),
        ("products.csv", 8, "name 要填，最多 100 字"),
        ("products.csv", 9, "on_sale 只能是 0 或 1"),
        ("products.csv", 10, "A1 和第 2 行重复"),
        ("products.csv", 11, "没有这个类目：99"),
        ("products.csv", 12, "请填写单位，最多 10 字"),
        ("products.csv", 13, "这一行的列比表头多，逗号要用引号括起来"),
        ("skus.csv", 6, "库存要写成 0 到 999999 的整数"),
        ("skus.csv", 7, "A1 5 斤装 / 红 和第 2 行重复"),
        ("skus.csv", 8, "没有这个商品：Z9"),
        ("skus.csv", 9, "金额要写成数字，最多两位小数，比如 29.90"),
    ]


@pytest.mark.parametrize(
    ("categories", "bad"),
    [
        ("id,parent_id,name\n1,2,水果\n2,1,苹果\n", [(2, "这些类目互为上级"), (3, "这些类目互为上级")]),
        ("id,parent_id,name\n1,1,水果\n", [(2, "这些类目互为上级")]),
        ("id,parent_id,name\n1,9,水果\n", [(2, "没有上级类目 9")]),
        ("id,parent_id,name\n1,0,水果\n2,0,水果\n", [(3, "同一级里已有类目 水果")]),
        ("id,parent_id,name\n1,0,\n", [(2, "name 要填，最多 40 字")]),
        ("id,name\n1,水果\n", [(1, "缺少列：parent_id")]),
    ],
)
def test_a_category_tree_must_be_one(categories, bad):
    rows = bad_rows(categories=categories, products="sn,category_id,name,brief,unit,price,on_sale\n", skus="")
    assert rows == [("categories.csv", line, reason) for line, reason in bad]


def test_a_category_does_not_move_below_itself():
    merchant = make_merchant()
    run(merchant)
    with pytest.raises(ImportRefused) as refused:
        run(merchant, categories="id,parent_id,name\n1,12,水果\n")
    assert refused.value.params["rows"] == [BadRow("categories.csv", 2, "这些类目互为上级")]


def test_a_category_that_stood_there_is_taken_up():
    standing = make_category("水果")
    run(make_merchant())
    standing.refresh_from_db()
    assert standing.external_id == "1"


def test_a_suspended_merchant_imports_nothing_that_would_stand_on_the_shelf():
    merchant = make_merchant()
    suspend(merchant=merchant, actor_id=owner_of(merchant).pk, note="食品许可过期", now=timezone.now())
    with pytest.raises(ImportRefused):
        run(merchant)
    assert not Product.objects.exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_chinese_excel_may_write_the_sheet(encoding):
    sheets = read_sheets(products=PRODUCTS.encode(encoding))
    assert sheets.bad == []
    assert sheets.products[0].name == "红富士苹果"


def test_a_character_that_no_text_holds_is_named_with_its_line():
    """What a damaged file brings is a bad row as any other, and no failure of ours."""
    assert bad_rows(products=PRODUCTS.replace("青苹果", "青\0苹果"), skus="") == [
        ("products.csv", 3, "这一行里有看不见的空字符，请删掉")
    ]


def test_an_empty_line_is_passed_over_and_lines_are_counted_as_in_the_file():
    header, first, *_rest = PRODUCTS.splitlines()
    sheets = read_sheets(products=f'{header}\n{first}\n,,,,,,,,\n\nA9,,"两\n行",,件,,0,,1\n'.encode())
    assert [bad.line for bad in sheets.bad] == [6]


def test_a_sheet_that_is_too_long_is_imported_in_parts(monkeypatch):
    monkeypatch.setattr("catalog.sheets.tables.MOST_ROWS", 3)
    sheets = read_sheets(products=PRODUCTS.encode())
    assert sheets.bad == [BadRow("products.csv", 5, "最多 3 行，请分几次导入")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {"categories.csv": CATEGORIES, "products.csv": PRODUCTS, "skus.csv": SKUS}.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def test_the_command_imports_a_folder(folder, capsys):
    """B2: with progress."""
    merchant = make_merchant()
    call_command("import_products", str(folder), merchant=merchant.code, dry_run=True)
    assert not Product.objects.exists()
    call_command("import_products", str(folder), merchant=merchant.code)
    assert Product.objects.filter(merchant=merchant).count() == 4
    assert capsys.readouterr().out.splitlines() == [
        "4/4",
        "would import 2 categories, 4 new and 0 changed products, 5 SKUs",
        "4/4",
        "imported 2 categories, 4 new and 0 changed products, 5 SKUs",
    ]


def test_the_command_names_each_bad_row(folder, capsys):
    (folder / "skus.csv").write_text(SKUS.replace("80", "很多"))
    with pytest.raises(CommandError, match="有 1 行不对，什么都没有导入"):
        call_command("import_products", str(folder), merchant=make_merchant().code)
    assert capsys.readouterr().err == "skus.csv:2: 库存要写成 0 到 999999 的整数\n"


def test_the_command_needs_a_merchant_and_a_sheet(folder, tmp_path):
    with pytest.raises(CommandError, match="no merchant"):
        call_command("import_products", str(folder), merchant="NOBODY")
    (folder / "products.csv").unlink()
    with pytest.raises(CommandError, match=r"no products\.csv"):
        call_command("import_products", str(folder), merchant=make_merchant().code)
