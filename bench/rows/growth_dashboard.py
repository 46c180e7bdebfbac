"""A month in numbers: of a shop, on its front page and in full, and of the whole platform."""

from accounts.models import User
from bench import asking, growing
from bench.asking import Paths, grown_rate, young_rate
from bench.growing import Sides
from bench.row import Row
from bench.seeding import the_shop

OPERATOR = "13900009999"


def prepare() -> Sides:
    sides = growing.both(lambda: asking.requests_for(_paths()))
    growing.compare("growth-dashboard", lambda: asking.reader_of(_paths()))
    return sides


def _paths() -> Paths:
    shop, operator = the_shop(), _operator()
    there = f"/backoffice/{shop.merchant.code}/"
    return [
        (shop.owner, f"{there}?days=30"),
        (shop.owner, f"{there}numbers/?days=30"),
        (operator, "/admin/"),
        (operator, "/admin/numbers/?days=30"),
    ]


def _operator() -> User:
    known = User.objects.filter(is_superuser=True).first()
    return known or User.objects.create_superuser(OPERATOR, password=OPERATOR)


ROW = Row(
    name="growth-dashboard",
    unit="pages/s beside 1,000,000 orders ÷ beside 1,000",
    bar=0.5,
    prepare=prepare,
    ours=grown_rate,
    reference=young_rate,
    large=True,
)
