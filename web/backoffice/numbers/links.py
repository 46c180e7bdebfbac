"""Where the rows behind a number are."""

import datetime as dt
from urllib.parse import urlencode

from web.backoffice.access import Right, Shop
from web.backoffice.dates import Dates
from web.backoffice.orders.wanted import PLACED
from web.backoffice.shell import address

# What narrows the orders to those that a number counts; a number that is not here counts all that were paid.
NARROWED = {
    "placed": {"by": PLACED},
    "joiners": {"by": PLACED},
    "new_customers": {"only": "new"},
    "repeat_buyers": {"only": "old"},
    "repurchase_bp": {"only": "old"},
    "benefit_fen": {"only": "benefit"},
    "merchant_benefit_fen": {"only": "benefit"},
    "platform_benefit_fen": {"only": "benefit"},
    "benefit_orders": {"only": "benefit"},
    "benefit_paid_fen": {"only": "benefit"},
    "benefit_return": {"only": "benefit"},
}
RESULTS = {"decided": "decided", "succeeded": "succeeded", "success_bp": "decided"}
BACK = {"refunded_fen": {}, "refunds": {"kind": "returned"}, "returned_fen": {"kind": "returned"}}
BACK["refund_bp"] = BACK["returned_fen"]


def rows_behind(shop: Shop, key: str, since: dt.date, until: dt.date, **narrowed: str) -> str:
    """The address of what a number of these days counts. Who may not see refunds or campaigns sees the orders.

    `narrowed` says of which campaign or channel; visitors leave no rows that anybody could look at.
    """
    days = Dates(since, until).query
    if key in BACK and Right.REFUNDS in shop.rights and "channel" not in narrowed:
        return f"{address(shop, 'refunds')}?{urlencode(BACK[key] | days | narrowed)}"
    if key in RESULTS and Right.SELL in shop.rights:
        return f"{address(shop, 'campaigns')}?{urlencode({'state': RESULTS[key]} | days)}"
    return f"{address(shop, 'orders')}?{urlencode({'state': 'all'} | NARROWED.get(key, {}) | days | narrowed)}"
