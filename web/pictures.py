"""Pictures for lists, all of them in one query."""

from collections.abc import Iterable

from catalog.models import ProductImage


def first_pictures(product_ids: Iterable[int]) -> dict[int, str]:
    """The address of each product's first picture, small; products without one are left out."""
    images = ProductImage.objects.filter(product_id__in=set(product_ids)).order_by("product_id", "position", "pk")
    return {image.product_id: image.small.url for image in images.distinct("product_id")}
