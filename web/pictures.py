"""Pictures for lists, all of them in one query."""

from collections.abc import Iterable

from catalog.models import ProductImage
from orders.models import OrderLine


def first_pictures(product_ids: Iterable[int]) -> dict[int, str]:
    """The address of each product's first picture, small; products without one are left out."""
    images = ProductImage.objects.filter(product_id__in=set(product_ids)).order_by("product_id", "position", "pk")
    return {image.product_id: image.small.url for image in images.distinct("product_id")}


def with_pictures(lines: list[OrderLine]) -> list[tuple[OrderLine, str]]:
    """The lines of one order, each with its product's picture."""
    pictures = first_pictures(line.sku.product_id for line in lines)
    return [(line, pictures.get(line.sku.product_id, "")) for line in lines]
