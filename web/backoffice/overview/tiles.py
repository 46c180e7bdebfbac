"""J1: the numbers of a shop on its first page, to this minute."""

from urllib.parse import urlencode

from django.utils.translation import gettext as _

from analytics.selectors.dashboard import Sales
from common.clock import day_of
from web.backoffice.access import Right, Shop
from web.backoffice.dates import Dates
from web.backoffice.shell import address
from web.numbers.tiles import Tile, tile_of


def tiles(shop: Shop, sales: Sales) -> list[Tile]:
    """Six of them, in the order a merchant asks; those whose rows somebody may not read lead to the orders."""
    against = _("比昨天同时段") if sales.days == 1 else _("比前 %(days)s 天") % {"days": sales.days}
    dates = Dates(day_of(sales.period.since), day_of(sales.period.until))
    orders = f"{address(shop, 'orders')}?{urlencode({'state': 'all'} | dates.query)}"
    refunds = f"{address(shop, 'refunds')}?{urlencode({'kind': 'returned'} | dates.query)}"
    campaigns = f"{address(shop, 'campaigns')}?{urlencode({'state': 'decided'} | dates.query)}"
    results = campaigns if Right.SELL in shop.rights else orders
    rows = dict.fromkeys(("revenue_fen", "orders", "average_fen", "pieces"), orders)
    rows |= {"success_bp": results, "refund_bp": refunds}
    return [tile_of(key, sales.now, sales.before, against=against, url=url) for key, url in rows.items()]
