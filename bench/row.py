"""What a row is: a name, a bar, and two sides that are measured by turns."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Row:
    """One line of the table.

    `prepare` fills the bench's database with what the row needs beyond the seed and returns whatever the two sides want
    to know. Each side works for some seconds and returns how much it did per second; more is better. `bar` is the
    ratio to reach. `fresh` gives each side, each time, a new copy of the prepared database; `served` runs the web
    server meanwhile (`bench.server`); `large` rows belong to `make bench-large`.
    """

    name: str
    unit: str
    bar: float
    prepare: Callable[[], Any]
    ours: Callable[[Any], float]
    reference: Callable[[Any], float]
    fresh: bool = False
    served: bool = False
    large: bool = False


@dataclass(frozen=True)
class Figures:
    """What a row came to: medians of its rounds, and between which ratios the rounds lay."""

    row: Row
    ours: float
    reference: float
    ratio: float
    lowest: float
    highest: float

    @classmethod
    def of(cls, row: Row, rounds: Sequence[tuple[float, float]]) -> "Figures":
        """From the rates of the rounds, ours and the reference's."""
        ratios = [ours / reference for ours, reference in rounds]
        return cls(
            row=row,
            ours=statistics.median(ours for ours, _reference in rounds),
            reference=statistics.median(reference for _ours, reference in rounds),
            ratio=statistics.median(ratios),
            lowest=min(ratios),
            highest=max(ratios),
        )

    @property
    def is_met(self) -> bool:
        return self.ratio >= self.row.bar
