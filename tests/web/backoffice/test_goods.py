"""B1, B3: products and their stock, as somebody types them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Merchant
from catalog.models import Product, Stock, StockMovement
from catalog.states import ProductStatus
from tests.factories.accounts import make_merchant, make_picture, make_staff, owner_of
from tests.factories.campaigns import fill, make_open
from tests.factories.catalog import make_category, make_product, make_sku
from tests.web.backoffice.desks import FIELD_ERROR, Desk, words
from tests.web.backoffice.sheets import product_form

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway")]


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


def test_pictures_are_added_put_in_order_and_removed(desk: Desk, merchant: Merchant) -> None:
    """B1: several at once; the first is the cover; up and down work by buttons alone."""
    product = make_product(merchant)
    desk.post(f"products/{product.code}/pictures/", picture=[make_picture() for _number in range(3)])
    first, second, third = (image.pk for image in product.images.order_by("position"))

    def order_after(picture: int, to: str) -> list[int]:
        desk.post(f"products/{product.code}/pictures/{picture}/move/", to=to)
        return [image.pk for image in product.images.order_by("position")]

    assert order_after(third, "first") == [third, first, second]
    assert order_after(second, "up") == [third, second, first]
    assert order_after(third, "down") == [second, third, first]
    assert order_after(second, "up") == [second, third, first], "the first stays the first"
    assert order_after(first, "down") == [second, third, first], "the last stays the last"

    desk.post(f"products/{product.code}/pictures/{first}/remove/")
    assert [image.pk for image in product.images.order_by("position")] == [second, third]
    assert "3 张图片已加上" in desk.read(f"products/{product.code}/")


def test_what_is_no_picture_is_refused_with_a_sentence_and_holds_up_no_other(desk: Desk, merchant: Merchant) -> None:
    product = make_product(merchant)
    fake = SimpleUploadedFile("a.png", b"<svg onload=alert(1)>", content_type="image/png")

    desk.post(f"products/{product.code}/pictures/", picture=[fake, make_picture()])
    page = desk.read(f"products/{product.code}/")
    assert "a.png：图片读不出来" in page
    assert "1 张图片已加上" in page
    desk.post(f"products/{product.code}/pictures/")
    assert "先选图片" in desk.read(f"products/{product.code}/")
    assert product.images.count() == 1


def test_the_description_has_an_editor_and_is_a_plain_textarea_without_a_script(desk: Desk, merchant: Merchant) -> None:
    """B1: the editor's scripts carry the nonce of the page, its buttons speak Chinese."""
    product = make_product(merchant, description="<p>高山冷凉</p>")
    answer = desk.get(f"products/{product.code}/")
    page = words(answer)
    nonce = answer.headers["Content-Security-Policy"].split("'nonce-")[1].split("'")[0]
    assert f'<script type="importmap" nonce="{nonce}">' in page or f'<script nonce="{nonce}" type="importmap">' in page
    assert '"bold": "加粗"' in page
    assert "<p>高山冷凉</p></textarea>" in page


def test_one_price_is_filled_into_every_row_and_nothing_typed_is_lost(desk: Desk) -> None:
    typed = product_form(fill="1", brief="脆甜多汁") | {"every-price_fen": "35", "every-come_in": "20"}
    shown = words(desk.post("products/new/", fields=typed))
    assert shown.count('value="35"') == 2, "the empty third row stays empty"
    assert shown.count('value="20"') == 2
    assert 'value="19.6"' in shown
    assert "脆甜多汁" in shown
    assert not Product.objects.exists()


def test_pieces_come_in_with_the_product(desk: Desk) -> None:
    """B3: what is typed into the row is a movement, once however often the form is sent."""
    typed = product_form(idempotency_key="once") | {"sku0-come_in": "60"}
    for _click in range(2):
        desk.post("products/new/", fields=typed)
    small, large = Product.objects.get().skus.order_by("position")
    assert (small.stock.available, large.stock.available) == (60, 0)
    movement = StockMovement.objects.get()
    assert (movement.quantity, movement.reason, movement.actor) == (60, "编辑商品时入库", desk.person)


def test_the_matrix_is_told_while_the_axes_are_typed(desk: Desk) -> None:
    told = words(desk.post("products/new/", matrix="1", options="重量：5 斤、10 斤\n等级：一级、特级"))
    assert "会生成 4 个规格：5 斤 / 一级、5 斤 / 特级、10 斤 / 一级、10 斤 / 特级" in told
    assert "写成「重量：5 斤、10 斤」这样" in words(desk.post("products/new/", matrix="1", options="重量"))


def test_a_product_leads_to_what_buyers_see(desk: Desk, merchant: Merchant) -> None:
    campaign = make_open(merchant)
    product = campaign.skus.get().sku.product
    assert f"/campaigns/{campaign.code}/" in desk.read(f"products/{product.code}/")


class TestShelf:
    """B1: a handful at once, after a look at what would happen."""

    def test_asking_changes_nothing_and_doing_moves_them(self, desk: Desk, merchant: Merchant) -> None:
        apples, rice = make_product(merchant), make_product(merchant, name="五常大米")
        typed = {"product": [apples.code, rice.code], "to": "off"}
        page = words(desk.post("products/shelf/", fields=typed))
        assert "下架 2 个" in page
        assert set(Product.objects.values_list("status", flat=True)) == {"on_shelf"}

        desk.post("products/shelf/", fields=typed | {"sure": "1"})
        assert set(Product.objects.values_list("status", flat=True)) == {"off_shelf"}
        assert "2 个商品已下架" in desk.read("products/")

    def test_one_that_cannot_holds_up_no_other(self, desk: Desk, merchant: Merchant) -> None:
        apples = make_product(merchant, on_shelf=False)
        rice = make_product(merchant, name="五常大米", stock=0)
        desk.post("products/shelf/", fields={"product": [apples.code, rice.code], "to": "on", "sure": "1"})
        page = desk.read("products/")
        assert "五常大米：没有可卖的库存，先入库再上架" in page
        assert "1 个商品已上架" in page
        apples.refresh_from_db()
        assert apples.status == ProductStatus.ON_SHELF

    def test_nobody_else_s_are_moved(self, desk: Desk) -> None:
        theirs = make_product(make_merchant("隔壁果园"))
        desk.post("products/shelf/", fields={"product": [theirs.code], "to": "off", "sure": "1"})
        theirs.refresh_from_db()
        assert theirs.status == ProductStatus.ON_SHELF
        assert "先勾选商品" in desk.read("products/")


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
    for typed in ("wuchang", "wc dm", "大米"):
        assert "五常大米" in desk.read("products/", q=typed), typed


def test_products_are_found_by_category_and_by_low_stock(desk: Desk, merchant: Merchant) -> None:
    fruit = make_category("水果")
    citrus = make_category("柑橘", parent=fruit)
    make_product(merchant, name="脐橙", category_id=citrus.pk)
    rice = make_product(merchant, name="五常大米", stock=3)
    desk.post(f"stock/{rice.skus.get().code}/threshold/", threshold="5")

    fruits, low = desk.read("products/", category=str(fruit.pk)), desk.read("products/", low="1")
    assert ("脐橙" in fruits, "五常大米" in fruits) == (True, False)
    assert ("脐橙" in low, "五常大米" in low) == (False, True)


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
        assert "10 → 7" in page
        assert "0 → 10" in page

    def test_the_journal_names_the_campaign_and_the_order(self, desk: Desk, merchant: Merchant) -> None:
        campaign = make_open(merchant, title="周末苹果团")
        order = fill(campaign, 1)[0]
        page = desk.read(f"stock/{campaign.skus.get().sku.code}/")
        assert "周末苹果团" in page
        assert f'<a class="link num nowrap" href="{desk.url(f"orders/{order.number}/")}">{order.number}</a>' in page
        assert "100 → 50" in page

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
        assert "这张表提交过一次，内容又改了" in words(other)
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


@pytest.mark.parametrize("rows", ["", "-1", "many", "9" * 5_000])
def test_a_count_of_rows_that_is_none_makes_no_error(desk: Desk, rows: str) -> None:
    assert desk.post("products/new/", name="苹果", rows=rows).status_code == 200
    assert not Product.objects.exists()
