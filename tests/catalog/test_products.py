import datetime as dt

import pytest

from accounts.states import MerchantStatus
from catalog.errors import ExternalIdTaken, MerchantMayNotSell, NothingToSell
from catalog.models import Product, Sku, Stock
from catalog.selectors.categories import category_tree, with_descendants
from catalog.selectors.products import for_merchant, for_visitor, of_merchant, on_shelf
from catalog.services.details import SkuDetails
from catalog.services.products import create_product, put_on_shelf, take_off_shelf, update_product
from catalog.states import ProductStatus
from common.errors import InvalidField, NotFound
from common.models import AuditEntry
from common.statemachine import StateChanged
from tests.factories.accounts import make_merchant
from tests.factories.catalog import make_category, make_details, make_product

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_broken")]

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
SIZES = {"name": "重量", "values": ["5 斤装", "10 斤装"]}
COLOURS = {"name": "颜色", "values": ["红", "青"]}


def create(merchant=None, **changes) -> Product:
    return create_product(merchant=merchant or make_merchant(), actor_id=None, details=make_details(**changes), now=NOW)


def change(product: Product, **changes) -> Product:
    return update_product(product=product, actor_id=None, details=make_details(**changes), now=NOW)


def offered(product: Product) -> list[tuple[str, int]]:
    """(specification, price) of the SKUs on sale, in their order."""
    skus = product.skus.filter(retired_at=None).order_by("position")
    return list(skus.values_list("specification", "price_fen"))


def test_a_merchant_publishes_a_product_with_its_matrix():
    """B1: category, specifications as a matrix, return policy; a draft until it is put on the shelf."""
    apples = make_category("苹果", parent=make_category())
    skus = [SkuDetails("5 斤装 / 红", 3990, 2100), SkuDetails("10 斤装 / 青", 6990)]
    product = create(
        name=" 红富士苹果 ",
        category_id=apples.pk,
        options=[SIZES, COLOURS],
        skus=skus,
        no_reason_return=True,
        return_days=7,
    )
    product.refresh_from_db()
    assert (product.name, product.status, product.category) == ("红富士苹果", ProductStatus.DRAFT, apples)
    assert (product.options, product.no_reason_return, product.return_days) == ([SIZES, COLOURS], True, 7)
    assert offered(product) == [("5 斤装 / 红", 3990), ("10 斤装 / 青", 6990)]
    assert list(product.skus.order_by("position").values_list("cost_fen", flat=True)) == [2100, None]
    assert list(Stock.objects.values_list("available", flat=True)) == [0, 0]
    assert AuditEntry.objects.filter(action="product.create", subject=f"product:{product.code}").count() == 1


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("name", {"name": "  "}),
        ("name", {"name": "苹" * 101}),
        ("brief", {"brief": "甜" * 201}),
        ("unit", {"unit": ""}),
        ("external_id", {"external_id": "1" * 41}),
        ("description", {"description": "<p>" + "甜" * 50_000}),
        ("category_id", {"category_id": 404}),
        ("return_days", {"return_days": 91}),
        ("return_days", {"no_reason_return": True, "return_days": 0}),
        ("skus", {"skus": []}),
        ("specification", {"skus": [SkuDetails("红", 100), SkuDetails(" 红 ", 100)]}),
        ("specification", {"skus": [SkuDetails("红", 100), SkuDetails("", 100)]}),
        ("specification", {"skus": [SkuDetails("红" * 101, 100)]}),
        ("specification", {"skus": [SkuDetails("紫", 100)], "options": [COLOURS]}),
        ("price_fen", {"skus": [SkuDetails("", 0)]}),
        ("price_fen", {"skus": [SkuDetails("", 100_000_001)]}),
        ("cost_fen", {"skus": [SkuDetails("", 100, -1)]}),
        ("options", {"options": [SIZES, COLOURS, {"name": "甲", "values": ["1"]}, {"name": "乙", "values": ["2"]}]}),
        ("options", {"options": [{"name": " ", "values": ["红"]}]}),
        ("options", {"options": [{"name": "颜色", "values": []}]}),
        ("options", {"options": [{"name": "颜色", "values": ["红", "红"]}]}),
        ("code", {"skus": [SkuDetails("红", 100, None, "NOSUCHCODE")]}),
    ],
)
def test_what_makes_no_sense_is_refused_by_the_name_of_its_field(field, changes):
    """B1."""
    with pytest.raises(InvalidField) as refused:
        create(**changes)
    assert refused.value.params["field"] == field
    assert not Product.objects.exists()


def test_a_merchant_uses_a_number_once_and_another_merchant_may_use_it_too():
    merchant = make_merchant()
    first = create(merchant, external_id="A1")
    with pytest.raises(ExternalIdTaken):
        create(merchant, external_id="A1")
    second = create(merchant, external_id="A2")
    with pytest.raises(ExternalIdTaken):
        change(second, external_id="A1")
    create(make_merchant("别家"), external_id="A1")
    assert change(first, external_id="A1", name="苹果").name == "苹果"


def test_a_change_keeps_the_sku_its_code_and_its_stock():
    """B1: price and name of a specification change; the SKU that orders point at stays the same row."""
    product = make_product(make_merchant(), stock=8)
    sku = product.skus.get()
    change(product, skus=[SkuDetails("6 斤装", 4290, None, sku.code)])
    same = Sku.objects.get()
    assert (same.pk, same.code, same.specification, same.price_fen) == (sku.pk, sku.code, "6 斤装", 4290)
    assert same.stock.available == 8


def test_a_specification_left_out_is_retired_and_taken_up_again():
    product = make_product(make_merchant(), specifications=("红", "青"))
    green = product.skus.get(specification="青")
    change(product, skus=[SkuDetails("红", 3990)])
    green.refresh_from_db()
    assert green.retired_at == NOW
    assert offered(product) == [("红", 3990)]
    change(product, skus=[SkuDetails("青", 2990), SkuDetails("红", 3990)])
    assert offered(product) == [("青", 2990), ("红", 3990)]
    assert product.skus.get(specification="青").pk == green.pk


def test_two_specifications_swap_their_names():
    product = make_product(make_merchant(), specifications=("红", "青"))
    red, green = product.skus.order_by("position")
    change(product, skus=[SkuDetails("青", 100, None, red.code), SkuDetails("红", 200, None, green.code)])
    assert Sku.objects.get(pk=red.pk).specification == "青"
    assert Sku.objects.get(pk=green.pk).specification == "红"


def test_a_name_that_a_retired_sku_bears_is_not_given_to_another():
    product = make_product(make_merchant(), specifications=("红", "青"))
    red = product.skus.get(specification="红")
    change(product, skus=[SkuDetails("红", 100, None, red.code)])
    with pytest.raises(InvalidField):
        change(product, skus=[SkuDetails("青", 100, None, red.code)])


def test_nobody_changes_the_sku_of_another_product():
    merchant = make_merchant()
    foreign = make_product(make_merchant("别家")).skus.get()
    with pytest.raises(InvalidField):
        change(make_product(merchant), skus=[SkuDetails("5 斤装", 1, None, foreign.code)])
    foreign.refresh_from_db()
    assert foreign.price_fen == 3990


def test_retiring_the_only_specification_with_stock_takes_the_product_off_the_shelf():
    product = make_product(make_merchant(), specifications=("红",))
    assert change(product, skus=[SkuDetails("青", 3990)]).status == ProductStatus.SOLD_OUT
    assert change(product, skus=[SkuDetails("红", 3990)]).status == ProductStatus.ON_SHELF


def test_on_the_shelf_and_off_again():
    product = make_product(make_merchant(), on_shelf=False)
    put_on_shelf(product=product, actor_id=None, now=NOW)
    assert product.status == Product.objects.get().status == ProductStatus.ON_SHELF
    take_off_shelf(product=product, actor_id=None, now=NOW)
    assert product.status == Product.objects.get().status == ProductStatus.OFF_SHELF
    with pytest.raises(StateChanged):
        take_off_shelf(product=product, actor_id=None, now=NOW)


def test_an_empty_product_is_not_put_on_the_shelf():
    with pytest.raises(NothingToSell):
        put_on_shelf(product=create(), actor_id=None, now=NOW)


def test_a_suspended_merchant_puts_nothing_on_the_shelf():
    merchant = make_merchant()
    product = make_product(merchant, on_shelf=False)
    merchant.status = MerchantStatus.SUSPENDED
    with pytest.raises(MerchantMayNotSell):
        put_on_shelf(product=product, actor_id=None, now=NOW)
    assert Product.objects.get().status == ProductStatus.DRAFT


def test_a_list_costs_the_same_for_two_products_as_for_ten(django_assert_num_queries):
    """B1: product, category and merchant, then SKUs with stock, then pictures."""
    merchant = make_merchant()
    for number in range(10):
        make_product(merchant, name=f"苹果 {number}", category_id=make_category().pk)
    with django_assert_num_queries(3):
        lines = [
            (product.name, str(product.category), [sku.stock.available for sku in product.skus.all()])
            for product in of_merchant(merchant)
            if not product.images.all()
        ]
    assert lines[0] == ("苹果 9", "水果", [100])


def test_strangers_cannot_tell_a_foreign_product_from_none():
    merchant, other = make_merchant(), make_merchant("别家")
    product = make_product(merchant, on_shelf=False)
    assert for_merchant(merchant, product.code) == product
    for attempt in (lambda: for_merchant(other, product.code), lambda: for_visitor(product.code)):
        with pytest.raises(NotFound):
            attempt()


def test_visitors_see_what_is_on_the_shelf():
    merchant = make_merchant()
    shown = make_product(merchant, name="苹果")
    make_product(merchant, name="梨", on_shelf=False)
    assert list(on_shelf()) == [shown]
    assert for_visitor(shown.code) == shown


def test_the_category_tree_is_one_query(django_assert_num_queries):
    """B1."""
    fruit = make_category("水果", position=1)
    apples = make_category("苹果", parent=fruit)
    vegetables = make_category("蔬菜", position=0)
    with django_assert_num_queries(1):
        assert category_tree() == [(0, vegetables), (0, fruit), (1, apples)]
    assert with_descendants(fruit) == [fruit.pk, apples.pk]
