"""What a merchant types about a product. The services judge it; these forms only carry it."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.html import linebreaks
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from catalog.selectors.categories import category_tree
from catalog.services.details import ProductDetails, SkuDetails
from catalog.services.matrix import Axis
from catalog.services.stock import LARGEST_ADJUSTMENT
from common.errors import Refusal
from web.backoffice.fields import CountField
from web.backoffice.goods.editor import DescriptionEditor
from web.fields import YuanField
from web.forms import Form

BETWEEN = re.compile(r"[、,，/]")
TAG = re.compile(r"<[a-zA-Z/]")


class ProductForm(Form):
    """Everything of a product but its SKUs."""

    name = forms.CharField(label=_("商品名"), max_length=100, error_messages={"required": _("商品名要填")})
    brief = forms.CharField(label=_("一句话卖点"), max_length=200, required=False, help_text=_("出现在卡片上"))
    unit = forms.CharField(label=_("单位"), max_length=10, initial="件", help_text=_("件、箱、盒、斤"))
    category_id = forms.TypedChoiceField(label=_("类目"), required=False, coerce=int, empty_value=None)
    external_id = forms.CharField(
        label=_("商家货号"), max_length=40, required=False, help_text=_("你自己系统里的编号，不能重复")
    )
    description = forms.CharField(
        label=_("图文详情"),
        required=False,
        max_length=50_000,
        widget=DescriptionEditor,
    )
    options = forms.CharField(
        label=_("规格项"),
        required=False,
        help_text=_("一行一项，比如「重量：5 斤、10 斤」，再按“生成规格”"),
        widget=forms.Textarea(attrs={"rows": 2, "class": "textarea"}),
    )
    no_reason_return = forms.BooleanField(label=_("支持无理由退货"), required=False)
    return_days = CountField(label=_("退货天数"), required=False, max_value=90)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tree = [(category.pk, "　" * depth + category.name) for depth, category in category_tree()]
        self.fields["category_id"].choices = [("", _("不分类")), *tree]  # type: ignore[attr-defined]

    def clean_description(self) -> str:
        """Plain words become paragraphs."""
        text = str(self.cleaned_data["description"])
        return text if TAG.search(text) else linebreaks(text, autoescape=True) if text.strip() else ""

    def clean_options(self) -> list[Axis]:
        """The axes; a line without a name or values is said back."""
        return read_axes(self.cleaned_data["options"])


class FillForm(Form):
    """What every row without it takes over."""

    price_fen = YuanField(label=_("单买价"), required=False)
    cost_fen = YuanField(label=_("成本"), required=False)
    come_in = CountField(label=_("入库"), required=False, max_value=LARGEST_ADJUSTMENT)


class SkuForm(Form):
    """One SKU; a row left empty is no SKU."""

    code = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)
    specification = forms.CharField(label=_("规格"), required=False, max_length=100)
    price_fen = YuanField(label=_("单买价"), required=False)
    cost_fen = YuanField(label=_("成本"), required=False)
    come_in = CountField(label=_("入库"), required=False, max_value=LARGEST_ADJUSTMENT)
    gone = forms.BooleanField(label=_("停售"), required=False)

    @property
    def is_wanted(self) -> bool:
        """Whether somebody wrote something, and did not take it back."""
        data = self.cleaned_data
        typed = data.get("code") or data.get("specification") or data.get("price_fen") is not None
        return bool(typed) and not data.get("gone")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.is_wanted and data.get("price_fen") is None and "price_fen" not in self.errors:
            self.add_error("price_fen", _("单买价要填"))
        return data


def read_axes(text: str) -> list[Axis]:
    """「重量：5 斤、10 斤」 line by line. Raises ValidationError for a line it cannot read."""
    axes = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        name, _colon, values = line.replace("：", ":").partition(":")
        found = [value.strip() for value in BETWEEN.split(values) if value.strip()]
        if not name.strip() or not found:
            raise forms.ValidationError(_("写成「重量：5 斤、10 斤」这样，一行一项"))
        axes.append(Axis(name=name.strip(), values=found))
    return axes


def written_axes(axes: Sequence[Axis]) -> str:
    """The axes as they stand in the textarea."""
    return "\n".join(f"{axis['name']}：{'、'.join(axis['values'])}" for axis in axes)


def initial_of(product: Product) -> dict[str, Any]:
    """A product as the form shows it."""
    plain = ("name", "brief", "unit", "category_id", "external_id", "description", "no_reason_return", "return_days")
    return {name: getattr(product, name) for name in plain} | {"options": written_axes(product.options)}


def details_of(form: ProductForm, rows: Sequence[SkuForm]) -> ProductDetails:
    """The valid forms as the service wants them."""
    data = form.cleaned_data
    skus = [
        SkuDetails(row["specification"], row["price_fen"], row["cost_fen"], row["code"] or None)
        for row in (row.cleaned_data for row in rows if row.is_wanted)
    ]
    return ProductDetails(**data | {"return_days": data["return_days"] or 0, "skus": skus})


def refuse(form: ProductForm, rows: Sequence[SkuForm], refusal: Refusal) -> None:
    """Say a refusal at its field; those about a SKU stand in the row they are about, where it can be told."""
    field = str(refusal.params.get("field", ""))
    wanted = [row for row in rows if row.is_wanted]
    if field == "external_id" or refusal.code == "external_id_taken":
        form.add_error("external_id", str(refusal))
    elif field in ("specification", "price_fen", "cost_fen") and wanted:
        _culprit(wanted, field).add_error(field, str(refusal))
    else:
        form.refuse(refusal)


def _culprit(rows: Sequence[SkuForm], field: str) -> SkuForm:
    """The first row that repeats, lacks or overdoes something; the last one when that cannot be told."""
    seen: set[Any] = set()
    for row in rows:
        value = row.cleaned_data[field]
        if field == "specification" and (value in seen or not value):
            return row
        if field != "specification" and value is not None and not 0 < value <= 100_000_000:
            return row
        seen.add(value)
    return rows[-1]
