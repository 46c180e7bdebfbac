"""The life of a product on its shelf, and the kinds of stock movement."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProductStatus(models.TextChoices):
    DRAFT = "draft", _("草稿")
    ON_SHELF = "on_shelf", _("上架")
    SOLD_OUT = "sold_out", _("售罄下架")
    OFF_SHELF = "off_shelf", _("已下架")


PRODUCT_TRANSITIONS = {
    ProductStatus.DRAFT: frozenset({ProductStatus.ON_SHELF}),
    ProductStatus.ON_SHELF: frozenset({ProductStatus.SOLD_OUT, ProductStatus.OFF_SHELF}),
    ProductStatus.SOLD_OUT: frozenset({ProductStatus.ON_SHELF, ProductStatus.OFF_SHELF}),
    ProductStatus.OFF_SHELF: frozenset({ProductStatus.ON_SHELF}),
}


class MovementKind(models.TextChoices):
    ADJUST = "adjust", _("盘点调整")
    ALLOT = "allot", _("划给活动")
    RETURN = "return", _("活动退回")
    RESERVE = "reserve", _("下单占用")
    RELEASE = "release", _("释放")
    COMMIT = "commit", _("售出")
