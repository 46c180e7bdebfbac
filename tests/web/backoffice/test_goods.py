"""B1, B3: products and their stock, as somebody types them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Merchant
from catalog.models import Product, Stock, StockMovement
from catalog.states import ProductStatus
from tests.factories.accounts import make_merchant, make_picture, make_staff, owner_of
from tests.factories.catalog import make_category, make_product, make_sku
from tests.web.backoffice.desks import FIELD_ERROR, Desk, words
from tests.web.backoffice.sheets import product_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def merchant() -> Merchant:
    return make_merchant("果园直发")


@pytest.fixture
def desk(merchant: Merchant) -> Desk:
    return Desk(owner_of(merchant), merchant)


def test_olivia_writes_a_product_in_two_sizes(desk: Desk) -> None:
    """B1: money typed in yuan is kept in fen, empty rows are no SKUs, plain words become paragraphs."""
    fruit = make_category("水果")

    desk.post("products/new/", fields=product_form(description="高山冷凉。\n\n带叶发货。", category_id=str(fruit.pk)))

    product = Product.objects.get()
    assert (product.name, product.unit, product.category, product.status) == ("阿克苏苹果", "箱", fruit, "draft")
    assert product.description == "<p>高山冷凉。</p>\n\n<p>带叶发货。</p>"
    skus = product.skus.order_by("position").values_list("specification", "price_fen", "cost_fen")
    assert list(skus) == [("5 斤装", 3990, 1960), ("10 斤装", 7200, None)]


def test_html_is_kept_and_what_runs_is_not(desk: Desk) -> None:
    """B1: the description is sanitised where it is saved."""
    desk.post("products/new/", fields=product_form(description="<h2>产地</h2><script>alert(1)</script>"))

    assert Product.objects.get().description == "<h2>产地</h2>"


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "", "商品名要填"),
        ("sku0-price_fen", "三十", "金额要写成数字，最多两位小数，比如 29.90"),
        ("sku0-price_fen", "-1", "金额要写成数字，最多两位小数，比如 29.90"),
        ("sku0-price_fen", "29.999", "金额要写成数字，最多两位小数，比如 29.90"),
        ("sku0-price_fen", "", "单买价要填"),
        ("sku0-price_fen", "0", "价格要大于 0，最多 100 万元"),
        ("sku1-specification", "5 斤装", "规格名称不能重复"),
        ("sku1-specification", "", "有多个规格时，每个都要有名称"),
        ("return_days", "91", "确保该值小于或等于"),
        ("options", "重量", "写成「重量：5 斤、10 斤」这样，一行一项"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_written(
    desk: Desk, field: str, typed: str, said: str
) -> None:
    """B1: and everything else that was typed stays."""
    page = words(desk.post("products/new/", fields=product_form(brief="脆甜多汁") | {field: typed}))

    assert page.count(FIELD_ERROR) == 1
    assert said in page.split(FIELD_ERROR)[1]
    assert "脆甜多汁" in page
    assert 'value="¥72"' in page
    assert not Product.objects.exists()


def test_a_form_sent_twice_writes_one_product(desk: Desk) -> None:
    first = desk.post("products/new/", fields=product_form(idempotency_key="once"))
    again = desk.post("products/new/", fields=product_form(idempotency_key="once"))

    assert Product.objects.count() == 1
    assert first.headers["Location"] == again.headers["Location"]


def test_the_matrix_of_sizes_and_grades_is_generated_and_keeps_its_prices(desk: Desk) -> None:
    """B1: two axes of two make four rows; what had a price keeps it, the new ones start from the first."""
    axes = "重量：5 斤、10 斤\n等级：一级、特级"
    typed = product_form(options=axes, generate="1") | {"sku0-specification": "5 斤 / 特级", "sku0-price_fen": "49.90"}
    shown = words(desk.post("products/new/", fields=typed))

    assert 'name="rows" value="4"' in shown
    assert [name for name in ("5 斤 / 一级", "5 斤 / 特级", "10 斤 / 一级", "10 斤 / 特级") if name not in shown] == []
    assert shown.count('value="49.90"') == 4
    assert not Product.objects.exists()


def test_more_rows_lose_nothing_that_was_typed(desk: Desk) -> None:
    shown = words(desk.post("products/new/", fields=product_form(more="1", name="")))

    assert 'name="rows" value="6"' in shown
    assert 'value="39.90"' in shown


def test_a_size_that_is_no_longer_sold_is_retired_and_the_others_keep_their_stock(desk: Desk) -> None:
    desk.post("products/new/", fields=product_form())
    product = Product.objects.get()
    small, large = product.skus.order_by("position")
    desk.post(f"stock/{small.code}/adjust/", quantity="10", reason="到货")

    changed = product_form() | {
        "sku0-code": small.code,
        "sku0-price_fen": "36",
        "sku1-code": large.code,
        "sku1-gone": "on",
    }
    desk.post(f"products/{product.code}/", fields=changed)

    small.refresh_from_db()
    large.refresh_from_db()
    assert (small.price_fen, small.retired_at, small.stock.available) == (3600, None, 10)
    assert large.retired_at is not None


def test_the_number_of_another_product_is_refused_at_its_field(desk: Desk) -> None:
    desk.post("products/new/", fields=product_form(external_id="A-1"))
    page = words(desk.post("products/new/", fields=product_form(external_id="A-1")))

    assert "商家货号 A-1 已经用在别的商品上" in page.split(FIELD_ERROR)[1]
    assert Product.objects.count() == 1


def test_pictures_are_added_put_first_and_removed(desk: Desk, merchant: Merchant) -> None:
    product = make_product(merchant)
    for _number in range(3):
        desk.post(f"products/{product.code}/pictures/", picture=make_picture())
    first, second, third = product.images.order_by("position")

    desk.post(f"products/{product.code}/pictures/{third.pk}/first/")
    assert [image.pk for image in product.images.order_by("position")] == [third.pk, first.pk, second.pk]

    desk.post(f"products/{product.code}/pictures/{first.pk}/remove/")
    assert [image.pk for image in product.images.order_by("position")] == [third.pk, second.pk]
    assert third.large.url in desk.read(f"products/{product.code}/")


def test_what_is_no_picture_is_refused_with_a_sentence(desk: Desk, merchant: Merchant) -> None:
    product = make_product(merchant)
    fake = SimpleUploadedFile("a.png", b"<svg onload=alert(1)>", content_type="image/png")

    desk.post(f"products/{product.code}/pictures/", picture=fake)
    assert "图片读不出来" in desk.read(f"products/{product.code}/")
    desk.post(f"products/{product.code}/pictures/")
    assert "先选一张图片" in desk.read(f"products/{product.code}/")
    assert not product.images.exists()


def test_nothing_without_stock_goes_on_the_shelf(desk: Desk) -> None:
    desk.post("products/new/", fields=product_form())
    product = Product.objects.get()

    desk.post(f"products/{product.code}/shelf/", to="on")

    product.refresh_from_db()
    assert product.status == ProductStatus.DRAFT
    assert "没有可卖的库存，先入库再上架" in desk.read(f"products/{product.code}/")


def test_a_product_comes_off_the_shelf(desk: Desk, merchant: Merchant) -> None:
    product = make_product(merchant)
    desk.post(f"products/{product.code}/shelf/", to="off")
    product.refresh_from_db()
    assert product.status == ProductStatus.OFF_SHELF


def test_products_are_found_by_name_number_and_state(desk: Desk, merchant: Merchant) -> None:
    make_product(merchant, name="阿克苏苹果", external_id="AKS-5")
    make_product(merchant, name="五常大米", stock=0)

    assert "五常大米" not in desk.read("products/", q="苹果")
    assert "阿克苏苹果" in desk.read("products/", q="aks")
    assert "阿克苏苹果" not in desk.read("products/", state="draft")
    assert "没有这样的商品" in desk.read("products/", q="车厘子")


class TestStock:
    """B3."""

    def test_the_warehouse_counts_and_the_journal_says_who_and_why(self, merchant: Merchant) -> None:
        sku = make_sku(merchant, stock=10)
        desk = Desk(make_staff(merchant, "warehouse"), merchant)

        desk.post(f"stock/{sku.code}/adjust/", quantity="-3", reason="运输磕碰")

        assert Stock.objects.get(pk=sku.pk).available == 7
        movement = StockMovement.objects.latest("pk")
        assert (movement.available_delta, movement.reason, movement.actor) == (-3, "运输磕碰", desk.person)
        page = desk.read(f"stock/{sku.code}/")
        assert "运输磕碰" in page
        assert "−3" in page

    @pytest.mark.parametrize(
        ("quantity", "reason", "said"),
        [
            ("-11", "盘点", "库存不够，可用 10 件"),
            ("0", "盘点", "调整数量不能是 0，也不能超过 1000000"),
            ("5", "", "写一句原因，以后好查"),
            ("五", "到货", "输入整数"),
        ],
    )
    def test_a_wrong_count_moves_nothing(
        self, desk: Desk, merchant: Merchant, quantity: str, reason: str, said: str
    ) -> None:
        sku = make_sku(merchant, stock=10)

        page = words(desk.post(f"stock/{sku.code}/adjust/", quantity=quantity, reason=reason))

        assert said in page.split(FIELD_ERROR)[1]
        assert Stock.objects.get(pk=sku.pk).available == 10
        assert StockMovement.objects.filter(sku=sku).count() == 1

    def test_the_same_form_twice_moves_stock_once(self, desk: Desk, merchant: Merchant) -> None:
        """B3: a double click is one delivery; another number under the same key is refused."""
        sku = make_sku(merchant, stock=10)
        typed = {"quantity": "5", "reason": "到货", "idempotency_key": "once"}

        answers = [desk.post(f"stock/{sku.code}/adjust/", fields=typed) for _click in range(2)]
        other = desk.post(f"stock/{sku.code}/adjust/", fields=typed | {"quantity": "50"})

        assert [answer.status_code for answer in answers] == [302, 302]
        assert "这个请求编号已经用在别的内容上了" in words(other)
        assert Stock.objects.get(pk=sku.pk).available == 15

    def test_low_stock_is_listed_and_shown_at_home(self, desk: Desk, merchant: Merchant) -> None:
        eggs, rice = make_sku(merchant, name="土鸡蛋", stock=4), make_sku(merchant, name="五常大米", stock=40)
        for sku in (eggs, rice):
            desk.post(f"stock/{sku.code}/threshold/", threshold="5")

        low = desk.read("stock/", low="1")
        assert "土鸡蛋" in low
        assert "五常大米" not in low
        assert "剩 4 · 预警线 5" in desk.read()

    def test_a_threshold_that_is_no_number_changes_nothing(self, desk: Desk, merchant: Merchant) -> None:
        sku = make_sku(merchant)
        page = words(desk.post(f"stock/{sku.code}/threshold/", threshold="-1"))
        assert FIELD_ERROR in page
        assert Stock.objects.get(pk=sku.pk).alert_threshold == 0
