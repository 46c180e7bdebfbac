"""Products, what there is of them, and the journal behind it."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import Merchant
from catalog.models import JournalLine, Product, Sku
from catalog.selectors.levels import left_of_products
from common.exports.cells import Yuan
from web.backoffice.access import Right
from web.backoffice.exports.contributing import contribute
from web.backoffice.goods.listing import found as products_found
from web.backoffice.goods.stock import found as stocks_found

GOODS, SPECIFICATION = pgettext_lazy("one", "商品"), gettext_lazy("规格")


@dataclass(frozen=True)
class ProductRow:
    """A product and how many pieces of it are left to buyers."""

    product: Product
    skus: list[Sku]
    left: int


def product_rows(listed: list[Product]) -> list[ProductRow]:
    """One query for what is left of all of them."""
    left = left_of_products(product.pk for product in listed)
    return [ProductRow(product, list(product.skus.all()), left.get(product.pk, 0)) for product in listed]


def movements_of(merchant: Merchant, query: QueryDict) -> QuerySet[JournalLine]:
    """The journal of one SKU, or of all of them."""
    ours = JournalLine.objects.filter(sku__product__merchant=merchant)
    if code := query.get("sku", ""):
        ours = ours.filter(sku__code=code)
    return ours.select_related("sku__product", "actor")


contribute(
    "products",
    gettext_lazy("商品"),
    Right.SELL,
    find=products_found,
    rows=product_rows,
    columns=[
        (GOODS, lambda row: row.product.name),
        (gettext_lazy("货号"), lambda row: row.product.external_id),
        (gettext_lazy("类目"), lambda row: row.product.category.name if row.product.category else ""),
        (SPECIFICATION, lambda row: "\n".join(sku.specification for sku in row.skus)),
        (gettext_lazy("单买价"), lambda row: Yuan(row.skus[0].price_fen) if row.skus else None),
        (gettext_lazy("剩余"), lambda row: row.left),
        (gettext_lazy("单位"), lambda row: row.product.unit),
        (gettext_lazy("状态"), lambda row: row.product.get_status_display()),
    ],
)
contribute(
    "stock",
    gettext_lazy("库存"),
    Right.STOCK,
    find=stocks_found,
    columns=[
        (GOODS, lambda stock: stock.sku.product.name),
        (SPECIFICATION, lambda stock: stock.sku.specification),
        (gettext_lazy("可用"), lambda stock: stock.available),
        (gettext_lazy("划给活动"), lambda stock: stock.allotted),
        (gettext_lazy("已售"), lambda stock: stock.sold),
        (gettext_lazy("还能卖"), lambda stock: stock.left),
        (gettext_lazy("预警线"), lambda stock: stock.alert_threshold),
        (gettext_lazy("低于预警线起"), lambda stock: stock.low_since),
    ],
)
contribute(
    "movements",
    gettext_lazy("库存变动"),
    Right.STOCK,
    find=movements_of,
    columns=[
        (gettext_lazy("时间"), lambda movement: movement.at),
        (GOODS, lambda movement: movement.sku.product.name),
        (SPECIFICATION, lambda movement: movement.sku.specification),
        (gettext_lazy("类型"), lambda movement: movement.get_kind_display()),
        (gettext_lazy("件数"), lambda movement: movement.quantity),
        (gettext_lazy("可用变动"), lambda movement: movement.available_delta),
        (gettext_lazy("划出变动"), lambda movement: movement.allotted_delta),
        (gettext_lazy("已售变动"), lambda movement: movement.sold_delta),
        (gettext_lazy("单据"), lambda movement: movement.document),
        (gettext_lazy("原因"), lambda movement: movement.reason),
        (gettext_lazy("操作人"), lambda movement: movement.actor.shown_name if movement.actor else ""),
    ],
)
