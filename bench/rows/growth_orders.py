"""The orders of a buyer and of a shop: the first pages and deep ones, searched and narrowed."""

from bench import asking, growing
from bench.asking import Paths, grown_rate, young_rate
from bench.growing import Sides, the_regular
from bench.row import Row
from bench.seeding import the_shop

DEEP = 4


def prepare() -> Sides:
    sides = growing.both(lambda: asking.requests_for(_paths()))
    growing.compare("growth-orders", lambda: asking.reader_of(_paths()))
    return sides


def _paths() -> Paths:
    shop, regular = the_shop(), the_regular()
    list_of_shop = f"/backoffice/{shop.merchant.code}/orders/"
    number = regular.orders.latest("pk").number
    asked = ("", "?state=handed", f"?state=all&q={number}", "?state=all&campaign=GR0W000000")
    mine = [(regular, "/orders/"), (regular, "/orders/?show=over")]
    deep = asking.pages_on(shop.owner, f"{list_of_shop}?state=all", DEEP)
    return [*mine, *((shop.owner, list_of_shop + query) for query in asked), (shop.owner, deep)]


ROW = Row(
    name="growth-orders",
    unit="pages/s beside 1,000,000 orders ÷ beside 1,000",
    bar=0.6,
    prepare=prepare,
    ours=grown_rate,
    reference=young_rate,
    large=True,
)
