from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant
from catalog.models.category import Category
from catalog.states import PRODUCT_TRANSITIONS, ProductStatus
from common.ids import new_public_code
from common.statemachine import Transitions


class ProductQuerySet(models.QuerySet["Product"]):
    def on_shelf(self) -> "ProductQuerySet":
        return self.filter(status=ProductStatus.ON_SHELF)


class Product(models.Model):
    """Something a merchant sells, in one or more SKUs."""

    transitions: ClassVar[Transitions] = PRODUCT_TRANSITIONS

    code = models.CharField(max_length=10, unique=True, default=new_public_code, editable=False)
    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="products")
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="products")
    external_id = models.CharField(_("商家货号"), max_length=40, blank=True)
    name = models.CharField(_("名称"), max_length=100)
    brief = models.CharField(_("一句话介绍"), max_length=200, blank=True)
    unit = models.CharField(_("单位"), max_length=10, default="件")
    description = models.TextField(_("图文详情"), blank=True, help_text=_("HTML，保存时已清洗"))
    options = models.JSONField(
        _("规格项"), default=list, blank=True, help_text='the axes of the SKU matrix: [{"name", "values"}]'
    )
    search_text = models.TextField(
        blank=True, editable=False, help_text="name, brief and number in characters, pinyin and initials"
    )
    status = models.CharField(
        _("状态"), max_length=10, choices=ProductStatus.choices, default=ProductStatus.DRAFT, editable=False
    )
    no_reason_return = models.BooleanField(_("支持无理由退货"), default=False)
    return_days = models.PositiveSmallIntegerField(_("退货天数"), default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("商品")
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "external_id"],
                condition=~models.Q(external_id=""),
                name="product_external_once",
            )
        ]
        indexes = [models.Index(fields=["merchant", "-id"], name="product_of_merchant")]

    def __str__(self) -> str:
        return self.name


class ProductImage(models.Model):
    """A picture of a product, re-encoded, in three fixed sizes."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="images")
    position = models.PositiveSmallIntegerField(default=0)
    large = models.ImageField(upload_to="products")
    medium = models.ImageField(upload_to="products")
    small = models.ImageField(upload_to="products")

    class Meta:
        verbose_name = verbose_name_plural = _("商品图片")
        indexes = [models.Index(fields=["product", "position"], name="image_order")]

    def __str__(self) -> str:
        return str(self.large)


class Sku(models.Model):
    """One thing one can put into a bag: a product in one specification, with a price of its own."""

    code = models.CharField(max_length=10, unique=True, default=new_public_code, editable=False)
    product = models.ForeignKey(Product, models.PROTECT, related_name="skus")
    specification = models.CharField(
        _("规格"), max_length=100, blank=True, help_text="e.g. 5 斤装; empty for the only one"
    )
    price_fen = models.PositiveIntegerField(_("单买价（分）"))
    cost_fen = models.PositiveIntegerField(_("成本（分）"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(_("停售时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "SKU"
        constraints = [
            models.UniqueConstraint(fields=["product", "specification"], name="sku_specification_once"),
            models.CheckConstraint(condition=models.Q(price_fen__gt=0), name="sku_price_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.specification}".strip()
