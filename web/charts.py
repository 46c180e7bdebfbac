"""Bars of days as the server draws them: numbers become attributes of an SVG, so that no style is needed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

FACTORS = (1, 2, 5)
SMALLEST_STEP_FEN = 10_000
MOST_STEPS = 4
BAR_PART = 0.58
LABEL_WIDTH = 56
HALF_A_WORD = 14


@dataclass(frozen=True)
class Paper:
    """How large it is drawn, in the units of its view box; the axis stands left of `left`."""

    name: str
    width: int
    height: int
    left: int = 64
    top: int = 10
    foot: int = 26


WIDE = Paper("wide", 720, 230)
NARROW = Paper("narrow", 344, 200, left=56)


@dataclass(frozen=True)
class Bar:
    """One bar. `kind` is today (not finished yet), minus (below the line) or empty."""

    x: float
    y: float
    width: float
    height: float
    kind: str = ""


@dataclass(frozen=True)
class Mark:
    """A word at a place: of the axis, or below a bar."""

    at: float
    word: str


@dataclass(frozen=True)
class Drawing:
    """A chart on one paper; `line` is the path of what it is compared with, `bottom` where its words stand."""

    paper: Paper
    bars: Sequence[Bar]
    axis: Sequence[Mark]
    days: Sequence[Mark]
    line: str

    @property
    def bottom(self) -> int:
        return self.paper.height - 8


def draw(
    values_fen: Sequence[int], words: Sequence[str], *, compared_fen: Sequence[int] = (), paper: Paper = WIDE
) -> Drawing:
    """A bar for each value, the last of them unfinished; values below zero hang under the line.

    `words` names the days; as many of them are written as there is room for, the last one always.
    """
    steps = scale([*values_fen, *compared_fen])
    slot = (paper.width - paper.left) / max(len(values_fen), 1)
    height = _Height(min([steps[0], *values_fen, *compared_fen]), steps[-1], paper)
    middles = [paper.left + slot * (number + 0.5) for number in range(len(values_fen))]
    bars = [
        _bar(middle, value, slot * BAR_PART, height, is_last=number == len(values_fen) - 1)
        for number, (middle, value) in enumerate(zip(middles, values_fen, strict=True))
    ]
    return Drawing(
        paper=paper,
        bars=bars,
        axis=[Mark(round(height(step), 1), f"{step // 100:,}".replace("-", "−")) for step in steps],
        days=[
            Mark(round(min(middles[number], paper.width - HALF_A_WORD), 1), words[number])
            for number in _written(len(words), slot)
        ],
        line=" ".join(
            f"{'L' if number else 'M'}{middle:.1f} {height(value):.1f}"
            for number, (middle, value) in enumerate(zip(middles, compared_fen, strict=False))
        ),
    )


def scale(values_fen: Sequence[int]) -> list[int]:
    """The lines of the axis, from the lowest to the highest: round numbers of yuan around zero.

    The highest holds every value; below zero stand only those that are reached, for a small loss needs no line.
    """
    highest, lowest = max([0, *values_fen]), min([0, *values_fen])
    step = next(step for step in _steps() if _lines(highest, step) + _lines(-lowest, step) <= MOST_STEPS)
    return [step * number for number in range(-(-lowest // step), max(_lines(highest, step), 1) + 1)]


def _steps() -> Iterator[int]:
    """100, 200, 500, 1,000, … yuan, in fen."""
    return (SMALLEST_STEP_FEN * 10**power * factor for power in count() for factor in FACTORS)


def _lines(amount_fen: int, step_fen: int) -> int:
    """How many steps it takes to reach an amount."""
    return -(-amount_fen // step_fen)


@dataclass(frozen=True)
class _Height:
    """Where an amount stands on the paper, measured from its top."""

    lowest: int
    highest: int
    paper: Paper

    def __call__(self, value_fen: int) -> float:
        room = self.paper.height - self.paper.top - self.paper.foot
        return self.paper.top + room * (self.highest - value_fen) / (self.highest - self.lowest)


def _bar(middle: float, value_fen: int, width: float, height: _Height, *, is_last: bool) -> Bar:
    top, bottom = sorted((height(value_fen), height(0)))
    kind = "minus" if value_fen < 0 else "today" if is_last else ""
    return Bar(round(middle - width / 2, 1), round(top, 1), round(width, 1), round(bottom - top, 1), kind)


def _written(days: int, slot: float) -> list[int]:
    """Which days have their words written: every so many, counted back from the last."""
    apart = max(1, -(-LABEL_WIDTH // max(int(slot), 1)))
    return list(range(days - 1, -1, -apart))[::-1]
