"""J1: what Chart.js draws, as data: the page carries it beside each canvas, and the same numbers in a table.

Amounts and rates leave here as the whole numbers they are; the script divides them where it writes them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.metrics import METRICS, Metric
from analytics.selectors.facts import Report, Step, Stretch
from web.numbers.tiles import in_words


@dataclass(frozen=True)
class Plan:
    """One chart: its title, the numbers that stand as bars and those that run as lines, each of `analytics.metrics`."""

    name: str
    title: str | Promise
    bars: Sequence[str] = ()
    lines: Sequence[str] = ()
    stacked: bool = False


PLANS = (
    Plan("revenue", gettext_lazy("成交额和退款"), bars=("revenue_fen", "returned_fen")),
    Plan("funnel", gettext_lazy("从看到到付款"), bars=("visitors", "joiners", "buyers")),
    Plan("people", gettext_lazy("新客和老客"), bars=("new_customers", "repeat_buyers"), stacked=True),
    Plan("rates", gettext_lazy("转化率、复购率、成团率"), lines=("conversion_bp", "repurchase_bp", "success_bp")),
    Plan("benefits", gettext_lazy("优惠成本和带来的付款"), bars=("benefit_fen", "benefit_paid_fen")),
)


@dataclass(frozen=True)
class Chart:
    """A canvas: its name, its title, the sentence for who cannot see it, and the data it is drawn from."""

    name: str
    title: str
    says: str
    data: dict[str, Any]


def charts_of(report: Report, step: Step, plans: Sequence[Plan] = PLANS) -> list[Chart]:
    """The charts of a report; one that would be empty is left out."""
    return [_chart(plan, report, step) for plan in plans if _has_something(plan, report)]


def word_of(stretch: Stretch, step: Step) -> str:
    """A stretch on an axis: 5/20, a week by its first day, or 2026-05."""
    if step == Step.MONTH:
        return f"{stretch.since:%Y-%m}"
    return f"{stretch.since.month}/{stretch.since.day}"


def _has_something(plan: Plan, report: Report) -> bool:
    return any(getattr(stretch.figures, key) for stretch in report.stretches for key in (*plan.bars, *plan.lines))


def _chart(plan: Plan, report: Report, step: Step) -> Chart:
    keys = [*plan.bars, *plan.lines]
    title = str(plan.title)
    said = [f"{METRICS[key].name} {in_words(METRICS[key], getattr(report.now, key))}" for key in keys]
    data = {
        "labels": [word_of(stretch, step) for stretch in report.stretches],
        "unit": METRICS[keys[0]].unit,
        "stacked": plan.stacked,
        "series": [_series(METRICS[key], report, is_line=key in plan.lines) for key in keys],
    }
    return Chart(plan.name, title, _("%(title)s：%(numbers)s") % {"title": title, "numbers": _("，").join(said)}, data)


def _series(metric: Metric, report: Report, *, is_line: bool) -> dict[str, Any]:
    values = [getattr(stretch.figures, metric.key) for stretch in report.stretches]
    return {"name": str(metric.name), "line": is_line, "values": values}
