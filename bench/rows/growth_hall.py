"""The hall, rendered anew for every visitor: the question is what the database does."""

from bench import asking, growing
from bench.asking import Paths, grown_rate, young_rate
from bench.growing import Sides
from bench.row import Row


def prepare() -> Sides:
    sides = growing.both(lambda: asking.requests_for(_paths()))
    growing.compare("growth-hall", lambda: asking.reader_of(_paths()))
    return sides


def _paths() -> Paths:
    return [(None, "/campaigns/")]


ROW = Row(
    name="growth-hall",
    unit="pages/s beside 1,000,000 orders ÷ beside 1,000",
    bar=0.6,
    prepare=prepare,
    ours=grown_rate,
    reference=young_rate,
    large=True,
)
