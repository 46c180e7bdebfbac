"""The categories a visitor chooses from, each with the picture of something that stands in it."""

from dataclasses import dataclass

from django.core.cache import cache

from catalog.models import ProductImage
from catalog.selectors.categories import category_tree
from catalog.states import ProductStatus

KEEP_SECONDS = 300
KEY = "storefront-shelves"


@dataclass(frozen=True)
class Shelf:
    """A category that stands in no other, with all that stand in it."""

    pk: int
    name: str
    category_ids: tuple[int, ...]
    picture: str


def shelves() -> list[Shelf]:
    """The shelves in their order; kept for a few minutes."""
    kept = cache.get(KEY)
    if kept is None:
        kept = _read()
        cache.set(KEY, kept, KEEP_SECONDS)
    return kept


def category_ids(wanted: str) -> list[int]:
    """A shelf and all that stand in it; nothing for a shelf that is not there."""
    return [pk for shelf in shelves() if str(shelf.pk) == wanted for pk in shelf.category_ids]


def _read() -> list[Shelf]:
    stacked: list[tuple[int, str, list[int]]] = []
    for depth, category in category_tree():
        if depth == 0:
            stacked.append((category.pk, category.name, []))
        stacked[-1][2].append(category.pk)
    pictures = _pictures()
    return [
        Shelf(pk, name, tuple(ids), next((pictures[one] for one in ids if one in pictures), ""))
        for pk, name, ids in stacked
    ]


def _pictures() -> dict[int, str]:
    """The newest product's first picture of each category that has goods on the shelf. One query."""
    images = ProductImage.objects.filter(
        product__status=ProductStatus.ON_SHELF, product__category__isnull=False
    ).order_by("product__category_id", "-product_id", "position")
    newest = images.distinct("product__category_id").select_related("product")
    return {image.product.category_id: image.small.url for image in newest if image.product.category_id}
