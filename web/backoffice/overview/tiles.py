"""J1: the numbers of a shop as tiles: the value, how it moved, whether that is good, and where its rows are."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from analytics.selectors.dashboard import Sales
from common.clock import day_of
from common.money import format_yuan
from web.backoffice.access import Right, Shop
from web.backoffice.dates import Dates
from web.backoffice.shell import address

NOTHING = "–"


@dataclass(frozen=True)
class Tile:
    """One number. `verdict` is good, bad or flat; without `moved` there is nothing to compare it with."""

    name: str
    value: str
    moved: str
    verdict: str
    against: str
    url: str
    sign: str = ""
    unit: str = ""


def tiles(shop: Shop, sales: Sales) -> list[Tile]:
    """Six of them, in the order a merchant asks; those whose rows somebody may not read lead to the orders."""
    now, before = sales.now, sales.before
    against = _("比昨天同时段") if sales.days == 1 else _("比前 %(days)s 天") % {"days": sales.days}
    dates = Dates(day_of(sales.period.since), day_of(sales.period.until))
    orders = f"{address(shop, 'orders')}?{urlencode({'state': 'all'} | dates.query)}"
    refunds = f"{address(shop, 'refunds')}?{urlencode({'kind': 'returned'} | dates.query)}"
    campaigns = f"{address(shop, 'campaigns')}?{urlencode({'state': 'decided'} | dates.query)}"
    results = campaigns if Right.SELL in shop.rights else orders
    return [
        _money(_("成交额"), now.revenue_fen, before.revenue_fen, against, orders),
        _count(_("付款订单"), now.orders, before.orders, against, orders),
        _money(_("客单价"), now.average_fen, before.average_fen, against, orders),
        _count(_("卖出件数"), now.pieces, before.pieces, against, orders),
        _rate(_("成团率"), now.success_bp, before.success_bp, against, results),
        _rate(_("退款率"), now.refund_bp, before.refund_bp, against, refunds, up_is_good=False),
    ]


def _money(name: str, now: int | None, before: int | None, against: str, url: str) -> Tile:
    moved, verdict = "", "flat"
    if now is not None and before is not None and before > 0:
        moved, verdict = _moved(now - before, f"{_one_decimal(abs(now - before) * 1000 // before)}%")
    value = NOTHING if now is None else format_yuan(now).replace("¥", "")
    return Tile(name, value, moved, verdict, against, url, sign="" if now is None else "¥")


def _count(name: str, now: int, before: int, against: str, url: str) -> Tile:
    moved, verdict = _moved(now - before, f"{abs(now - before):,}") if before else ("", "flat")
    return Tile(name, f"{now:,}", moved, verdict, against, url)


def _rate(name: str, now: int | None, before: int | None, against: str, url: str, *, up_is_good: bool = True) -> Tile:
    moved, verdict = "", "flat"
    if now is not None and before is not None:
        tenths = abs(now - before) // 10
        points = _("%(points)s 点") % {"points": _one_decimal(tenths)}
        moved, verdict = _moved((now - before) // 10 if tenths else 0, points, up_is_good=up_is_good)
    if now is None:
        return Tile(name, NOTHING, moved, verdict, against, url)
    return Tile(name, _one_decimal(now // 10), moved, verdict, against, url, unit="%")


def _moved(change: int, size: str, *, up_is_good: bool = True) -> tuple[str, str]:
    if change == 0:
        return _("持平"), "flat"
    return f"{'↑' if change > 0 else '↓'} {size}", "good" if (change > 0) == up_is_good else "bad"


def _one_decimal(tenths: int) -> str:
    return f"{tenths // 10:,}.{tenths % 10}"
