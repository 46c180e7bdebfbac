"""J6: how many looked, how many of them joined, how many of those paid."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from analytics.figures import Figures
from analytics.metrics import METRICS
from common.money import BASIS_POINTS, format_rate

STEPS = ("visitors", "joiners", "buyers")


@dataclass(frozen=True)
class Step:
    """One step: how many came so far, out of the most that there were anywhere, and what part of the first step."""

    word: str | Promise
    count: int
    most: int
    share: str
    url: str = ""


def funnel(figures: Figures, *, urls: dict[str, str] | None = None, steps: Sequence[str] = STEPS) -> list[Step]:
    """The steps in their order; without a visitor there is no share of them."""
    counts = [getattr(figures, key) for key in steps]
    return [
        Step(
            METRICS[key].name,
            count,
            max(*counts, 1),
            format_rate(count * BASIS_POINTS // counts[0]) if number and counts[0] else "",
            (urls or {}).get(key, ""),
        )
        for number, (key, count) in enumerate(zip(steps, counts, strict=True))
    ]
