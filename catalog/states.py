"""The life of a product on its shelf, and the kinds of stock movement."""

from django.db import models


class ProductStatus(models.TextChoices):
    DRAFT = "draft", "草稿"
    ON_SHELF = "on_shelf", "上架"
    SOLD_OUT = "sold_out", "售罄下架"
    OFF_SHELF = "off_shelf", "已下架"


PRODUCT_TRANSITIONS = {
    ProductStatus.DRAFT: frozenset({ProductStatus.ON_SHELF}),
    ProductStatus.ON_SHELF: frozenset({ProductStatus.SOLD_OUT, ProductStatus.OFF_SHELF}),
    ProductStatus.SOLD_OUT: frozenset({ProductStatus.ON_SHELF, ProductStatus.OFF_SHELF}),
    ProductStatus.OFF_SHELF: frozenset({ProductStatus.ON_SHELF}),
}


class MovementKind(models.TextChoices):
    ADJUST = "adjust", "盘点调整"
    ALLOT = "allot", "划给活动"
    RETURN = "return", "活动退回"
    RESERVE = "reserve", "下单占用"
    RELEASE = "release", "释放"
    COMMIT = "commit", "售出"
