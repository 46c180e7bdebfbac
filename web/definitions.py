"""What every number means, in the words of `analytics.metrics`: one page of it in each house."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from analytics.metrics import ALL, Metric, Unit

UNITS: Mapping[Unit, str | Promise] = {
    Unit.MONEY: _("元"),
    Unit.COUNT: _("个数"),
    Unit.RATE: _("百分比"),
    Unit.TIMES: _("倍"),
}


def definitions() -> list[tuple[Metric, str | Promise]]:
    """Every metric with the word for its unit."""
    return [(metric, UNITS[metric.unit]) for metric in ALL]
