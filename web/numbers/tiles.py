"""J1: a number as a tile: the value, how it moved, whether that is good, and where its rows are."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from analytics.figures import Figures
from analytics.metrics import METRICS, Metric, Unit
from common.money import format_yuan

NOTHING = "–"


@dataclass(frozen=True)
class Tile:
    """One number. `verdict` is good, bad or flat; without `moved` there is nothing to compare it with."""

    name: str | Promise
    value: str
    moved: str
    verdict: str
    against: str
    url: str
    sign: str = ""
    unit: str = ""


def tile_of(key: str, now: Figures, before: Figures, *, against: str, url: str) -> Tile:
    """The tile of a number of `analytics.metrics`."""
    metric = METRICS[key]
    value: int | None = getattr(now, key)
    moved, verdict = _compared(metric, value, getattr(before, key))
    sign, shown, unit = _written(metric, value)
    return Tile(metric.name, shown, moved, verdict, against, url, sign=sign, unit=unit)


def in_words(metric: Metric, value: int | None) -> str:
    """A number as it stands in a table."""
    if value is None:
        return NOTHING
    if metric.unit == Unit.MONEY:
        return format_yuan(value)
    _sign, shown, unit = _written(metric, value)
    return f"{shown}{unit}"


def _written(metric: Metric, value: int | None) -> tuple[str, str, str]:
    """What stands before a number, the number, and what stands behind it."""
    if value is None:
        return "", NOTHING, ""
    if metric.unit == Unit.MONEY:
        return "¥", format_yuan(value).replace("¥", ""), ""
    if metric.unit == Unit.RATE:
        return "", _one_decimal(value // 10), "%"
    if metric.unit == Unit.TIMES:
        return "", _one_decimal(value // 10), _("倍")
    return "", f"{value:,}", ""


def _compared(metric: Metric, now: int | None, before: int | None) -> tuple[str, str]:
    if now is None or before is None:
        return "", "flat"
    if metric.unit == Unit.RATE:
        tenths = abs(now - before) // 10
        points = _("%(points)s 点") % {"points": _one_decimal(tenths)}
        return _moved((now - before) // 10 if tenths else 0, points, up_is_good=metric.up_is_good)
    if before <= 0:
        return "", "flat"
    size = f"{abs(now - before):,}"
    if metric.unit in (Unit.MONEY, Unit.TIMES):
        size = f"{_one_decimal(abs(now - before) * 1000 // before)}%"
    return _moved(now - before, size, up_is_good=metric.up_is_good)


def _moved(change: int, size: str, *, up_is_good: bool) -> tuple[str, str]:
    if change == 0:
        return _("持平"), "flat"
    return f"{'↑' if change > 0 else '↓'} {size}", "good" if (change > 0) == up_is_good else "bad"


def _one_decimal(tenths: int) -> str:
    return f"{tenths // 10:,}.{tenths % 10}"
