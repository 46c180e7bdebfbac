"""What a merchant says about a product, and what of it is refused."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalog.models import Category
from catalog.rich_text import sanitise
from catalog.services.matrix import Axis, check_axes, combinations
from common.errors import InvalidField

MOST_SKUS = 200
MOST_RETURN_DAYS = 90
LONGEST_DESCRIPTION = 50_000
HIGHEST_PRICE_FEN = 100_000_000


@dataclass(frozen=True)
class SkuDetails:
    """One SKU: its specification ("" for the only one), prices, and the code of the SKU it changes, if any."""

    specification: str
    price_fen: int
    cost_fen: int | None = None
    code: str | None = None


@dataclass(frozen=True)
class ProductDetails:
    """Everything the product form asks for. `options` are the axes of the SKU matrix."""

    name: str
    skus: Sequence[SkuDetails]
    brief: str = ""
    unit: str = "件"
    category_id: int | None = None
    description: str = ""
    options: Sequence[Axis] = field(default_factory=tuple)
    no_reason_return: bool = False
    return_days: int = 0
    external_id: str = ""


def cleaned(details: ProductDetails) -> ProductDetails:
    """What `tidied` answers, in a category that there is. Raises InvalidField naming a field that is wrong."""
    tidy = tidied(details)
    known = tidy.category_id is None or Category.objects.filter(pk=tidy.category_id).exists()
    _require("category_id", known, _("没有这个类目"))
    return tidy


def tidied(details: ProductDetails) -> ProductDetails:
    """The details trimmed and the description sanitised, without asking the database.

    Raises InvalidField naming the first field that is wrong.
    """
    tidy = replace(
        details,
        name=details.name.strip(),
        brief=details.brief.strip(),
        unit=details.unit.strip(),
        description=sanitise(details.description),
        skus=[replace(sku, specification=sku.specification.strip()) for sku in details.skus],
    )
    _check_texts(tidy)
    _check_terms(tidy)
    _check_skus(tidy)
    return tidy


def _check_texts(details: ProductDetails) -> None:
    _require("name", 1 <= len(details.name) <= 100, _("请填写商品名称，最多 100 字"))
    _require("brief", len(details.brief) <= 200, _("一句话介绍最多 200 字"))
    _require("unit", 1 <= len(details.unit) <= 10, _("请填写单位，最多 10 字"))
    _require("external_id", len(details.external_id) <= 40, _("商家货号最多 40 个字符"))
    _require("description", len(details.description) <= LONGEST_DESCRIPTION, _("图文详情太长了"))


def _check_terms(details: ProductDetails) -> None:
    _require("return_days", 0 <= details.return_days <= MOST_RETURN_DAYS, _("退货天数在 0 到 90 之间"))
    unlimited = details.no_reason_return and details.return_days == 0
    _require("return_days", not unlimited, _("支持无理由退货时，请填写退货天数"))


def _check_skus(details: ProductDetails) -> None:
    _require("skus", 1 <= len(details.skus) <= MOST_SKUS, _("规格要有 1 到 200 个"))
    check_axes(details.options)
    allowed = set(combinations(details.options)) if details.options else None
    names = Counter(sku.specification for sku in details.skus)
    for sku in details.skus:
        _require("specification", len(sku.specification) <= 100, _("规格名称最多 100 字"))
        _require("specification", names[sku.specification] == 1, _("规格名称不能重复"))
        _require("specification", bool(sku.specification) or len(names) == 1, _("有多个规格时，每个都要有名称"))
        _require("specification", allowed is None or sku.specification in allowed, _("规格和规格项对不上"))
        _require("price_fen", 0 < sku.price_fen <= HIGHEST_PRICE_FEN, _("价格要大于 0，最多 100 万元"))
        _require("cost_fen", 0 <= (sku.cost_fen or 0) <= HIGHEST_PRICE_FEN, _("成本要在 0 到 100 万元之间"))


def _require(name: str, holds: bool, reason: str | Promise) -> None:
    if not holds:
        raise InvalidField(name, reason)
