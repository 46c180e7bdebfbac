"""The category tree of an import, and how one row is tried."""

from collections.abc import Callable
from functools import partial

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from catalog.models import Category
from catalog.sheets import CATEGORIES, CategoryRow, Sheets
from common.errors import InvalidField, Refusal


def attempt(sheets: Sheets, sheet: str, line: int, work: Callable[[], None]) -> None:
    """Do the work of one row; a refusal takes it back and names the row."""
    tried(sheets, sheet, line, transaction.atomic(work))


def tried(sheets: Sheets, sheet: str, line: int, work: Callable[[], None]) -> None:
    """Do the work of one row that writes nothing; a refusal names the row."""
    try:
        work()
    except Refusal as refusal:
        sheets.refuse(sheet, line, refusal)


def write_categories(sheets: Sheets) -> dict[str, Category]:
    """The categories by their outside number, those of the sheet written, whatever the order of its rows."""
    known = {category.external_id: category for category in Category.objects.exclude(external_id="")}
    waiting = sheets.categories
    while ready := _without_parent_in(waiting):
        waiting = [row for row in waiting if row not in ready]
        for row in ready:
            attempt(sheets, CATEGORIES, row.line, partial(_write_category, row, known))
    for row in waiting:
        sheets.refuse(CATEGORIES, row.line, _("这些类目互为上级"))
    return known


def _write_category(row: CategoryRow, known: dict[str, Category]) -> None:
    """Write one category below its parent; one that stood there without a number is taken up."""
    parent = known.get(row.parent)
    if row.parent and parent is None:
        raise InvalidField("parent_id", _("没有上级类目 %(number)s") % {"number": row.parent})
    namesake = Category.objects.filter(parent=parent, name=row.name).exclude(external_id=row.number).first()
    if namesake and namesake.external_id:
        raise InvalidField("name", _("同一级里已有类目 %(name)s") % {"name": row.name})
    category = known.get(row.number) or namesake or Category()
    if category.pk and _stands_in(parent, category):
        raise InvalidField("parent_id", _("这些类目互为上级"))
    category.parent, category.name = parent, row.name
    category.external_id, category.position = row.number, row.line
    category.save()
    known[row.number] = category


def _without_parent_in(rows: list[CategoryRow]) -> list[CategoryRow]:
    numbers = {row.number for row in rows}
    return [row for row in rows if row.parent not in numbers]


def _stands_in(place: Category | None, category: Category) -> bool:
    """Whether a place in the tree is this category or lies below it."""
    while place is not None and place.pk != category.pk:
        place = place.parent
    return place is not None
