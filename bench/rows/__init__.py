"""The rows, one module each, with a `ROW` of its own."""

import pkgutil
from collections.abc import Sequence
from importlib import import_module

from bench.row import Row
from groupbuy.local.problems import Problem


def every_row() -> list[Row]:
    """All there are, by the names of their modules."""
    return [import_module(f"{__name__}.{module.name}").ROW for module in pkgutil.iter_modules(__path__)]


def wanted(rows: Sequence[Row], *, only: str, large: bool) -> list[Row]:
    """The rows of a run: those of its size, or the one asked for by name. Raises Problem when there is none."""
    if not only:
        return [row for row in rows if row.large == large]
    chosen = [row for row in rows if row.name == only]
    if not chosen:
        raise Problem(f"There is no row “{only}”. There are {', '.join(row.name for row in rows)}.")
    return chosen
