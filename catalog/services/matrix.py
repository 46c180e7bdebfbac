"""The SKU matrix: axes such as weight and colour, and the specifications they span."""

import itertools
from collections.abc import Sequence
from typing import TypedDict

from django.utils.translation import gettext_lazy as _

from common.errors import InvalidField

SEPARATOR = " / "
MOST_AXES = 3
AXIS_NAMES = ("规格一", "规格二", "规格三")


class Axis(TypedDict):
    """One axis, e.g. {"name": "重量", "values": ["5 斤装", "10 斤装"]}."""

    name: str
    values: list[str]


def combinations(axes: Sequence[Axis]) -> list[str]:
    """The specifications of all cells, e.g. ["5 斤装 / 红", …]; without axes the empty one of the only SKU."""
    return [SEPARATOR.join(cell) for cell in itertools.product(*(axis["values"] for axis in axes))]


def axes_of(specifications: Sequence[str]) -> list[Axis]:
    """The axes that specifications such as "5 斤装 / 红" stand in; none where they have no common shape."""
    cells = [specification.split(SEPARATOR) for specification in specifications]
    if len(specifications) < 2 or len({len(cell) for cell in cells}) != 1 or len(cells[0]) > MOST_AXES:
        return []
    columns = [list(dict.fromkeys(column)) for column in zip(*cells, strict=True)]
    return [Axis(name=name, values=values) for name, values in zip(AXIS_NAMES, columns, strict=False)]


def check_axes(axes: Sequence[Axis]) -> None:
    """Raise InvalidField unless there are at most three axes, each with a name and different values."""
    if len(axes) > MOST_AXES:
        raise InvalidField("options", _("规格项最多 3 个"))
    for axis in axes:
        values = axis["values"]
        if not axis["name"].strip() or not values or not all(value.strip() for value in values):
            raise InvalidField("options", _("每个规格项都要有名称和取值"))
        if len(set(values)) != len(values):
            raise InvalidField("options", _("同一规格项里的取值不能重复"))
