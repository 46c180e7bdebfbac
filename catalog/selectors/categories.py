from collections import defaultdict
from collections.abc import Iterator

from catalog.models import Category


def category_tree() -> list[tuple[int, Category]]:
    """Every category with its depth (0 at the top), parents before their children, in their set order; one query."""
    children: dict[int | None, list[Category]] = defaultdict(list)
    for category in Category.objects.order_by("position", "id"):
        children[category.parent_id].append(category)
    return list(_below(None, 0, children))


def with_descendants(category: Category) -> list[int]:
    """The ids of a category and of everything below it."""
    children: dict[int | None, list[Category]] = defaultdict(list)
    for each in Category.objects.only("id", "parent_id"):
        children[each.parent_id].append(each)
    return [category.pk, *(each.pk for _depth, each in _below(category.pk, 1, children))]


def _below(
    parent_id: int | None, depth: int, children: dict[int | None, list[Category]]
) -> Iterator[tuple[int, Category]]:
    for category in children[parent_id]:
        yield depth, category
        yield from _below(category.pk, depth + 1, children)
