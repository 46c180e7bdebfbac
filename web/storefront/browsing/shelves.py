"""The categories a visitor chooses from."""

from django.core.cache import cache

from catalog.models import Category
from catalog.selectors.categories import category_tree, with_descendants

KEEP_SECONDS = 300
KEY = "storefront-top-categories"


def top_categories() -> list[Category]:
    """The shelves that stand in no other, in their order."""
    kept = cache.get(KEY)
    if kept is None:
        kept = [category for depth, category in category_tree() if depth == 0]
        cache.set(KEY, kept, KEEP_SECONDS)
    return kept


def category_ids(wanted: str) -> list[int]:
    """A shelf and all that stand in it; nothing for a shelf that is not there."""
    chosen = next((category for category in top_categories() if str(category.pk) == wanted), None)
    return with_descendants(chosen) if chosen else []
