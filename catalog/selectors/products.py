"""Products as lists and pages show them, each with everything it prints, in a fixed number of queries."""

from django.db.models import Prefetch, QuerySet

from accounts.models import Merchant
from catalog.models import Product, ProductImage, Sku
from common.errors import NotFound


def of_merchant(merchant: Merchant) -> QuerySet[Product]:
    """A merchant's products, newest first, with category, pictures, SKUs on sale and their stock."""
    return _complete(Product.objects.filter(merchant=merchant)).order_by("-id")


def for_merchant(merchant: Merchant, code: str) -> Product:
    """One of the merchant's own products. Raises NotFound, also for another merchant's."""
    return _one(of_merchant(merchant), code)


def on_shelf() -> QuerySet[Product]:
    """What every visitor may see, newest first."""
    return _complete(Product.objects.on_shelf()).order_by("-id")


def for_visitor(code: str) -> Product:
    """A product on the shelf. Raises NotFound."""
    return _one(on_shelf(), code)


def _complete(products: QuerySet[Product]) -> QuerySet[Product]:
    skus = Sku.objects.filter(retired_at=None).select_related("stock").order_by("position", "id")
    return products.select_related("category", "merchant").prefetch_related(
        Prefetch("skus", skus), Prefetch("images", ProductImage.objects.order_by("position", "id"))
    )


def _one(products: QuerySet[Product], code: str) -> Product:
    product = products.filter(code=code).first()
    if product is None:
        raise NotFound
    return product
