"""J1: what every page of numbers shows of a report: the tiles, and a table that says what the charts draw."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from analytics.metrics import METRICS, metrics
from analytics.selectors.facts import Report, Step
from web.numbers.charts import word_of
from web.numbers.tiles import Tile, in_words, tile_of

TILES = (
    "revenue_fen",
    "orders",
    "average_fen",
    "conversion_bp",
    "repurchase_bp",
    "success_bp",
    "new_customers",
    "returned_fen",
    "benefit_fen",
    "benefit_return",
)
COLUMNS = (
    "revenue_fen",
    "orders",
    "average_fen",
    "joiners",
    "buyers",
    "new_customers",
    "repeat_buyers",
    "returned_fen",
    "benefit_fen",
)
# Where the rows behind a number of these days are.
Link = Callable[[str, dt.date, dt.date], str]


@dataclass(frozen=True)
class Row:
    """A stretch of days, how many looked, and each number with the address of what it counts."""

    word: str
    visitors: str
    cells: Sequence[tuple[str, str]]


def tiles_of(report: Report, link: Link) -> list[Tile]:
    """The numbers people ask for first, beside those of the time before."""
    against = _("比前 %(days)s 天") % {"days": report.days}
    return [
        tile_of(key, report.now, report.before, against=against, url=link(key, report.since, report.until))
        for key in TILES
    ]


def rows_of(report: Report, step: Step, link: Link) -> list[Row]:
    """The stretches of a report, the latest first."""
    return [
        Row(
            word_of(each, step),
            in_words(METRICS["visitors"], each.figures.visitors),
            [
                (in_words(metric, getattr(each.figures, metric.key)), link(metric.key, each.since, each.until))
                for metric in metrics(COLUMNS)
            ],
        )
        for each in reversed(report.stretches)
    ]
